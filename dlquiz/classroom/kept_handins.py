"""What the book says of who handed in what, and which grading counts for it; no course and no file is needed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from dlquiz.classroom.book import Book
from dlquiz.classroom.insight import ClassTally, CountedHandIn
from dlquiz.classroom.roll import NOTHING
from dlquiz.classroom.roster import squashed
from dlquiz.classroom.schema import GRADING, HANDIN, RUN
from dlquiz.classroom.times import read_time
from dlquiz.errors import UsageError
from dlquiz.model.insight import HandInCounts
from dlquiz.text import one_line

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class KeptHandIn:
    """One row of a run. ``grading`` is the number of the grading that counts for it, None if there is none."""

    run: int
    row: int
    begun: str
    learner: str
    learner_id: str
    section: str
    exercise: str
    files: tuple[str, ...]
    late: bool
    handed_in_at: str
    digest: str
    reason: str
    grading: int | None = None

    @property
    def key(self) -> str:
        """Who it is, for comparing."""
        return json.dumps([self.learner_id, squashed(self.learner) or self.learner])

    @property
    def at(self) -> datetime | None:
        """When it was handed in, if the book knows; a time without a zone is read as UTC."""
        return read_time(self.handed_in_at, UTC) if self.handed_in_at else None


def all_handins(book: Book) -> list[KeptHandIn]:
    """Return the rows of all runs, the latest run first."""
    columns = [column for column in HANDIN.c if column.name != "path"]
    which = sa.select(*columns, HANDIN.c.path, RUN.c.started_at).join(RUN).order_by(HANDIN.c.run.desc(), HANDIN.c.row)
    with book.transaction() as db:
        counting = _counting(db)
        return [
            KeptHandIn(
                begun=row["started_at"],
                files=tuple(filter(None, row["path"].split("\n"))),
                grading=counting.get((row["exercise"], row["digest"])),
                **{column.name: row[column.name] for column in columns},
            )
            for row in db.execute(which).mappings()
        ]


def _counting(db: sa.Connection) -> dict[tuple[str, str], int]:
    """Return the number of the grading of each submission: the one that counts, else the last that was not settled.

    Of two walls the stronger one's: what a weaker one says must not be taken for more.
    """
    order = (GRADING.c.counts, GRADING.c.isolation.desc(), GRADING.c.id)  # the last one stays in the dict
    which = sa.select(GRADING.c.id, GRADING.c.exercise, GRADING.c.submission).order_by(*order)
    return {(row.exercise, row.submission): row.id for row in db.execute(which)}


def latest_handins(rows: Iterable[KeptHandIn]) -> list[KeptHandIn]:
    """Return the rows of the latest run of each exercise; a run in which nobody handed it in is none of it."""
    found = list(rows)
    latest: dict[str, int] = {}
    for one in found:
        if one.exercise and one.reason != NOTHING:
            latest[one.exercise] = max(one.run, latest.get(one.exercise, 0))
    return [one for one in found if latest.get(one.exercise) == one.run]


def tally_class(book: Book, rows: Iterable[KeptHandIn]) -> ClassTally:
    """Count the gradings of hand-ins; one report is held at a time, and each is read once."""
    by_grading: dict[int, list[KeptHandIn]] = {}
    for one in rows:
        if one.grading is not None:
            by_grading.setdefault(one.grading, []).append(one)
    tally = ClassTally()
    for number, some in by_grading.items():
        kept = book.find_number(number)
        for one in some if kept is not None else ():
            assert kept is not None
            whose = CountedHandIn(one.key, one.learner or one.learner_id, one.exercise, one.row, number, one.at)
            tally.add(whose, kept.report)
    return tally


def count_handins(rows: Iterable[KeptHandIn]) -> dict[str, HandInCounts]:
    """Count the rows of each exercise by what became of them; people with several attempts count once."""
    by_exercise: dict[str, list[KeptHandIn]] = {}
    for one in rows:
        by_exercise.setdefault(one.exercise, []).append(one)
    return {exercise: _counts(some) for exercise, some in by_exercise.items()}


def _counts(some: list[KeptHandIn]) -> HandInCounts:
    graded = {one.key for one in some if one.grading is not None}
    others = [one for one in some if one.key not in graded]
    missing = {one.key for one in others if one.reason == NOTHING}
    unread = {one.key for one in others if one.reason not in ("", NOTHING)}
    waiting = {one.key for one in others} - missing - unread
    return HandInCounts(some[0].run, some[0].begun, len(missing), len(unread), len(waiting))


def one_learner(rows: Iterable[KeptHandIn], who: str) -> list[KeptHandIn]:
    """Return all rows of one learner: by id, else by the whole name, else by a part of it.

    Raises
    ------
    UsageError
        Nobody is called so, or several are, who are listed.
    """
    found = list(rows)
    wanted = squashed(who)
    for fits in (
        lambda one: bool(who) and one.learner_id == who.strip(),
        lambda one: one.learner == who,
        lambda one: bool(wanted) and wanted in (squashed(one.learner), squashed(one.learner_id)),
        lambda one: bool(wanted) and wanted in squashed(one.learner),
    ):
        mine = [one for one in found if fits(one)]
        people = {one.key: called(one) for one in mine}
        if len(people) > 1:
            names = sorted(people.values())
            more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
            raise UsageError(
                f"'{one_line(who, 60)}' fits several learners: {'; '.join(names[:_MOST_NAMED])}{more}.",
                next_step="Name one by the id, or by the whole name.",
            )
        if mine:
            return mine
    raise UsageError(
        f"'{one_line(who, 60)}' is nobody in this book.", next_step="Name an id or a name as in the table."
    )


def called(one: KeptHandIn) -> str:
    """Return a name for people."""
    return one_line(f"{one.learner} ({one.learner_id})" if one.learner_id else one.learner, 80)
