"""Whatever lies at the path, reading it either gives honest text or one clear sentence, at once."""

import hashlib
import os
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.errors import SubmissionError
from dlquiz.submission import MAX_BYTES, read_submission, submission_from_bytes


def written(path, content):
    path.write_bytes(content)
    return path


def test_the_bytes_stay_and_the_module_takes_the_stubs_name(tmp_path):
    content = "x = 'ü'\r\n".encode()
    found = read_submission(written(tmp_path / "my work.py", content), module_name="backprop")
    assert (found.name, found.module_name, found.source) == ("my work.py", "backprop", content)
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.text == "x = 'ü'\n"


def test_an_empty_file_is_a_submission(tmp_path):
    assert read_submission(written(tmp_path / "a.py", b""), module_name="a").source == b""


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"# -*- coding: latin-1 -*-\nx = '\xe9'\n", "# -*- coding: latin-1 -*-\nx = 'é'\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n", None),
    ],
)
def test_the_encoding_is_the_one_that_python_would_use(tmp_path, content, text):
    found = read_submission(written(tmp_path / "a.py", content), module_name="a")
    names = {}
    exec(compile(content, "a.py", "exec"), names)
    assert repr(names["x"]) in found.text.replace('"', "'") or str(names["x"]) in found.text
    assert text is None or found.text == text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x = 1\ny = \0\n", "null byte in line 2"),
        ("x = 1\n".encode("utf-16"), "UTF-16"),
        (b"x = '\xff'\n", r"not readable as text \(line 1, byte 0xff\)"),
        (b"x = 1\r\ny = 2\r\n# fran\xe7ais\r\n", r"not readable as text \(line 3, byte 0xe7\)"),
        (b"# coding: ascii\n\nx = '\xc3\xa7'\n", r"not readable as text \(line 3, byte 0xc3\)"),
        (b"# coding: nonsense\n", "not readable as text"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "not readable as text"),
        (b"# coding: punycode\n" + b"a" * 1000, "encoding is 'punycode'"),
        (b"# coding: rot13\n", "encoding is 'rot13'"),
        (b"#" * (MAX_BYTES + 1), "larger than 1 MB"),
    ],
)
def test_what_is_not_text_is_refused_with_advice(tmp_path, content, words):
    with pytest.raises(SubmissionError, match=words) as caught:
        read_submission(written(tmp_path / "a.py", content), module_name="a")
    assert caught.value.next_step


def test_exactly_the_largest_size_is_read(tmp_path):
    assert len(read_submission(written(tmp_path / "a.py", b"#" * MAX_BYTES), module_name="a").source) == MAX_BYTES


def test_a_pipe_does_not_make_us_wait(tmp_path):
    os.mkfifo(tmp_path / "a.py")
    with pytest.raises(SubmissionError, match="not a plain file"):
        read_submission(tmp_path / "a.py", module_name="a")


def test_a_socket_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("a.py")
        with pytest.raises(SubmissionError, match="not a plain file"):
            read_submission(tmp_path / "a.py", module_name="a")


def test_a_link_is_not_followed(tmp_path):
    written(tmp_path / "secret.py", b"answer = 42\n")
    (tmp_path / "a.py").symlink_to(tmp_path / "secret.py")
    with pytest.raises(SubmissionError, match="link"):
        read_submission(tmp_path / "a.py", module_name="a")


def test_a_device_is_refused(tmp_path):
    from pathlib import Path

    with pytest.raises(SubmissionError, match="not a plain file"):
        read_submission(Path("/dev/zero"), module_name="a")


@pytest.mark.parametrize(
    ("name", "words"),
    [("gone.py", "no file"), ("a.txt", r"end in \.py"), ("a.ipynb", "notebook"), ("a.rar", "or an archive")],
)
def test_other_things_get_a_sentence(tmp_path, name, words):
    if not name.startswith("gone"):
        written(tmp_path / name, b"")
    with pytest.raises(SubmissionError, match=words) as caught:
        read_submission(tmp_path / name, module_name="a")
    assert caught.value.next_step


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    try:
        found = submission_from_bytes(content, name="a.py", module_name="a")
    except SubmissionError:
        return
    assert found.source == content
    assert "\r" not in found.text
