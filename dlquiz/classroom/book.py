"""The book of a class: every grading once, and who handed in what; one SQLite file, or a database by its URL.

A grading is kept under all that decides it (`GradingKey` and the submission's digest), in a transaction of its own, the
moment it exists: whatever ends the program, what was kept stays, and grading again fills in only what is missing.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dlquiz.errors import MissingPackage, StoreError, UsageError
from dlquiz.text import storable

try:
    import sqlalchemy as sa
    from sqlalchemy import event
    from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, OperationalError, SQLAlchemyError
except ModuleNotFoundError as error:
    raise MissingPackage(
        "Grading a class needs the package sqlalchemy, which is not installed.",
        next_step='python -m pip install "sqlalchemy>=2"',
    ) from error

if TYPE_CHECKING:
    from dlquiz.classroom.roll import RollRow
    from dlquiz.model.report import Report

FORMAT_VERSION: Final = 1

_TABLES = sa.MetaData()
_ABOUT = sa.Table("about", _TABLES, sa.Column("format_version", sa.Integer, nullable=False))
_SEED = sa.Table(
    "seed",
    _TABLES,
    sa.Column("exercise", sa.Text, primary_key=True),
    sa.Column("grader_sha256", sa.Text, primary_key=True),
    sa.Column("seed", sa.BigInteger, nullable=False),
)
_KEY = ("submission", "exercise", "grader_sha256", "seed", "versions", "isolation", "data")
_GRADING = sa.Table(
    "grading",
    _TABLES,
    sa.Column("id", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.BigInteger if name == "seed" else sa.Text, nullable=False) for name in _KEY),
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("report", sa.Text, nullable=False),
    sa.UniqueConstraint(*_KEY),
)
_RUN = sa.Table(
    "run", _TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("started_at", sa.Text, nullable=False)
)
_HANDIN = sa.Table(
    "handin",
    _TABLES,
    sa.Column("run", sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("row", sa.Integer, primary_key=True),
    *(sa.Column(name, sa.Text, nullable=False) for name in ("learner", "learner_id", "section", "exercise", "path")),
    sa.Column("late", sa.Boolean, nullable=False),
    sa.Column("handed_in_at", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)


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

    Raises
    ------
    UsageError
        ``where`` is no such place.
    StoreError
        The database cannot be used, or a newer dlquiz made it.
    """

    def __init__(self, where: str) -> None:
        self._pending: list[dict[str, Any]] = []
        url = _url(where)
        self._name = url.render_as_string(hide_password=True) if "://" in where else where
        try:
            self._engine = sa.create_engine(url)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise UsageError(f"No database can be opened as {self._name}: {error}.", next_step=_NAME_ONE) from error
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)
        try:
            with self._transaction() as db:
                self._open(db)
        except BaseException:
            self._engine.dispose()
            raise

    def _open(self, db: sa.Connection) -> None:
        known = set(sa.inspect(db).get_table_names())
        if known and "about" not in known:
            raise StoreError(f"{self._name} is another program's database.", next_step=_NAME_ONE)
        _TABLES.create_all(db)
        version = db.scalar(sa.select(_ABOUT.c.format_version))
        if version is None:
            db.execute(_ABOUT.insert().values(format_version=FORMAT_VERSION))
        elif version > FORMAT_VERSION:
            raise StoreError(
                f"{self._name} was made by a newer dlquiz (format {version}).",
                next_step="python -m pip install --upgrade dlquiz",
            )

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as db:
                yield db
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            step = "Make room on the disk, or see who else uses it; then type the same again: what was graded is kept."
            wrong = isinstance(error, OperationalError | sa.exc.InterfaceError)
            raise StoreError(
                f"{self._name} cannot be used: {cause}.", next_step=step if wrong else _NAME_ONE
            ) from error

    def close(self) -> None:
        """Write what waits, and close."""
        self.flush()
        self._engine.dispose()

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- what decides -----------------------------------------------------

    def seed(self, exercise: str, grader_sha256: str, wanted: int | None) -> int:
        """Return the one seed with which a whole class is graded; ``wanted`` replaces it from now on."""
        which = sa.and_(_SEED.c.exercise == exercise, _SEED.c.grader_sha256 == grader_sha256)

        def choose(db: sa.Connection) -> int:
            known = db.scalar(sa.select(_SEED.c.seed).where(which))
            seed = wanted if wanted is not None else known if known is not None else secrets.randbits(53)
            if known is None:
                db.execute(_SEED.insert().values(exercise=exercise, grader_sha256=grader_sha256, seed=seed))
            elif seed != known:
                db.execute(_SEED.update().where(which).values(seed=seed))
            return seed

        return self._twice(choose)

    def _twice(self, change: Callable[[sa.Connection], int]) -> int:
        """Make a change; once more if another program was first to write the same row."""
        try:
            with self._transaction() as db:
                return change(db)
        except IntegrityError:
            with self._transaction() as db:
                return change(db)

    # -- gradings ---------------------------------------------------------

    def find(self, key: GradingKey, digest: str) -> KeptGrading | None:
        """Return the grading of a submission, if it was done."""
        from dlquiz.model.report import Report

        with self._transaction() as db:
            row = db.execute(sa.select(_GRADING.c.report, _GRADING.c.settled).where(_same(key, digest))).one_or_none()
        return None if row is None else KeptGrading(Report.model_validate_json(row.report), row.settled)

    def is_settled(self, key: GradingKey, digest: str) -> bool | None:
        """Return whether a grading counts; None if there is none."""
        with self._transaction() as db:
            return db.scalar(sa.select(_GRADING.c.settled).where(_same(key, digest)))

    def keep(self, key: GradingKey, digest: str, report: "Report", *, settled: bool) -> None:
        """Write a grading, in the place of one that was not settled."""
        new = {"report": report.model_dump_json(), "settled": settled, "seconds": report.usage.wall_s}

        def write(db: sa.Connection) -> int:
            self._write_pending(db)
            unsettled = sa.and_(_same(key, digest), _GRADING.c.settled.is_(False))
            if db.execute(_GRADING.update().where(unsettled).values(new)).rowcount == 0 and not db.scalar(
                sa.select(_GRADING.c.id).where(_same(key, digest))
            ):
                db.execute(_GRADING.insert().values(submission=digest, **asdict(key), **new))
            return 0

        self._twice(write)
        self._pending.clear()

    def mean_seconds(self, exercise: str) -> float | None:
        """Return how long a grading of an exercise took, as a rule; None if there was none."""
        with self._transaction() as db:
            return db.scalar(sa.select(sa.func.avg(_GRADING.c.seconds)).where(_GRADING.c.exercise == exercise))

    # -- hand-ins ---------------------------------------------------------

    def begin(self, rows: "Sequence[RollRow]", now: datetime) -> int:
        """Write the rows of a run; return its number."""
        with self._transaction() as db:
            db.execute(_RUN.insert().values(started_at=now.isoformat()))
            run: int = db.execute(sa.select(sa.func.max(_RUN.c.id))).scalar_one()
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
                db.execute(_HANDIN.insert(), values)
        return run

    def note(self, run: int, number: int, row: "RollRow") -> None:
        """Write what was found out about a row: with the next grading, or by ``flush``."""
        self._pending.append({"the_run": run, "the_row": number, "digest": row.digest, "reason": storable(row.reason)})

    def flush(self) -> None:
        """Write what waits."""
        if self._pending:
            with self._transaction() as db:
                self._write_pending(db)
            self._pending.clear()

    def _write_pending(self, db: sa.Connection) -> None:
        if self._pending:
            which = sa.and_(_HANDIN.c.run == sa.bindparam("the_run"), _HANDIN.c.row == sa.bindparam("the_row"))
            db.execute(_HANDIN.update().where(which), self._pending)


_NAME_ONE = "Name a file with --db, or a URL such as sqlite:///class.sqlite3"


def _url(where: str) -> sa.URL:
    if "://" not in where:
        path = Path(where).expanduser()
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent}.", next_step=_NAME_ONE)
        return sa.URL.create("sqlite", database=str(path))
    try:
        return sa.make_url(where)
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            f"{where.partition('://')[0]}://… is not the URL of a database.", next_step=_NAME_ONE
        ) from error


def _same(key: GradingKey, digest: str) -> sa.ColumnElement[bool]:
    wanted = {"submission": digest, **asdict(key)}
    return sa.and_(*(_GRADING.c[name] == wanted[name] for name in _KEY))


def _prepare(connection: Any, _: object) -> None:
    """Set up a connection to SQLite: what is committed is on the disk, and two programs may write in turn."""
    connection.isolation_level = None  # it begins no transaction of its own accord
    for setting in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")


def _begin(db: sa.Connection) -> None:
    db.exec_driver_sql("BEGIN IMMEDIATE")
