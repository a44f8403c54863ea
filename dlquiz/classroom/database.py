"""Where the book of a class is kept: a SQLite file or a PostgreSQL server, and what to say when it fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote, unquote_plus

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from dlquiz.classroom.interrupts import uninterrupted
from dlquiz.errors import MissingPackage, StoreError, UsageError
from dlquiz.text import hidden_passwords, one_line, passwords

NAME_ONE: Final = "Name a file with --db, or a URL such as postgresql://you@server/class"
_NO_ROOM = "Make room on the disk, or see who else uses it; then type the same again: what was graded is kept."
_NO_SERVER = (
    "See whether the server runs, and takes this name and password; then type the same again: what was graded is kept."
)
_DIALECTS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    # Which driver is meant without a name differs between releases of SQLAlchemy.
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
_PATIENCE_S = 10
"""For a server that does not answer at all."""
_BUSY_MS = 30_000
"""For another program that writes into the same file."""

_T = TypeVar("_T")


class Database:
    """Somewhere a book is kept; ``name`` is what may be shown of it: no password.

    Raises
    ------
    UsageError
        ``where`` is no such place.
    MissingPackage
        The driver for it is not installed.
    """

    def __init__(self, where: str) -> None:
        url = _url(where)
        self.name = hidden_passwords(where)
        self._secrets = _secrets(where)
        more: dict[str, Any] = {}
        if url.get_backend_name() == "postgresql":
            # A server that was started anew between two gradings is asked again, and not given up.
            more["pool_pre_ping"] = True
            if "connect_timeout" not in url.query:
                more["connect_args"] = {"connect_timeout": _PATIENCE_S}
        try:
            self._engine = sa.create_engine(url, **more)
        except ModuleNotFoundError as error:
            raise MissingPackage(
                "A book in PostgreSQL needs the package psycopg, which is not installed.",
                next_step='python -m pip install "psycopg[binary]>=3.2"',
            ) from error
        except ImportError as error:
            raise MissingPackage(
                f"The package psycopg cannot be used: {one_line(str(error), 300)}.",
                next_step='python -m pip install "psycopg[binary]>=3.2"   (it brings the library of PostgreSQL along)',
            ) from error
        except (ArgumentError, TypeError) as error:
            raise UsageError(
                f"No database can be opened as {self.name}: {self._told(error)}.", next_step=NAME_ONE
            ) from error
        if not self.is_server:
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)

    @property
    def is_server(self) -> bool:
        """Whether it is a server and not a file."""
        return self._engine.dialect.name != "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """Begin a transaction; what fails in it is told as a ``StoreError``, but for an ``IntegrityError``.

        A Ctrl-C waits for its end.
        """
        try:
            with uninterrupted(), self._engine.begin() as db:
                yield db
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            step = NAME_ONE
            if isinstance(error, OperationalError | InterfaceError):
                step = _NO_SERVER if self.is_server else _NO_ROOM
            raise StoreError(f"{self.name} cannot be used: {self._told(error)}.", next_step=step) from error

    def twice(self, change: Callable[[sa.Connection], _T]) -> _T:
        """Make a change; once more if another program was first to write the same row."""
        try:
            with self.transaction() as db:
                return change(db)
        except IntegrityError:
            with self.transaction() as db:
                return change(db)

    def shred(self) -> None:
        """Write everything anew, so that nothing of what was deleted is left in the files.

        Raises
        ------
        StoreError
            Another program uses it at this moment.
        """
        try:
            with self._engine.connect() as db:
                driver: Any = db.connection.driver_connection
                if self.is_server:
                    driver.autocommit = True
                    driver.execute("VACUUM (FULL, ANALYZE) handin, grading")
                    driver.autocommit = False
                    busy = 0
                else:
                    driver.execute("VACUUM")
                    busy, *_ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except Exception as error:
            # The driver is spoken to itself: outside a transaction SQLAlchemy has no words for this.
            raise self._in_use(self._told(error)) from error
        if busy:
            raise self._in_use("another program has it open")

    def _in_use(self, why: str) -> StoreError:
        return StoreError(
            f"It is removed, but {self.name} could not be written anew: {why}.",
            next_step="End the other programs: what is left goes when the last one closes the book.",
        )

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _told(self, error: Exception) -> str:
        """Return the cause on one line. A driver may quote what it was given: the password is taken out."""
        text = str(getattr(error, "orig", None) or error)
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return one_line(text, 400).rstrip(".?")  # a full stop follows


def _secrets(where: str) -> list[str]:
    """Return what of a URL nobody may see, as it was typed, as the driver gets it, and in parts."""
    found = {form for text in passwords(where) for form in (text, unquote_plus(text), unquote(text), *text.split("@"))}
    return sorted(filter(None, found), key=len, reverse=True)


def _url(where: str) -> sa.URL:
    if "://" not in where:
        path = Path(where).expanduser()
        if not path.parent.is_dir():
            raise UsageError(f"There is no folder {path.parent}.", next_step=NAME_ONE)
        return sa.URL.create("sqlite", database=str(path))
    try:
        url = sa.make_url(where)
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            f"{where.partition('://')[0]}://… is not the URL of a database.", next_step=NAME_ONE
        ) from error
    if url.drivername not in _DIALECTS:
        raise UsageError(
            f"No database can be opened as {hidden_passwords(where)}: a book is kept in SQLite or in PostgreSQL.",
            next_step=NAME_ONE,
        )
    return url.set(drivername=_DIALECTS[url.drivername])


def _prepare(connection: Any, _: object) -> None:
    """Set up a connection to SQLite.

    What is committed is on the disk, two programs may write in turn, and what is deleted is overwritten.
    """
    connection.isolation_level = None  # it begins no transaction of its own accord
    settings = (
        f"busy_timeout={_BUSY_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    )
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")


def _begin(db: sa.Connection) -> None:
    db.exec_driver_sql("BEGIN IMMEDIATE")
