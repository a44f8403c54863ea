"""Who is removed from the book is gone from it, down to the bytes of its files; everybody else stays as they were."""

from dataclasses import replace
from pathlib import Path

import pytest

from dlquiz.classroom import database
from dlquiz.classroom.book import Book
from dlquiz.classroom.forgetting import forget, to_forget
from dlquiz.classroom.kept_handins import all_handins, one_learner
from dlquiz.errors import StoreError, UsageError
from dlquiz.model.report import Report
from tests.classroom.test_book import KEY, REPORT, ask, rows_of
from tests.classroom.test_kept_handins import row, run

CANARIES = (b"Xanthippe", b"SECRETNUMBER", b"SECRETFILE", b"SECRETREPORT", b"SECRETOLDER")


def secret(text):
    """Return a report so large that a database keeps it apart from its row."""
    return Report.model_validate(REPORT.model_dump() | {"notes": [f"{text} {place}" for place in range(3000)]})


def fill(where):
    """Write a book of three; Xanthippe shares one file with Bob, and her other one was graded three times."""
    with Book(where) as book:
        first = row("Xanthippe", number="SECRETNUMBER")
        first.labels = ("SECRETFILE.py",)
        for _ in range(2):
            run(book, first, row("Bob"), row("Xanthippe", "exercise2", number="SECRETNUMBER"), row("Cy"),
                digests=("hers", "shared", "shared", "cy"))  # fmt: skip
        book.keep(KEY, "hers", secret("SECRETOLDER"), settled=False)
        book.keep(KEY, "hers", secret("SECRETREPORT"), settled=True)
        book.keep(replace(KEY, seed=8), "hers", secret("SECRETREPORT"), settled=True)
        book.keep(replace(KEY, isolation="process"), "hers", REPORT, settled=True)
        book.keep(KEY, "shared", REPORT, settled=True)
        book.keep(replace(KEY, exercise="exercise2"), "shared", secret("SECRETREPORT"), settled=True)
        book.keep(KEY, "cy", REPORT, settled=True)


def remove(book, who):
    rows = all_handins(book)
    going = to_forget(book, one_learner(rows, who)[0].key, rows)
    forget(book, going)
    return going


def contents(where):
    """Return the bytes of all files of a book in SQLite."""
    return b"".join(path.read_bytes() for path in Path(where).parent.glob(Path(where).name + "*"))


def test_all_of_a_learner_goes_and_all_of_the_others_stays(where):
    fill(where)
    others = [one for one in rows_of(where, "handin") if one[2] in ("Bob", "Cy")]
    with Book(where) as book:
        going = remove(book, "SECRETNUMBER")
        assert [one.learner for one in all_handins(book)] == ["Bob", "Cy"] * 2
        with pytest.raises(UsageError, match="nobody in this book"):
            one_learner(all_handins(book), "Xanthippe")
    assert (len(going.rows), going.exercises(), going.shared) == (4, {"exercise1": 2, "exercise2": 2}, {})
    assert rows_of(where, "handin") == others
    assert sorted(ask(where, "SELECT exercise, submission FROM grading")) == [
        ("exercise1", "cy"), ("exercise1", "shared"),
    ]  # fmt: skip


def test_a_grading_that_somebody_else_needs_stays(where):
    with Book(where) as book:
        run(book, row("ada"), row("bob"), row("ada", "exercise2"), digests=("same", "same"))
        book.keep(KEY, "same", REPORT, settled=True)
        going = remove(book, "ada")
        assert (going.gradings, going.shared) == ((), {1: ("a.py",)})
        assert [one.grading for one in all_handins(book)] == [1]
        assert remove(book, "bob").gradings == (1,)
        assert (all_handins(book), book.find_number(1)) == ([], None)


def test_a_shared_grading_no_longer_calls_its_file_as_the_learner_did(tmp_path):
    where = str(tmp_path / "class.sqlite3")
    note = 'File "<submission>/SECRETFILE ü.py", line 1'
    made = Report.model_validate(
        REPORT.model_dump() | {"submission": {"file": "SECRETFILE ü.py", "sha256": "s"}, "notes": [note]}
    )
    with Book(where) as book:
        hers = row("Xanthippe")
        hers.labels = ("in/SECRETFILE ü.py",)
        run(book, hers, row("bob"), digests=("same", "same"))
        book.keep(KEY, "same", made, settled=True)
        remove(book, "Xanthippe")
        report = book.find_number(1).report
    assert (report.submission.file, report.notes) == ("a.py", ('File "<submission>/a.py", line 1',))
    assert report.model_copy(update={"submission": made.submission, "notes": made.notes}) == made
    assert b"SECRETFILE" not in contents(where)


def test_no_byte_of_it_is_left_in_the_file_or_beside_it(tmp_path):
    where = str(tmp_path / "class.sqlite3")
    fill(where)
    assert all(canary in contents(where) for canary in CANARIES[:4])
    with Book(where) as book:
        remove(book, "Xanthippe")
        # Also while the book is still open, with its log beside it.
        assert [canary for canary in CANARIES if canary in contents(where)] == []
    assert [canary for canary in CANARIES if canary in contents(where)] == []
    assert b"Cy" in contents(where)


def test_no_byte_of_it_is_left_in_the_tables_of_a_server(postgres):
    where = postgres.new_book()
    fill(where)

    def tables():
        ask(where, "CHECKPOINT")
        return b"".join(path.read_bytes() for path in (postgres.folder / "data/base").rglob("*") if path.is_file())

    assert CANARIES[0] in tables()
    with Book(where) as book:
        remove(book, "Xanthippe")
    assert CANARIES[0] not in tables()
    assert CANARIES[1] not in tables()


def test_who_has_the_same_name_under_another_id_is_named_and_stays(tmp_path):
    with Book(str(tmp_path / "class.sqlite3")) as book:
        run(book, row("Ada L.", number="7"), row("ada l"), row("Bob"))
        with pytest.raises(UsageError, match=r"fits several learners: Ada L\. \(7\); ada l\."):
            one_learner(all_handins(book), "Ada l")
        assert remove(book, "7").alike == ("ada l",)
        assert [one.learner for one in all_handins(book)] == ["ada l", "Bob"]


def test_a_file_that_another_program_uses_is_told_not_to_be_clean_yet(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_BUSY_MS", 50)
    where = str(tmp_path / "class.sqlite3")
    fill(where)
    with Book(where) as book, Book(where) as other:
        with other.transaction(), pytest.raises(StoreError, match=r"could not be written anew: .*locked"):
            book.shred()
        book.shred()
