"""Bytes of strangers as text: UTF-8, UTF-16 by its mark, and what Windows writes in Western Europe."""

import pytest

from dlquiz.errors import ContentError
from dlquiz.exchange.base import FORMATS

WESTERN = [
    "Überanpassung? {=ja ~größer}",
    "Café à la carte – “quoted” 5 €? {=oui ~non}",
    "Señor ¿qué? {=sí ~no}",
    "1 ± 2 µm? {T}",
]


def read(name, data):
    return FORMATS[name].reader()(data, "f.txt")


@pytest.mark.parametrize("text", WESTERN)
def test_a_file_of_western_windows_is_read_and_told(text):
    imported, utf8 = read("gift", text.encode("cp1252")), read("gift", text.encode())
    assert imported.questions == utf8.questions
    assert [change.what for change in imported.report.changes if not change.question_id] == ["encoding"]
    assert imported.report.lossless


def test_text2qti_in_western_windows_is_read_too():
    assert read("text2qti", "1.  Größe?\n*a) ja\nb) nein\n".encode("cp1252")).questions[0]["stem"] == "Größe?"


@pytest.mark.parametrize(
    "data",
    ["Привет мир? {=да}".encode("cp1251"), "Γειά σου? {=ναι}".encode("cp1253"), "日本語? {=はい}".encode("shift_jis"),
     b"\xc3\x28 {=a}", "Größe? {=ja}".encode() + b" \xe4\xd6\x81", b"r\xc3\xa9sum\xe9\xc9? {=a}", bytes(range(1, 256))],
)  # fmt: skip
def test_bytes_that_are_something_else_are_not_guessed_at(data):
    with pytest.raises(ContentError) as caught:
        read("gift", data)
    assert "is not UTF-8 text" in caught.value.findings[0].message


@pytest.mark.parametrize("name", ["jupyterquiz", "mdbook-quiz"])
def test_formats_that_are_utf_8_by_definition_are_not_guessed_at(name):
    with pytest.raises(ContentError, match="is not UTF-8 text"):
        read(name, '[{"question": "Größe"}]'.encode("cp1252"))
