"""A damaged store gives back what it still holds, and a copy of an earlier day the rest."""

import contextlib
import os
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from dlquiz.study.salvage import copy_of
from dlquiz.study.store import Progress
from tests.study.test_store import report

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = 4096


@pytest.fixture
def path(tmp_path):
    return tmp_path / ".dlquiz" / "progress.sqlite3"


def fill(path, answers=600, reports=40):
    with Progress(path) as progress:
        for number in range(reports):
            progress.record_report(report(earned=number % 11))
        for number in range(answers):
            at = AT + timedelta(minutes=number)
            progress.record_answer(f"s{number}", "words", f"q{number % 30}", f'"answer {number}"', True, 1.0, at)
        progress.record_hint("exercise1", 3)
        progress.save_sitting("s1", "words", "{}")
        progress.repairs.begin("exercise1", "floor.py", 7, AT)
        progress.repairs.end("exercise1", "floor.py", AT, changed=2, fewest=1)
        progress.returns.begin("exercise1", "half", AT)


def answered(progress):
    return [one.answer_json for one in progress.answers_all()]


def pages_of(path, table):
    """The pages of a table that hold its rows."""
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    content = path.read_bytes()
    assert content[(root - 1) * PAGE] == 5, "the table has more than one page"
    count = int.from_bytes(content[(root - 1) * PAGE + 3 : (root - 1) * PAGE + 5], "big")
    cells = [(root - 1) * PAGE + 12 + 2 * number for number in range(count)]
    places = [(root - 1) * PAGE + int.from_bytes(content[cell : cell + 2], "big") for cell in cells]
    return [int.from_bytes(content[place : place + 4], "big") for place in places]


def spoil(path, page, filling=b"\xa5"):
    content = bytearray(path.read_bytes())
    content[(page - 1) * PAGE : page * PAGE] = (filling * PAGE)[:PAGE]
    path.write_bytes(content)


def age(path):
    """Let a file be two days old."""
    then = path.stat().st_mtime - 2 * 86_400
    os.utime(path, (then, then))


@pytest.mark.parametrize("filling", [b"\xa5", b"\x00", b"\x0d\x00\x00\x00\x05\x0f\xa0\x00"])
@pytest.mark.parametrize("which", [0, 1, 5, -1])
def test_one_bad_page_costs_only_its_own_rows(path, filling, which):
    fill(path)
    pages = pages_of(path, "answer")
    spoil(path, pages[which], filling)
    with Progress(path) as progress:
        kept = answered(progress)
        assert len(kept) >= 600 * (1 - 1.6 / len(pages)) - 5
        assert kept == sorted(kept, key=lambda text: int(text.split()[1].strip('"')))
        assert len(progress.reports("exercise1")) == 40
        assert progress.hints_shown("exercise1") == 3
        assert [one.function for one in progress.returns.all()] == ["half"]
        assert progress.open_sitting("words") == ("s1", "{}")
        assert f"answers to quiz questions: {len(kept)}." in progress.notes[0]
        progress.record_report(report())
        assert len(progress.reports("exercise1")) == 41
    with Progress(path) as progress:
        assert progress.notes == ()
        assert answered(progress) == kept


def test_a_bad_index_costs_nothing(path):
    fill(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_answer_1'").fetchone()
    spoil(path, root)
    with Progress(path) as progress:
        assert progress.notes
        assert len(answered(progress)) == 600


def test_a_file_that_ends_too_early_keeps_what_is_there(path):
    fill(path)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 4])
    with Progress(path) as progress:
        assert len(progress.answers_all()) + len(progress.reports("exercise1")) > 100


@pytest.mark.parametrize("rubbish", [b"rubbish" * 1000, b"", b"SQLite format 3\x00" + b"\xff" * 9000])
def test_what_cannot_be_read_at_all_comes_back_from_the_copy_of_an_earlier_day(path, rubbish):
    fill(path)
    Progress(path).close()  # a later command: the copy is made
    age(copy_of(path))
    path.write_bytes(rubbish)
    with Progress(path) as progress:
        assert len(answered(progress)) == 600
        assert "answers to quiz questions: 600" in progress.notes[0]
    with Progress(path) as progress:
        assert progress.notes == ()


def test_newer_answers_of_the_damaged_file_join_those_of_the_copy(path):
    fill(path, answers=300)
    Progress(path).close()
    with Progress(path) as progress:
        for number in range(300, 600):
            progress.record_answer(f"s{number}", "words", "q1", f'"answer {number}"', True, 1.0, AT)
    pages = pages_of(path, "answer")
    spoil(path, pages[0])
    with Progress(path) as progress:
        assert len(answered(progress)) == 600


def test_the_copy_is_made_once_a_day_and_never_of_nothing(path):
    Progress(path).close()
    Progress(path).close()
    assert not copy_of(path).exists()
    fill(path, answers=1, reports=1)
    Progress(path).close()
    first = copy_of(path).stat().st_mtime_ns
    Progress(path).close()
    assert copy_of(path).stat().st_mtime_ns == first
    age(copy_of(path))
    Progress(path).close()
    assert copy_of(path).stat().st_mtime_ns > first
    assert sorted(file.name for file in path.parent.iterdir()) == ["progress.sqlite3", "progress.sqlite3.copy"]


def test_rows_of_rubbish_are_left_out(path):
    fill(path, answers=5, reports=2)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE answer SET answer = 'no JSON' WHERE rowid = 1")
        db.execute("UPDATE answer SET answered_at = 'yesterday' WHERE rowid = 2")
        db.execute("UPDATE answer SET score = 7 WHERE rowid = 3")
        db.execute("UPDATE report SET document = '{}' WHERE id = 1")
        (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'report_exercise'").fetchone()
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    spoil(path, root)
    with Progress(path) as progress:
        assert len(answered(progress)) == 2
        assert len(progress.reports("exercise1")) == 1
