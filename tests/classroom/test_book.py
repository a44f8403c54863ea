"""The book keeps every grading once, whoever writes and whatever ends the program."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from dlquiz.classroom.book import Book, GradingKey
from dlquiz.classroom.roll import RollRow
from dlquiz.classroom.roster import Enrolled
from dlquiz.errors import StoreError, UsageError
from dlquiz.model.report import Outcome, Report

KEY = GradingKey("exercise1", "g" * 64, 7, GradingKey.versions_text({"numpy": "2", "dlquiz": "1"}), "kernel", "")
REPORT = Report.model_validate({
    "exercise": "exercise1", "course": {"name": "tiny", "version": "1", "grader_sha256": "g" * 64},
    "outcome": "passed", "complete": True, "points": {"earned": 4, "possible": 4}, "seed": 7, "seed_policy": "fixed",
    "isolation": "kernel", "identity": "nobody", "landlock_abi": 7, "submission": {"file": "a.py", "sha256": "s"},
    "started_at": "2026-03-01T10:00:00Z", "cases": [], "usage": {"wall_s": 0.25, "cpu_s": 0.1}, "versions": {},
})  # fmt: skip
FAILED = REPORT.model_copy(update={"outcome": Outcome.FAILED})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "class.sqlite3"


def rows_of(where, table):
    order = {"handin": " ORDER BY run, row"}.get(table, "")
    return ask(where, f"SELECT * FROM {table}{order}")


def settled(book, key, digest):
    """Return whether the last grading under a key is a whole one; None if there is none."""
    found = book.find(key, digest)
    return None if found is None else found.settled


def ask(where, *statements):
    """Return the rows of the last statement."""
    url = sa.make_url(where if "://" in where else f"sqlite:///{where}")
    engine = sa.create_engine(url.set(drivername="postgresql+psycopg") if url.host is None and url.username else url)
    try:
        with engine.begin() as db:
            for statement in statements:
                done = db.execute(sa.text(statement))
            return [tuple(row) for row in done] if done.returns_rows else []
    finally:
        engine.dispose()


def test_a_grading_is_there_for_whoever_opens_the_book_next(where):
    with Book(where) as book:
        assert book.find(KEY, "d") is None
        book.keep(KEY, "d", REPORT, settled=True)
        with Book(where) as other:
            assert other.find(KEY, "d").report == REPORT
            assert other.mean_seconds("exercise1") == 0.25


def test_a_file_may_be_named_as_a_url(path):
    Book(f"sqlite:///{path}").close()
    assert rows_of(str(path), "about") != []


@pytest.mark.parametrize(
    "change",
    [
        {"exercise": "e"},
        {"grader_sha256": "h"},
        {"seed": 8},
        {"versions": "{}"},
        {"isolation": "process"},
        {"data": "mnist"},
    ],
)
def test_whatever_decides_a_grading_makes_another_one(where, change):
    with Book(where) as book:
        book.keep(KEY, "d", REPORT, settled=True)
        assert settled(book, replace(KEY, **change), "d") is None
        assert settled(book, KEY, "e") is None
        assert settled(book, KEY, "d") is True


def test_what_is_settled_is_never_replaced_and_what_is_not_is(where):
    with Book(where) as book:
        book.keep(KEY, "d", FAILED, settled=False)
        book.keep(KEY, "d", REPORT, settled=True)
        book.keep(KEY, "d", FAILED, settled=True)
        assert book.find(KEY, "d").report == REPORT
    assert len(rows_of(where, "grading")) == 1


def test_what_counts_stays_when_the_graders_change_and_a_weaker_wall_counts_for_itself(where):
    new, weak = replace(KEY, grader_sha256="new"), replace(KEY, isolation="process")
    with Book(where) as book:
        book.keep(KEY, "d", REPORT, settled=True)
        book.keep(new, "d", FAILED, settled=True)
        assert book.is_graded(new, "d") is True
        assert book.find_counting(new, "d").report == book.find_counting(KEY, "d").report == REPORT
        assert book.find(new, "d").report == FAILED
        assert book.is_graded(weak, "d") is None
        book.keep(new, "e", REPORT, settled=False)
        assert book.is_graded(KEY, "e") is None
        assert book.is_graded(new, "e") is False
        assert book.find_counting(new, "e") is None


def test_one_seed_is_drawn_for_all_and_another_one_can_be_asked_for(where):
    with Book(where) as book:
        drawn = book.seed("exercise1", "g", None)
        assert book.seed("exercise1", "g", None) == drawn < 2**53
        assert book.seed("exercise1", "new graders", None) != drawn
        assert book.seed("exercise1", "g", 5) == book.seed("exercise1", "g", None) == 5


def test_the_rows_of_a_run_say_what_was_handed_in(where):
    row = RollRow(Enrolled("Ada \ud800", "7", "A"), "exercise1", labels=("a.py",), late=True, when="t")
    with Book(where) as book:
        run = book.begin([row, row], datetime(2026, 3, 1, tzinfo=UTC))
        row.digest, row.reason = "d", "no"
        book.note(run, 1, row)
    first, second = rows_of(where, "handin")
    assert first == (1, 0, "Ada ", "7", "A", "exercise1", "a.py", 1, "t", "", "")
    assert second[-2:] == ("d", "no")


def test_a_file_that_is_no_book_is_left_as_it_is(path):
    path.write_bytes(b"not a database, but long enough to be read as one" * 40)
    with pytest.raises(StoreError, match="cannot be used"):
        Book(str(path))
    assert path.read_bytes().startswith(b"not a database")


def test_another_programs_database_is_left_as_it_is(where):
    ask(where, "CREATE TABLE x (y integer)")
    with pytest.raises(StoreError, match="another program's"):
        Book(where)
    assert rows_of(where, "x") == []


def test_a_newer_book_is_refused(where):
    Book(where).close()
    ask(where, "UPDATE about SET format_version = 99")
    with pytest.raises(StoreError, match="newer dlquiz"):
        Book(where)


@pytest.mark.parametrize(
    "where",
    ["no/such/folder/x.sqlite3", "nonsense://x", "://", "sqlite+nothing:///x", "mysql://x/y", "postgresql://a:b/c"],
)
def test_what_is_no_database_is_told_in_a_sentence(where, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError):
        Book(where)
    assert list(Path(tmp_path).iterdir()) == []


def test_versions_are_compared_without_their_order():
    assert json.loads(GradingKey.versions_text({"b": "2", "a": "1"})) == {"a": "1", "b": "2"}
    assert GradingKey.versions_text({"b": "2", "a": "1"}) == GradingKey.versions_text({"a": "1", "b": "2"})
