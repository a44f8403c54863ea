"""What a learner has done: one SQLite file per workspace.

Every method is one transaction: a kill leaves the state before it or after it.
Several processes may write at once (WAL, ``busy_timeout``, ``BEGIN IMMEDIATE``).
A damaged file is moved aside, never deleted, and ``Progress.notes`` says so.
Progress is derived from graded reports alone; nothing else can mark an exercise as done.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dlquiz.errors import StoreError

if TYPE_CHECKING:
    from dlquiz.model.report import Report

_BUSY_TIMEOUT_MS = 10_000
_LEAST_FREE = 1 << 16
"""Bytes; a write needs some pages, and 32 kB for the file that the processes share."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

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
)
"""Migration ``n`` takes ``PRAGMA user_version`` from n to n + 1. Never edit one that was released."""

SCHEMA_VERSION = len(_MIGRATIONS)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class BestScore:
    """The best grading of one exercise. ``passed``: complete, and every case passed."""

    exercise_id: str
    earned: float
    possible: float
    bonus: float
    passed: bool
    graded_at: datetime


class Mode(StrEnum):
    """Where an answer was given. Cramming leaves the schedule of reviews alone."""

    QUIZ = "quiz"
    EXAM = "exam"
    REVIEW = "review"
    CRAM = "cram"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer of one sitting.

    ``answer_json`` is what the learner answered, as JSON; ``score`` is 0 to 1. ``sure`` is what the learner said about
    it (None: nothing), ``variant`` the number of the variant of a parametric question, from 0. ``mode`` is one of
    `Mode`, or what a newer dlquiz calls its own.
    """

    sitting_id: str
    quiz_id: str
    question_id: str
    answer_json: str
    correct: bool
    score: float
    answered_at: datetime
    sure: bool | None = None
    variant: int | None = None
    mode: str = Mode.QUIZ


class Progress:
    """The store of one workspace. Use it as a context manager, or call ``close``.

    Parameters
    ----------
    path : Path
        The SQLite file; it and its folder are made if they are missing.

    Attributes
    ----------
    notes : tuple of str
        Sentences for the learner about what opening found (a damaged file).

    Raises
    ------
    StoreError
        The folder cannot be written, another process holds the file too long, or
        a newer dlquiz made it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: tuple[str, ...] = ()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _cannot_write(path, error.strerror or str(error)) from error
        self._db = self._open()

    def close(self) -> None:
        """Close the file; the object is of no use afterwards."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def record_report(self, report: "Report") -> None:
        """Store one grading."""
        points = report.points
        row = (
            report.exercise,
            _to_text(report.started_at),
            report.complete and report.outcome == "passed",
            report.complete,
            points.earned,
            points.possible,
            points.bonus,
            report.submission.sha256,
            report.model_dump_json(),
        )
        self._write(
            "INSERT INTO report (exercise, started_at, passed, complete, earned, possible, bonus, submission_sha256,"
            " document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )

    def best(self, exercise_id: str) -> BestScore | None:
        """Return the best grading of an exercise (a pass first, then the share of points, then the earliest)."""
        rows = self._read(
            "SELECT exercise, earned, possible, bonus, passed, started_at FROM report WHERE exercise = ?"
            " ORDER BY passed DESC, earned / max(possible, 1e-9) DESC, bonus DESC, id LIMIT 1",
            (exercise_id,),
        )
        if not rows:
            return None
        name, earned, possible, bonus, passed, at = rows[0]
        return BestScore(name, earned, possible, bonus, bool(passed), _from_text(at))

    def reports(self, exercise_id: str) -> "list[Report]":
        """Return every grading of an exercise, oldest first."""
        from dlquiz.model.report import Report

        rows = self._read("SELECT document FROM report WHERE exercise = ? ORDER BY id", (exercise_id,))
        return [Report.model_validate_json(document) for (document,) in rows]

    def record_answer(
        self,
        sitting_id: str,
        quiz_id: str,
        question_id: str,
        answer_json: str,
        correct: bool,
        score: float,
        answered_at: datetime,
        *,
        sure: bool | None = None,
        variant: int | None = None,
        mode: str = Mode.QUIZ,
    ) -> None:
        """Store the answer to one question of a sitting; the last answer of a sitting counts."""
        self._write(
            "INSERT INTO answer (sitting_id, question_id, quiz_id, answer, correct, score, answered_at, sure, variant,"
            " mode) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sitting_id, question_id) DO UPDATE SET"
            " answer = excluded.answer, correct = excluded.correct, score = excluded.score,"
            " answered_at = excluded.answered_at, sure = excluded.sure, variant = excluded.variant,"
            " mode = excluded.mode",
            (
                *(sitting_id, question_id, quiz_id, answer_json, correct, score, _to_text(answered_at)),
                *(sure, variant, str(mode)),
            ),
        )

    def answers(self, quiz_id: str) -> list[StoredAnswer]:
        """Return every answer to a quiz's questions, in the order of their times."""
        return self._answers("WHERE quiz_id = ?", (quiz_id,))

    def answers_all(self) -> list[StoredAnswer]:
        """Return every answer to every question, in the order of their times: what reviews are scheduled from."""
        return self._answers("", ())

    def _answers(self, which: str, values: tuple[object, ...]) -> list[StoredAnswer]:
        rows = self._read(
            "SELECT sitting_id, quiz_id, question_id, answer, correct, score, answered_at, sure, variant, mode"
            f" FROM answer {which} ORDER BY answered_at, rowid",
            values,
        )
        return [
            StoredAnswer(
                s, z, q, a, bool(c), score, _from_text(at), None if sure is None else bool(sure), variant, mode
            )
            for s, z, q, a, c, score, at, sure, variant, mode in rows
        ]

    def save_sitting(self, sitting_id: str, quiz_id: str, state_json: str) -> None:
        """Store where a sitting stands, so that it can be resumed."""
        self._write(
            "INSERT INTO sitting (sitting_id, quiz_id, state, saved)"
            " VALUES (?, ?, ?, (SELECT coalesce(max(saved), 0) + 1 FROM sitting))"
            " ON CONFLICT (sitting_id) DO UPDATE SET state = excluded.state, saved = excluded.saved",
            (sitting_id, quiz_id, state_json),
        )

    def open_sitting(self, quiz_id: str) -> tuple[str, str] | None:
        """Return (sitting id, state) of the newest sitting of a quiz that was not finished."""
        rows = self._read(
            "SELECT sitting_id, state FROM sitting WHERE quiz_id = ? AND closed = 0 ORDER BY saved DESC LIMIT 1",
            (quiz_id,),
        )
        return (rows[0][0], rows[0][1]) if rows else None

    def close_sitting(self, sitting_id: str) -> None:
        """Mark a sitting as finished."""
        self._write("UPDATE sitting SET closed = 1 WHERE sitting_id = ?", (sitting_id,))

    def finished_quizzes(self) -> frozenset[str]:
        """Return the ids of the quizzes that have a finished sitting."""
        return frozenset(name for (name,) in self._read("SELECT DISTINCT quiz_id FROM sitting WHERE closed = 1"))

    def hints_shown(self, exercise_id: str) -> int:
        """Return how many hints of an exercise were shown."""
        rows = self._read("SELECT shown FROM hint WHERE exercise = ?", (exercise_id,))
        return int(rows[0][0]) if rows else 0

    def record_hint(self, exercise_id: str, shown: int) -> None:
        """Store that the first ``shown`` hints of an exercise were shown; the number never falls."""
        self._write(
            "INSERT INTO hint VALUES (?, ?) ON CONFLICT (exercise) DO UPDATE SET shown = max(shown, excluded.shown)",
            (exercise_id, shown),
        )

    def record_solution_viewed(self, exercise_id: str, viewed_at: datetime) -> None:
        """Store that the solution was shown; the first time is kept."""
        self._write("INSERT OR IGNORE INTO solution_view VALUES (?, ?)", (exercise_id, _to_text(viewed_at)))

    def solution_viewed(self, exercise_id: str) -> datetime | None:
        """Return when the solution was shown first, or None."""
        rows = self._read("SELECT viewed_at FROM solution_view WHERE exercise = ?", (exercise_id,))
        return _from_text(rows[0][0]) if rows else None

    # Below: SQLite.

    def _open(self) -> sqlite3.Connection:
        try:
            return _connect(self.path)
        except sqlite3.Error as error:
            if not _is_damage(error):
                raise _cannot_write(self.path, str(error)) from error
        with _only_one(self.path.parent):
            # Another process may have repaired it while we waited for the lock.
            try:
                return _connect(self.path)
            except sqlite3.Error as error:
                if not _is_damage(error):
                    raise _cannot_write(self.path, str(error)) from error
            try:
                aside = _move_aside(self.path)
                connection = _connect(self.path)
            except (OSError, sqlite3.Error) as error:
                raise _cannot_write(self.path, str(error)) from error
        self.notes = (
            f"The progress file was damaged. It was moved to {aside}; a new one was begun. Your exercise files are"
            " untouched: grade them again to get your points back.",
        )
        return connection

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        def work() -> None:
            with _transaction(self._db):
                self._db.execute(statement, values)

        self._guard(work)

    def _read(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        return self._guard(lambda: self._db.execute(statement, values).fetchall())

    def _guard(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except sqlite3.Error as error:
            raise _cannot_write(self.path, str(error)) from error


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_MS / 1000, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        _write_ahead(connection)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _damage(str(verdict))
        _migrate(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Ask for the write-ahead log; a file system without it keeps the rollback journal, as safe and slower.

    SQLite does not wait for another process here, whatever the busy timeout says: it
    answers at once that the database is locked. So the waiting is ours.
    """
    give_up = time.monotonic() + _BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
        time.sleep(0.01)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == SCHEMA_VERSION:
        return
    with _transaction(connection):
        # Read again inside the transaction: another process may have migrated meanwhile.
        version = _version(connection)
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"{path} was written by a newer dlquiz (schema {version}; this one knows {SCHEMA_VERSION}).",
                next_step="python -m pip install --upgrade dlquiz",
            )
        for migration in _MIGRATIONS[version:]:
            # Not executescript: it would commit the transaction that makes this all or nothing.
            for statement in migration.split(";"):
                if statement.strip():
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
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


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / "repair.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        companion = path.with_name(path.name + suffix)
        if companion.exists():
            companion.rename(aside.with_name(aside.name + suffix))
    return aside


def _damage(detail: str) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError(detail)
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    return error


def _is_damage(error: sqlite3.Error) -> bool:
    # Extended codes keep the primary one in the low byte.
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _DAMAGED


def _cannot_write(path: Path, detail: str) -> StoreError:
    # SQLite calls a full disk "disk I/O error" when it cannot even make the file that it shares with others.
    try:
        disk = os.statvfs(path.parent)
        full = disk.f_bavail * disk.f_frsize < _LEAST_FREE
    except OSError:
        full = False
    step = "Delete something to make room." if full else "Check that you may write there and that the disk is not full."
    reason = "there is no free disk space" if full else detail
    return StoreError(f"Your progress cannot be stored in {path} ({reason}).", next_step=step)


def _to_text(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("times are aware: pass datetime.now(UTC)")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _from_text(text: str) -> datetime:
    return datetime.fromisoformat(text)
