"""Take everything about one learner out of the book: the hand-ins, and the gradings that are nobody else's."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import sqlalchemy as sa

from dlquiz.classroom.book import Book
from dlquiz.classroom.kept_handins import KeptHandIn, called
from dlquiz.classroom.roster import squashed
from dlquiz.classroom.schema import GRADING, HANDIN

_PLACE: Final = "<submission>"
"""Where a traceback says that the file lies."""
_AT_ONCE = 400
"""Values in one statement: a database allows only so many."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What will go: hand-ins of every run, and gradings by number.

    ``shared`` gradings stay, because somebody else has handed in the same file: these have what it is called there.
    ``alike`` are others in the book who have the same name under another id.
    """

    name: str
    rows: tuple[KeptHandIn, ...]
    gradings: tuple[int, ...]
    shared: Mapping[int, tuple[str, ...]]
    alike: tuple[str, ...]

    def exercises(self) -> dict[str, int]:
        """Return how many hand-ins of each exercise there are."""
        return dict(sorted(Counter(one.exercise for one in self.rows).items()))


def to_forget(book: Book, key: str, rows: Iterable[KeptHandIn]) -> Forgotten:
    """Find everything of the learner with this key; nothing is changed."""
    everybody = list(rows)
    mine = [one for one in everybody if one.key == key]
    digests = {(one.exercise, one.digest) for one in mine if one.digest}
    others: dict[tuple[str, str], list[str]] = {}
    for one in everybody:
        if one.key != key and one.digest:
            called_there = [PurePosixPath(path).name for path in one.files[:1]]
            others.setdefault((one.exercise, one.digest), []).extend(called_there)
    names = {squashed(one.learner) for one in mine} - {""}
    alike = {called(one) for one in everybody if one.key != key and squashed(one.learner) in names}
    going = _numbers(book, digests - others.keys())
    shared = {number: tuple(others[one]) for one in digests & others.keys() for number in _numbers(book, [one])}
    return Forgotten(called(mine[0]), tuple(mine), going, shared, tuple(sorted(alike)))


def _numbers(book: Book, digests: Iterable[tuple[str, str]]) -> tuple[int, ...]:
    """Return all gradings of submissions, whether they count or not."""
    found: list[int] = []
    with book.transaction() as db:
        for exercise, digest in sorted(digests):
            same = (GRADING.c.exercise == exercise, GRADING.c.submission == digest)
            found += db.scalars(sa.select(GRADING.c.id).where(*same))
    return tuple(sorted(found))


def forget(book: Book, going: Forgotten) -> None:
    """Remove it, all or nothing; then nothing of it is left in the file either."""
    with book.transaction() as db:
        for one in going.rows:
            db.execute(HANDIN.delete().where(HANDIN.c.run == one.run, HANDIN.c.row == one.row))
        for begin in range(0, len(going.gradings), _AT_ONCE):
            some = going.gradings[begin : begin + _AT_ONCE]
            db.execute(GRADING.delete().where(GRADING.c.id.in_(some)))
        for number, names in going.shared.items():
            _rename(db, number, names)
    book.shred()


def _rename(db: sa.Connection, number: int, names: tuple[str, ...]) -> None:
    """Let a report call its file as those do who stay: the name of the first who handed it in may say who it was."""
    which = GRADING.c.id == number
    text = db.scalar(sa.select(GRADING.c.report).where(which))
    report = json.loads(text) if text else {"submission": {"file": ""}}
    old = report["submission"]["file"]
    if not old or not names or any(name.endswith(old) for name in names):
        return
    report["submission"]["file"] = names[0]
    before, after = (json.dumps(f"{_PLACE}/{name}", ensure_ascii=False)[1:-1] for name in (old, names[0]))
    db.execute(
        GRADING.update().where(which).values(report=json.dumps(report, ensure_ascii=False).replace(before, after))
    )
