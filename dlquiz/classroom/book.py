"""The book of a class: every grading once, and who handed in what; one SQLite file, or a database by its URL.

A grading is kept under all that decides it (`GradingKey` and the submission's digest), in a transaction of its own, the
moment it exists: whatever ends the program, what was kept stays, and grading again fills in only what is missing.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from dlquiz.errors import MissingPackage, StoreError
from dlquiz.text import storable

try:
    import sqlalchemy as sa

    from dlquiz.classroom import queries
    from dlquiz.classroom.database import NAME_ONE, Database
    from dlquiz.classroom.queries import under
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
    """A grading of the book, by its number. Unsettled: it is to be done once more before it counts."""

    number: int
    key: GradingKey
    digest: str
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
        if _format_of(db) == FORMAT_VERSION:
            return
        if self._database.is_server:
            # Two programs that begin at once must not both make the tables.
            db.execute(sa.select(sa.func.pg_advisory_xact_lock(_OPENING)))
        version = self._version(db)
        if version is None:
            TABLES.create_all(db)
            db.execute(ABOUT.insert().values(format_version=FORMAT_VERSION))
        elif version > FORMAT_VERSION:
            raise StoreError(
                f"{self.name} was made by a newer dlquiz (format {version}).",
                next_step="python -m pip install --upgrade dlquiz",
            )
        elif version < FORMAT_VERSION:
            from dlquiz.classroom.migrations import bring_up_to_date

            bring_up_to_date(db, version)
            db.execute(ABOUT.update().values(format_version=FORMAT_VERSION))

    def _version(self, db: sa.Connection) -> int | None:
        """Return the format of what is there; None for an empty place.

        Only who holds the lock may ask: between the two looks another program could make its tables.
        """
        version = _format_of(db)
        if version is None and sa.inspect(db).get_table_names():
            raise StoreError(f"{self.name} is another program's database.", next_step=NAME_ONE)
        return version

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

    def transaction(self) -> AbstractContextManager[sa.Connection]:
        """Begin a transaction, for what else is read from the tables or taken out of them."""
        return self._database.transaction()

    def shred(self) -> None:
        """Let nothing of what was deleted stay in the files of the database."""
        self._database.shred()

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

    def usual_seed(self, exercise: str, isolation: str) -> int | None:
        """Return the seed of most of the gradings that count; None if there is none."""
        which = sa.select(GRADING.c.seed).where(
            GRADING.c.counts, GRADING.c.exercise == exercise, GRADING.c.isolation == isolation
        )
        often = which.group_by(GRADING.c.seed).order_by(sa.func.count().desc(), sa.func.min(GRADING.c.id)).limit(1)
        with self._database.transaction() as db:
            return db.scalar(often)

    # -- gradings ---------------------------------------------------------

    def find(self, key: GradingKey, digest: str) -> KeptGrading | None:
        """Return the last grading of a submission under a key, if it was done."""
        with self._database.transaction() as db:
            return _kept(db, queries.FIND, under(key, digest))

    def find_counting(self, key: GradingKey, digest: str) -> KeptGrading | None:
        """Return the grading of a submission that counts, whichever graders and versions made it."""
        with self._database.transaction() as db:
            return _kept(db, queries.FIND_COUNTING, under(key, digest))

    def find_new(self, key: GradingKey, digest: str) -> KeptGrading | None:
        """Return the grading under this key that is newer than the one that counts."""
        with self._database.transaction() as db:
            return _kept(db, queries.FIND_NEW, under(key, digest))

    def find_number(self, number: int) -> KeptGrading | None:
        """Return a grading by its number."""
        with self._database.transaction() as db:
            return _kept(db, queries.FIND_NUMBER, {"the_number": number})

    def is_graded(self, key: GradingKey, digest: str, *, anew: bool = False) -> bool | None:
        """Return whether nothing is left to do for a submission; None if it was not graded, False if not wholly.

        Parameters
        ----------
        anew : bool
            Ask for a grading under this key that is newer than the one that counts.
        """
        with self._database.transaction() as db:
            if anew:
                return db.scalar(queries.IS_GRADED_ANEW, under(key, digest))
            counting, settled = db.execute(queries.IS_GRADED, under(key, digest)).one()
        return settled if counting is None else True

    def keep(self, key: GradingKey, digest: str, report: "Report", *, settled: bool, anew: bool = False) -> None:
        """Write a grading, in the place of one that was not settled. It counts if none did before.

        Parameters
        ----------
        anew : bool
            It is another one than the one that counts, also where the key is the same.
        """
        new = {"report": report.model_dump_json(), "settled": settled, "seconds": report.usage.wall_s}
        which = under(key, digest)

        def write(db: sa.Connection) -> None:
            self._write_pending(db)
            counting = db.scalar(queries.NUMBER_THAT_COUNTS, which)
            new["counts"] = settled and counting is None
            last = db.execute(queries.LAST_OF_KEY, which).one_or_none()
            if last is None or (anew and counting is not None and last.id <= counting):
                repeat = 0 if last is None else last.repeat + 1
                db.execute(queries.ADD, {"submission": digest, **asdict(key), "repeat": repeat, **new})
            elif not last.settled:
                changed = {f"new_{name}": value for name, value in new.items()}
                db.execute(queries.FINISH, {"the_number": last.id, **changed})

        self._database.twice(write)
        self._pending.clear()

    def let_count(self, replacing: Mapping[int, int]) -> None:
        """Let new gradings count in the place of old ones, all of them or none; the old ones stay in the book.

        Parameters
        ----------
        replacing : mapping of int to int
            The numbers of the gradings that count, and of those that will.

        Raises
        ------
        StoreError
            Another program was first to decide what counts.
        """
        with self._database.transaction() as db:
            for old, new in replacing.items():
                stopped = GRADING.update().where(GRADING.c.id == old, GRADING.c.counts).values(counts=False)
                if db.execute(stopped).rowcount != 1:
                    raise StoreError(
                        f"Meanwhile another program has changed which gradings of {self.name} count.",
                        next_step="Type the same again.",
                    )
                db.execute(GRADING.update().where(GRADING.c.id == new).values(counts=True))

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
        told = {"new_digest": row.digest, "new_reason": storable(row.reason)}
        self._pending.append({"the_run": run, "the_row": number, **told})

    def flush(self) -> None:
        """Write what waits."""
        if self._pending:
            with self._database.transaction() as db:
                self._write_pending(db)
            self._pending.clear()

    def _write_pending(self, db: sa.Connection) -> None:
        if self._pending:
            db.execute(queries.NOTE, self._pending)


def _kept(db: sa.Connection, query: sa.Select[Any], which: Mapping[str, Any]) -> KeptGrading | None:
    from dlquiz.model.report import Report

    row = db.execute(query, which).mappings().one_or_none()
    if row is None:
        return None
    key = GradingKey(**{name: row[name] for name in KEY if name != "submission"})
    report = Report.model_validate_json(row["report"])
    return KeptGrading(row["id"], key, row["submission"], report, row["settled"])


def _format_of(db: sa.Connection) -> int | None:
    """Return the format of the book that is there; None if none is."""
    return db.scalar(sa.select(ABOUT.c.format_version)) if sa.inspect(db).has_table(ABOUT.name) else None
