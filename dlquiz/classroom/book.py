"""The book of a class: every grading once, and who handed in what; one SQLite file, or a database by its URL.

A grading is kept under all that decides it (`GradingKey` and the submission's digest), in a transaction of its own, the
moment it exists: whatever ends the program, what was kept stays, and grading again fills in only what is missing.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from dlquiz.errors import MissingPackage, StoreError
from dlquiz.text import storable

try:
    import sqlalchemy as sa

    from dlquiz.classroom.database import NAME_ONE, Database
    from dlquiz.classroom.schema import ABOUT, FORMAT_VERSION, GRADING, HANDIN, KEY, RUN, SEED, TABLES
except ModuleNotFoundError as error:
    raise MissingPackage(
        "Grading a class needs the package sqlalchemy, which is not installed.",
        next_step='python -m pip install "sqlalchemy>=2"',
    ) from error

if TYPE_CHECKING:
    from dlquiz.classroom.roll import RollRow
    from dlquiz.model.report import Report


_OPENING: Final = 0x646C7175697A
"""A number for a lock of ours on a server; "dlquiz" in ASCII."""


@dataclass(frozen=True, slots=True)
class GradingKey:
    """What decides a grading, beside the submission. ``data`` is empty for an exercise without."""

    exercise: str
    grader_sha256: str
    seed: int
    versions: str
    isolation: str
    data: str

    @staticmethod
    def versions_text(versions: Mapping[str, str]) -> str:
        """Return versions in the form in which they are compared."""
        return json.dumps(dict(versions), sort_keys=True)


@dataclass(frozen=True, slots=True)
class KeptGrading:
    """A grading of the book. Unsettled: it is to be done once more before it counts."""

    report: "Report"
    settled: bool


class Book:
    """An open book. Use it as a context manager.

    Parameters
    ----------
    where : str
        The path of a SQLite file, which is made if it is missing, or the URL of a database.

    Attributes
    ----------
    name : str
        What may be shown of ``where``: without its password.

    Raises
    ------
    UsageError
        ``where`` is no such place.
    StoreError
        The database cannot be used, or a newer dlquiz made it.
    """

    def __init__(self, where: str) -> None:
        self._pending: list[dict[str, Any]] = []
        self._database = Database(where)
        self.name = self._database.name
        try:
            with self._database.transaction() as db:
                self._open(db)
        except BaseException:
            self._database.close()
            raise

    def _open(self, db: sa.Connection) -> None:
        if self._database.is_server:
            # Two programs that begin at once must not both make the tables.
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_OPENING)))
        known = set(sa.inspect(db).get_table_names())
        if known and "about" not in known:
            raise StoreError(f"{self.name} is another program's database.", next_step=NAME_ONE)
        TABLES.create_all(db)
        version = db.scalar(sa.select(ABOUT.c.format_version))
        if version is None:
            db.execute(ABOUT.insert().values(format_version=FORMAT_VERSION))
        elif version > FORMAT_VERSION:
            raise StoreError(
                f"{self.name} was made by a newer dlquiz (format {version}).",
                next_step="python -m pip install --upgrade dlquiz",
            )

    def close(self) -> None:
        """Write what waits, and close."""
        try:
            self.flush()
        finally:
            self._database.close()

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # What ended the work is what has to be told, and not that the rest could not be written either.
        with suppress(*(() if kind is None else (StoreError,))):
            self.close()

    # -- what decides -----------------------------------------------------

    def seed(self, exercise: str, grader_sha256: str, wanted: int | None) -> int:
        """Return the one seed with which a whole class is graded; ``wanted`` replaces it from now on."""
        which = sa.and_(SEED.c.exercise == exercise, SEED.c.grader_sha256 == grader_sha256)

        def choose(db: sa.Connection) -> int:
            known = db.scalar(sa.select(SEED.c.seed).where(which))
            seed = wanted if wanted is not None else known if known is not None else secrets.randbits(53)
            if known is None:
                db.execute(SEED.insert().values(exercise=exercise, grader_sha256=grader_sha256, seed=seed))
            elif seed != known:
                db.execute(SEED.update().where(which).values(seed=seed))
            return seed

        return self._database.twice(choose)

    # -- gradings ---------------------------------------------------------

    def find(self, key: GradingKey, digest: str) -> KeptGrading | None:
        """Return the grading of a submission, if it was done."""
        from dlquiz.model.report import Report

        with self._database.transaction() as db:
            row = db.execute(sa.select(GRADING.c.report, GRADING.c.settled).where(_same(key, digest))).one_or_none()
        return None if row is None else KeptGrading(Report.model_validate_json(row.report), row.settled)

    def is_settled(self, key: GradingKey, digest: str) -> bool | None:
        """Return whether a grading counts; None if there is none."""
        with self._database.transaction() as db:
            return db.scalar(sa.select(GRADING.c.settled).where(_same(key, digest)))

    def keep(self, key: GradingKey, digest: str, report: "Report", *, settled: bool) -> None:
        """Write a grading, in the place of one that was not settled."""
        new = {"report": report.model_dump_json(), "settled": settled, "seconds": report.usage.wall_s}

        def write(db: sa.Connection) -> None:
            self._write_pending(db)
            unsettled = sa.and_(_same(key, digest), GRADING.c.settled.is_(False))
            if db.execute(GRADING.update().where(unsettled).values(new)).rowcount == 0 and not db.scalar(
                sa.select(GRADING.c.id).where(_same(key, digest))
            ):
                db.execute(GRADING.insert().values(submission=digest, **asdict(key), **new))

        self._database.twice(write)
        self._pending.clear()

    def mean_seconds(self, exercise: str) -> float | None:
        """Return how long a grading of an exercise took, as a rule; None if there was none."""
        with self._database.transaction() as db:
            return db.scalar(sa.select(sa.func.avg(GRADING.c.seconds)).where(GRADING.c.exercise == exercise))

    # -- hand-ins ---------------------------------------------------------

    def begin(self, rows: "Sequence[RollRow]", now: datetime) -> int:
        """Write the rows of a run; return its number."""
        with self._database.transaction() as db:
            begun = db.execute(RUN.insert().values(started_at=now.isoformat()))
            assert begun.inserted_primary_key is not None
            run = int(begun.inserted_primary_key[0])
            values = [
                {
                    "run": run,
                    "row": number,
                    "learner": storable(row.person.name),
                    "learner_id": storable(row.person.id),
                    "section": storable(row.person.section),
                    "exercise": row.exercise,
                    "path": storable("\n".join(row.labels)),
                    "late": row.late,
                    "handed_in_at": storable(row.when),
                    "digest": "",
                    "reason": storable(row.reason),
                }
                for number, row in enumerate(rows)
            ]
            if values:
                db.execute(HANDIN.insert(), values)
        return run

    def note(self, run: int, number: int, row: "RollRow") -> None:
        """Write what was found out about a row: with the next grading, or by ``flush``."""
        self._pending.append({"the_run": run, "the_row": number, "digest": row.digest, "reason": storable(row.reason)})

    def flush(self) -> None:
        """Write what waits."""
        if self._pending:
            with self._database.transaction() as db:
                self._write_pending(db)
            self._pending.clear()

    def _write_pending(self, db: sa.Connection) -> None:
        if self._pending:
            which = sa.and_(HANDIN.c.run == sa.bindparam("the_run"), HANDIN.c.row == sa.bindparam("the_row"))
            db.execute(HANDIN.update().where(which), self._pending)


def _same(key: GradingKey, digest: str) -> sa.ColumnElement[bool]:
    wanted = {"submission": digest, **asdict(key)}
    return sa.and_(*(GRADING.c[name] == wanted[name] for name in KEY))
