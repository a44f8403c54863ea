"""The tables of a store of progress, and how a store that an older dlquiz made gets those of today."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from dlquiz.errors import StoreError

_MIGRATIONS = (
    """
    CREATE TABLE report (
        id INTEGER PRIMARY KEY,
        exercise TEXT NOT NULL,
        started_at TEXT NOT NULL,
        passed INTEGER NOT NULL,
        complete INTEGER NOT NULL,
        earned REAL NOT NULL,
        possible REAL NOT NULL,
        bonus REAL NOT NULL,
        submission_sha256 TEXT NOT NULL,
        document TEXT NOT NULL
    ) STRICT;
    CREATE INDEX report_exercise ON report (exercise, id);
    CREATE TABLE sitting (
        sitting_id TEXT PRIMARY KEY,
        quiz_id TEXT NOT NULL,
        state TEXT NOT NULL,
        closed INTEGER NOT NULL DEFAULT 0,
        saved INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE answer (
        sitting_id TEXT NOT NULL,
        question_id TEXT NOT NULL,
        quiz_id TEXT NOT NULL,
        answer TEXT NOT NULL,
        correct INTEGER NOT NULL,
        score REAL NOT NULL,
        answered_at TEXT NOT NULL,
        PRIMARY KEY (sitting_id, question_id)
    ) STRICT;
    CREATE TABLE hint (exercise TEXT PRIMARY KEY, shown INTEGER NOT NULL) STRICT;
    CREATE TABLE solution_view (exercise TEXT PRIMARY KEY, viewed_at TEXT NOT NULL) STRICT;
    """,
    """
    ALTER TABLE answer ADD COLUMN sure INTEGER;
    ALTER TABLE answer ADD COLUMN variant INTEGER;
    ALTER TABLE answer ADD COLUMN mode TEXT NOT NULL DEFAULT 'quiz';
    """,
    """
    CREATE TABLE repair (
        exercise TEXT NOT NULL,
        wrong TEXT NOT NULL,
        seed INTEGER NOT NULL,
        begun_at TEXT NOT NULL,
        ended_at TEXT,
        changed INTEGER,
        fewest INTEGER,
        PRIMARY KEY (exercise, wrong)
    ) STRICT;
    """,
    """
    CREATE TABLE own_question (
        exercise TEXT NOT NULL,
        submission_sha256 TEXT NOT NULL,
        number INTEGER NOT NULL,
        kind TEXT NOT NULL,
        question TEXT NOT NULL,
        answer TEXT NOT NULL,
        correct INTEGER NOT NULL,
        answered_at TEXT NOT NULL,
        PRIMARY KEY (exercise, submission_sha256, number)
    ) STRICT;
    """,
    """
    CREATE TABLE again (
        exercise TEXT NOT NULL,
        function TEXT NOT NULL,
        begun_at TEXT NOT NULL,
        ended_at TEXT,
        passed INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (exercise, begun_at)
    ) STRICT;
    """,
)
"""Migration ``n`` takes ``PRAGMA user_version`` from n to n + 1. Never edit one that was released."""

SCHEMA_VERSION = len(_MIGRATIONS)

_COLUMNS = {
    "report": 10, "sitting": 5, "answer": 10, "hint": 2, "solution_view": 2, "repair": 7, "own_question": 8, "again": 5,
}  # fmt: skip
"""How many columns each table has after all migrations."""


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Give a store the tables of today; StoreError if a newer dlquiz made it."""
    if version(connection) == SCHEMA_VERSION:
        return
    with transaction(connection):
        # Read again inside the transaction: another process may have migrated meanwhile.
        found = version(connection)
        if found > SCHEMA_VERSION:
            raise StoreError(
                f"{path} was written by a newer dlquiz (schema {found}; this one knows {SCHEMA_VERSION}).",
                next_step="python -m pip install --upgrade dlquiz",
            )
        for migration in _MIGRATIONS[found:]:
            # Not executescript: it would commit the transaction that makes this all or nothing.
            for statement in migration.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def is_whole(connection: sqlite3.Connection) -> bool:
    """Return whether a store has every table that it must have: one that somebody dropped is damage, too."""
    rows = connection.execute(
        "SELECT one.name, count(*) FROM sqlite_master AS one JOIN pragma_table_info(one.name)"
        " WHERE one.type = 'table' GROUP BY one.name"
    )
    return _COLUMNS.items() <= dict(rows.fetchall()).items()


def version(connection: sqlite3.Connection) -> int:
    """Return how many migrations a store has had."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Do what the block does whole or not at all."""
    # IMMEDIATE takes the write lock at once, where busy_timeout still helps; a read lock
    # that wants to become a write lock fails without waiting.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # A full disk ends the transaction by itself; a second error would hide the reason.
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
