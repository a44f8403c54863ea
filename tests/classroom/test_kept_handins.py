"""What the book says of who handed in what: the last run of each exercise, and the grading that counts."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dlquiz.classroom.book import Book
from dlquiz.classroom.kept_handins import all_handins, count_handins, latest_handins, tally_class
from dlquiz.classroom.roll import NOTHING, RollRow
from dlquiz.classroom.roster import Enrolled
from tests.classroom.test_book import FAILED, KEY, REPORT

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)


def row(name, exercise="exercise1", *, reason="", when="", number=""):
    return RollRow(Enrolled(name, number), exercise, labels=("a.py", "b.py"), reason=reason, when=when)


def run(book, *rows, digests=()):
    """Write a run in which the first rows were read."""
    number = book.begin(rows, NOW)
    for place, (one, mark) in enumerate(zip(rows, digests, strict=False)):
        one.digest = mark
        book.note(number, place, one)
    book.flush()


def names(rows):
    return [(one.learner, one.exercise, one.run) for one in rows]


def test_of_each_exercise_the_last_run_is_read_in_which_somebody_handed_it_in(where):
    with Book(where) as book:
        run(book, row("ada"), row("ada", "exercise2"), row("bob"))
        run(book, row("ada"), row("zoe", "exercise2", reason=NOTHING))
        found = all_handins(book)
    assert names(found)[:2] == [("ada", "exercise1", 2), ("zoe", "exercise2", 2)]
    assert names(latest_handins(found)) == [("ada", "exercise1", 2), ("ada", "exercise2", 1)]


def test_the_grading_that_counts_is_that_of_the_stronger_wall_and_else_the_last(where):
    weak = replace(KEY, isolation="process")
    with Book(where) as book:
        run(book, row("ada"), row("bob"), row("cy"), digests=("a", "b", "c"))
        book.keep(KEY, "a", REPORT, settled=True)
        book.keep(replace(KEY, seed=8), "a", FAILED, settled=True)
        book.keep(weak, "a", FAILED, settled=True)
        book.keep(weak, "b", FAILED, settled=True)
        book.keep(replace(KEY, seed=9), "b", REPORT, settled=False)
        found = {one.learner: one for one in all_handins(book)}
        counting = [book.find_number(found[name].grading) for name in ("ada", "bob")]
    assert [(kept.key.isolation, kept.report.outcome) for kept in counting] == [
        ("kernel", "passed"), ("process", "failed"),
    ]  # fmt: skip
    assert found["cy"].grading is None
    assert found["ada"].files == ("a.py", "b.py")


def test_a_report_of_a_team_is_counted_for_each_and_several_attempts_once(where):
    with Book(where) as book:
        rows = [row("ada", number="7"), row("Bob"), row("bob!"), row("eve", reason="no"), row("zoe", reason=NOTHING)]
        run(book, *rows, row("yan"), digests=("a", "x", "a"))
        book.keep(KEY, "a", REPORT, settled=True)
        found = latest_handins(all_handins(book))
        (one,) = tally_class(book, found).result().exercises
        counts = count_handins(found)["exercise1"]
    assert (one.graded, one.points.mean, one.points.full) == (2, 4, 2)
    assert (counts.missing, counts.unreadable, counts.waiting) == (1, 1, 1), "of Bob the second attempt is graded"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-10-05T23:59:00+02:00", datetime(2026, 10, 5, 21, 59, tzinfo=UTC)),
        ("2026-10-05 23:59", datetime(2026, 10, 5, 23, 59, tzinfo=UTC)),
        ("some day", None),
        ("", None),
    ],
)
def test_a_time_is_what_can_be_read_as_one(tmp_path, said, at):
    with Book(str(tmp_path / "b.sqlite3")) as book:
        run(book, row("ada", when=said))
        assert all_handins(book)[0].at == at
