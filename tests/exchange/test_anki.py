"""Anki: a deck and a text file with the same cards, whose ids stay."""

import contextlib
import csv
import io
import sqlite3
import sys
import zipfile

import pytest

from dlquiz.errors import UsageError
from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.formats import anki
from dlquiz.model.quiz import Quiz
from tests.quiz.strategies import PARAMETRIC

NOW = 1_790_000_000.0
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


def quiz_of(title="Words", changed="Which <b>?"):
    listed = [*({**one, **WORDS} for one in QUESTIONS), PARAMETRIC]
    listed[0]["stem"] = changed
    return Quiz.model_validate({"format_version": 1, "title": title, "questions": listed})


def notes(content, folder):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        name = next(name for name in archive.namelist() if name.startswith("collection."))
        path = folder / "collection"
        path.write_bytes(archive.read(name))
    with contextlib.closing(sqlite3.connect(path)) as base:
        return {
            guid: (*fields.split("\x1f"), tags)
            for guid, fields, tags in base.execute("select guid, flds, tags from notes")
        }


def rows(content):
    lines = [line for line in content.decode().splitlines() if not line.startswith("#")]
    return {guid: (front, back, tags) for guid, front, back, tags in csv.reader(lines, delimiter="\t")}


def test_a_deck_holds_a_card_for_every_variant(tmp_path):
    pytest.importorskip("genanki")
    exported = anki.write(quiz_of(), "words", NOW)
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
    first = notes(anki.write(quiz_of(), "words", NOW).content, tmp_path)
    changed = notes(anki.write(quiz_of(title="Other title"), "words", NOW).content, tmp_path)
    other = notes(anki.write(quiz_of(), "other", NOW).content, tmp_path)
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


# --- Anki itself ----------------------------------------------------------------------------------------

REASON = "Anki's own package (anki) is not installed here"


@pytest.fixture
def collection(tmp_path):
    """A collection of the program itself, and how many notes an import has added, updated and left alone."""
    pytest.importorskip("genanki", reason="genanki is not installed here")
    program = pytest.importorskip("anki.collection", reason=REASON, exc_type=ImportError)
    base = program.Collection(str(tmp_path / "collection.anki2"))

    def take(content):
        path = tmp_path / "deck.apkg"
        path.write_bytes(content)
        options = program.ImportAnkiPackageOptions()
        found = base.import_anki_package(program.ImportAnkiPackageRequest(package_path=str(path), options=options)).log
        return len(found.new), len(found.updated), len(found.duplicate) + len(found.conflicting)

    yield base, take
    base.close()


def test_anki_updates_every_card_of_a_later_deck_and_finds_nothing_to_repair(collection):
    base, take = collection
    count = len(QUESTIONS) + 4
    assert take(anki.write(quiz_of(), "words", NOW).content) == (count, 0, 0)
    assert take(anki.write(quiz_of(changed="Which now?"), "words", NOW + 1).content) == (0, count, 0)
    fronts = [base.get_note(note).fields[0] for note in base.find_notes("")]
    assert len(fronts) == count
    assert any("Which now?" in front for front in fronts)
    assert base.fix_integrity()[1]


def test_anki_keeps_what_was_learnt_when_a_deck_is_updated(collection):
    base, take = collection
    take(anki.write(quiz_of(), "words", NOW).content)
    [card] = base.find_cards("tag:big-word")
    learnt = base.get_card(card)
    learnt.reps, learnt.ivl, learnt.type, learnt.queue, learnt.due = 7, 30, 2, 2, 99
    base.update_card(learnt)
    take(anki.write(quiz_of(changed="Which now?"), "words", NOW + 60).content)
    again = base.get_card(card)
    assert (again.reps, again.ivl) == (7, 30)
    assert "Which now?" in again.note().fields[0]


def test_two_decks_of_one_second_live_beside_each_other(collection):
    base, take = collection
    count = len(QUESTIONS) + 4
    assert take(anki.write(quiz_of(), "one", NOW).content) == (count, 0, 0)
    assert take(anki.write(quiz_of(), "two", NOW).content) == (count, 0, 0)
    assert base.fix_integrity()[1]
    assert len(base.find_notes("")) == 2 * count


def test_two_exports_after_each_other_are_never_of_one_second(collection):
    _, take = collection
    count = len(QUESTIONS) + 4
    assert take(anki.write(quiz_of(), "words").content) == (count, 0, 0)
    assert take(anki.write(quiz_of(changed="Which now?"), "words").content) == (0, count, 0)


def test_the_text_file_is_updated_by_its_ids_too(collection, tmp_path):
    base, _ = collection
    from anki.collection import ImportCsvRequest

    path = tmp_path / "deck.txt"
    count = len(QUESTIONS) + 4

    def take(quiz):
        path.write_bytes(anki.write_text(quiz, "words").content)
        metadata = base.get_csv_metadata(path=str(path), delimiter=None)
        found = base.import_csv(ImportCsvRequest(path=str(path), metadata=metadata)).log
        return len(found.new), len(found.updated)

    assert take(quiz_of()) == (count, 0)
    assert take(quiz_of(changed="Which now?"))[1] >= 1
    assert len(base.find_notes("")) == count
    assert base.fix_integrity()[1]
