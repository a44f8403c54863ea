"""What a learner has done: one SQLite file per workspace.

Every method is one transaction: a kill leaves the state before it or after it.
Several processes may write at once (WAL, ``busy_timeout``, ``BEGIN IMMEDIATE``).
A damaged file is moved aside, never deleted; what can be read of it, or of a copy of an earlier day, is kept, and
``Progress.notes`` says so.
Progress is derived from graded reports alone; nothing else can mark an exercise as done.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from dlquiz.errors import StoreError
from dlquiz.model.answer_log import Mode, StoredAnswer
from dlquiz.model.progress import BestScore
from dlquiz.study.again_log import AgainLog
from dlquiz.study.own_log import OwnLog
from dlquiz.study.repair_log import RepairLog
from dlquiz.study.salvage import Salvaged, copy_of, keep_copy, salvage
from dlquiz.study.schema import SCHEMA_VERSION, is_whole, migrate, transaction, version

if TYPE_CHECKING:
    from dlquiz.model.report import Report

_BUSY_TIMEOUT_MS = 10_000
_LEAST_FREE = 1 << 16
"""Bytes; a write needs some pages, and 32 kB for the file that the processes share."""
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_NOT_TO_BE_WRITTEN = frozenset({
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR,  # a full disk has no room for the log beside the file
})  # fmt: skip
_POINTS_THAT_COUNT = "earned BETWEEN 0 AND possible + 1e-9 AND possible <= 1e6 AND bonus BETWEEN 0 AND 1e6"
"""A row that no grading can have written is passed over."""

_FIRST_ANSWER = ("sitting_id", "quiz_id", "question_id", "answer", "correct", "score", "answered_at")
_ANSWER = (*_FIRST_ANSWER, "sure", "variant", "mode")
"""The columns of an answer, in the order of `StoredAnswer`; the first version of the schema had fewer."""

_T = TypeVar("_T")


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
            f" AND {_POINTS_THAT_COUNT}"
            " ORDER BY passed DESC, earned / max(possible, 1e-9) DESC, bonus DESC, id LIMIT 1",
            (exercise_id,),
        )
        if not rows:
            return None
        name, earned, possible, bonus, passed, at = rows[0]
        return BestScore(name, earned, possible, bonus, bool(passed), _from_text(at))

    def reports(self, exercise_id: str, *, last: int | None = None) -> "list[Report]":
        """Return the ``last`` gradings of an exercise, or all, oldest first."""
        from dlquiz.model.report import Report

        newest = "SELECT id, document FROM report WHERE exercise = ? ORDER BY id DESC LIMIT ?"
        rows = self._read(newest, (exercise_id, -1 if last is None else last))
        return [Report.model_validate_json(document) for _, document in reversed(rows)]

    def lost_since(self, since: datetime, most: int = 20) -> "list[Report]":
        """Return the last gradings since a moment that did not pass, oldest first."""
        from dlquiz.model.report import Report

        newest = "SELECT document FROM report WHERE passed = 0 AND started_at >= ? ORDER BY id DESC LIMIT ?"
        rows = self._read(newest, (_to_text(since), most))
        return [Report.model_validate_json(document) for (document,) in reversed(rows)]

    def gradings(self, exercise_id: str) -> int:
        """Return how often an exercise was graded."""
        rows = self._read("SELECT count(*) FROM report WHERE exercise = ?", (exercise_id,))
        return int(rows[0][0])

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

    def remove_answer(self, sitting_id: str, question_id: str) -> None:
        """Forget an answer that was taken back."""
        self._write("DELETE FROM answer WHERE sitting_id = ? AND question_id = ?", (sitting_id, question_id))

    def answers(self, quiz_id: str) -> list[StoredAnswer]:
        """Return every answer to a quiz's questions, in the order of their times."""
        return self._answers("WHERE quiz_id = ?", (quiz_id,))

    def answers_all(self) -> list[StoredAnswer]:
        """Return every answer to every question, in the order of their times: what reviews are scheduled from."""
        return self._answers("", ())

    def has_answers(self) -> bool:
        """Return whether any question was ever answered."""
        return bool(self._read("SELECT 1 FROM answer LIMIT 1"))

    def _answers(self, which: str, values: tuple[object, ...]) -> list[StoredAnswer]:
        rows = self._read(f"SELECT {', '.join(_ANSWER)} FROM answer {which} ORDER BY answered_at, rowid", values)
        return [_stored_answer(*row) for row in rows]

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

    def put_sitting_aside(self, sitting_id: str) -> None:
        """Mark a sitting as given up: it is neither resumed nor finished. Its answers stay."""
        self._write("UPDATE sitting SET closed = 2 WHERE sitting_id = ?", (sitting_id,))

    def finished_sittings(self) -> list[tuple[str, str]]:
        """Return (quiz id, state) of every finished sitting, in the order in which they were stored."""
        rows = self._read("SELECT quiz_id, state FROM sitting WHERE closed = 1 ORDER BY saved")
        return [(quiz_id, state) for quiz_id, state in rows]

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

    @cached_property
    def own_answers(self) -> OwnLog:
        """The answers to questions about the learner's own files."""
        return OwnLog(self._read, self._write)

    @cached_property
    def repairs(self) -> RepairLog:
        """What was repaired."""
        return RepairLog(self._read, self._write)

    @cached_property
    def returns(self) -> AgainLog:
        """What came back."""
        return AgainLog(self._read, self._write)

    # Below: SQLite.

    def _open(self) -> sqlite3.Connection:
        emptied = _is_empty(self.path)
        try:
            connection = _connect(self.path)
            if emptied and copy_of(self.path).exists():
                self.notes = (_damage_note("It was empty.", salvage(self.path, copy_of(self.path), connection)),)
        except sqlite3.Error as error:
            if _is_damage(error):
                return self._repaired()
            readable = _only_to_read(self.path, error)
            if readable is None:
                raise _cannot_write(self.path, str(error)) from error
            self.notes = (f"What you do now is not stored: {self.path} can be read, but not written.",)
            return readable
        keep_copy(connection, self.path)
        return connection

    def _repaired(self) -> sqlite3.Connection:
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
                kept = salvage(aside, copy_of(self.path), connection)
            except (OSError, sqlite3.Error) as error:
                raise _cannot_write(self.path, str(error)) from error
        self.notes = (_damage_note(f"It was moved to {aside}; a new one was begun.", kept),)
        return connection

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        def work() -> None:
            with transaction(self._db):
                self._db.execute(statement, values)

        self._guard(work)

    def _read(self, statement: str, values: tuple[object, ...] = ()) -> list[Any]:
        return self._guard(lambda: self._db.execute(statement, values).fetchall())

    def _guard(self, work: Callable[[], _T]) -> _T:
        try:
            return work()
        except sqlite3.Error as error:
            raise _cannot_write(self.path, str(error)) from error


