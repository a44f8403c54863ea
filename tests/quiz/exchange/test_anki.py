"""Anki: a deck and a text file with the same cards, whose ids stay."""

import csv
import io
import sqlite3
import sys
import zipfile

import pytest

from dlquiz.errors import UsageError
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.exchange import anki
from dlquiz.quiz.exchange.base import FORMATS
from tests.quiz.strategies import PARAMETRIC

WORDS = {"explain": "It is $e^x$.", "source": "A book & more"}
QUESTIONS = [
    {
        "kind": "choice",
        "id": "c",
        "stem": "Which <b>?",
        "right": "a",
        "wrong": {"b": "Too short."},
        "tags": ["big word"],
    },
    {"kind": "multi", "id": "m", "stem": "Which?", "right": {"a": "Yes."}, "wrong": {"b": "No."}},
    {"kind": "truefalse", "id": "t", "stem": "Is it?", "answer": "false", "hints": ["Think."]},
    {"kind": "short", "id": "s", "stem": "What?", "accept": ["one"]},
    {"kind": "cloze", "id": "z", "stem": "An [[epoch]]."},
    {"kind": "match", "id": "p", "stem": "Match.", "pairs": {"a": "1", "b": "2"}},
    {"kind": "order", "id": "o", "stem": "Order.", "items": ["first", "second", "third"]},
    {"kind": "categorise", "id": "g", "stem": "Sort.", "groups": {"A": ["x"], "B": ["y"]}},
    {"kind": "output", "id": "u", "stem": "Prints?", "code": "if 1:\n\tprint(2)", "answer": "2"},
]


def quiz_of(title="Words"):
    listed = [*({**one, **WORDS} for one in QUESTIONS), PARAMETRIC]
    return Quiz.model_validate({"format_version": 1, "title": title, "questions": listed})


def notes(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("collection."))
        path = folder / "collection"
        path.write_bytes(archive.read(name))
    with sqlite3.connect(path) as base:
        return {
            guid: (*fields.split("\x1f"), tags)
            for guid, fields, tags in base.execute("select guid, flds, tags from notes")
        }


def rows(content):
    lines = [line for line in content.decode().splitlines() if not line.startswith("#")]
    return {guid: (front, back, tags) for guid, front, back, tags in csv.reader(lines, delimiter="\t")}


def test_a_deck_holds_a_card_for_every_variant(tmp_path):
    pytest.importorskip("genanki")
    exported = anki.write(quiz_of(), "words")
    found = notes(exported.content, tmp_path)
    assert len(found) == len(QUESTIONS) + 4
    assert exported.report.read == len(QUESTIONS) + 1
    fronts = " ".join(front for front, *_ in found.values())
    assert "Which &lt;b&gt;?" in fronts
    assert "60,000 images in batches of 128" in fronts
    assert "An ____." in fronts


def test_the_text_file_holds_the_same_cards():
    found = rows(anki.write_text(quiz_of(), "words").content)
    assert len(found) == len(QUESTIONS) + 4
    front, back, tags = next(row for row in found.values() if "Which &lt;b&gt;" in row[0])
    assert "<li>a</li>" in front
    assert "Too short." not in front
    assert "<b>a</b>" in back
    assert "Too short." in back
    assert r"\(e^x\)" in back
    assert "Source: A book &amp; more" in back
    assert tags == "big-word"


def test_ids_stay_when_texts_change_and_differ_between_quizzes(tmp_path):
    pytest.importorskip("genanki")
    first = notes(anki.write(quiz_of(), "words").content, tmp_path)
    changed = notes(anki.write(quiz_of(title="Other title"), "words").content, tmp_path)
    other = notes(anki.write(quiz_of(), "other").content, tmp_path)
    assert set(first) == set(changed) == set(rows(anki.write_text(quiz_of(), "words").content))
    assert not set(first) & set(other)


def test_the_right_order_is_not_on_the_front():
    quiz = quiz_of()
    fronts = [front for front, *_ in rows(anki.write_text(quiz, "w").content).values() if "Order." in front]
    orders = {tuple(fronts[0].index(word) for word in ("first", "second", "third"))}
    more = (rows(anki.write_text(quiz, f"w{i}").content).values() for i in range(6))
    orders |= {tuple(f.index(w) for w in ("first", "second", "third")) for r in more for f, *_ in r if "Order." in f}
    assert len({tuple(sorted(range(3), key=lambda i: order[i])) for order in orders}) > 1


def test_hints_can_be_opened_on_the_front():
    front = next(front for front, *_ in rows(anki.write_text(quiz_of(), "w").content).values() if "Is it?" in front)
    assert "<details><summary>Hint 1</summary><p>Think.</p></details>" in front


def test_without_genanki_the_message_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "genanki", None)
    with pytest.raises(UsageError) as caught:
        FORMATS["anki"].writer()(quiz_of(), "words")
    assert "pip install 'dlquiz[anki]'" in caught.value.next_step
    assert FORMATS["anki-text"].writer()(quiz_of(), "words").report.read == len(QUESTIONS) + 1


def test_nothing_is_lost_but_the_marking():
    report = anki.write_text(quiz_of(), "w").report
    assert report.lossless
    assert "marking" in {change.what for change in report.changes}