def answers_in(file: Path, quiz_ids: Collection[str]) -> list[StoredAnswer]:
    """Return the answers to some quizzes in somebody's store, in the order of their times; nothing is changed there.

    Raises
    ------
    StoreError
        The file is no store of dlquiz, or cannot be read.
    """
    query = f"WHERE quiz_id IN ({', '.join('?' * len(quiz_ids))}) ORDER BY answered_at, rowid"
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as store:
            # A store that was not used since an older dlquiz wrote it lacks what came later.
            columns = _ANSWER if version(store) > 1 else _FIRST_ANSWER
            rows = store.execute(f"SELECT {', '.join(columns)} FROM answer {query}", tuple(quiz_ids)).fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"this is not a store of dlquiz: {error}") from error
    return [_stored_answer(*row) for row in rows]


def _stored_answer(
    sitting_id: str,
    quiz_id: str,
    question_id: str,
    answer_json: str,
    correct: int,
    score: float,
    answered_at: str,
    sure: int | None = None,
    variant: int | None = None,
    mode: str = Mode.QUIZ,
) -> StoredAnswer:
    said = None if sure is None else bool(sure)
    at = _from_text(answered_at)
    return StoredAnswer(sitting_id, quiz_id, question_id, answer_json, bool(correct), score, at, said, variant, mode)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY_TIMEOUT_MS / 1000, isolation_level=None)
    try:
        connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
        _write_ahead(connection)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise _damage(str(verdict))
        _bring_up_to_date(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _bring_up_to_date(connection: sqlite3.Connection, path: Path) -> None:
    try:
        migrate(connection, path)
    except sqlite3.OperationalError as error:
        # Not the disk and not another process: a table is there that must not be, or is not there.
        raise _damage(str(error)) if error.sqlite_errorcode == sqlite3.SQLITE_ERROR else error from error
    if not is_whole(connection):
        raise _damage("a table is missing")


def _only_to_read(path: Path, error: sqlite3.Error) -> sqlite3.Connection | None:
    """Open a sound store of today that cannot be written; None if it is another trouble, or it cannot be read either.

    Where its folder cannot be written, SQLite can make no log beside it and opens it only as a file that never changes.
    """
    if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in _NOT_TO_BE_WRITTEN or not path.is_file():
        return None
    for how in ("mode=ro", "mode=ro&immutable=1"):
        with contextlib.suppress(sqlite3.Error):
            connection = sqlite3.connect(f"{path.resolve().as_uri()}?{how}", uri=True, isolation_level=None)
            with contextlib.suppress(sqlite3.Error):
                if version(connection) == SCHEMA_VERSION and is_whole(connection):
                    return connection
            connection.close()
    return None


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


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    with (folder / "repair.lock").open("a") as stream:
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


def _damage_note(what: str, kept: Salvaged) -> str:
    said = f"The progress file was damaged. {what}"
    if not kept.reports and not kept.answers:
        return (
            f"{said} Nothing could be read from it. Your exercise files are untouched: grade them again to get your"
            " points back. Reviews of quiz questions begin anew."
        )
    return (
        f"{said} Kept from it, and from the copy of an earlier day: gradings: {kept.reports}, answers to quiz"
        f" questions: {kept.answers}. Your exercise files are untouched: if points are missing, grade these"
        " exercises again."
    )


def _is_empty(path: Path) -> bool:
    try:
        return path.stat().st_size == 0
    except OSError:
        return False


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
