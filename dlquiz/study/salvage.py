"""Save what a damaged store of progress still holds, and what its copy of an earlier day does.

SQLite refuses a whole file for one bad page. Row by row, most of such a file can still be read: from both ends, and by
number in between. A row is taken only if it means something; a page of rubbish can look like one.
"""

import contextlib
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_TABLES = ("report", "sitting", "answer", "hint", "solution_view", "repair", "own_question", "again")
_DAY = 86_400
_FURTHEST = 10_000
"""Row numbers that are tried one by one beyond those that were read in a row."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How many gradings and answers a new store got from an old one."""

    reports: int
    answers: int


def copy_of(store: Path) -> Path:
    """Return where the copy of an earlier day lies."""
    return store.with_name(f"{store.name}.copy")


def keep_copy(connection: sqlite3.Connection, store: Path) -> None:
    """Copy a sound store that is a day newer than its copy, if anything is in it.

    What prevents this is no reason to stop somebody's work.
    """
    kept = copy_of(store)
    fresh = kept.with_name(f"{kept.name}.new")
    with contextlib.suppress(OSError, sqlite3.Error):
        if kept.exists() and store.stat().st_mtime - kept.stat().st_mtime < _DAY:
            return
        if not any(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("report", "answer")):
            return
        fresh.unlink(missing_ok=True)
        with contextlib.closing(sqlite3.connect(fresh)) as target:
            connection.backup(target)
        fresh.replace(kept)


def salvage(damaged: Path, copy: Path, store: sqlite3.Connection) -> Salvaged:
    """Put into a new store what can be read of a damaged one, then what only the copy holds.

    Both files stay as they are: SQLite would repair or finish them, so it is given others to read.
    """
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate((damaged, copy)):
            readable = Path(folder) / f"{number}.sqlite3"
            for suffix in ("", "-wal"):
                with contextlib.suppress(OSError):
                    shutil.copyfile(file.with_name(file.name + suffix), readable.with_name(readable.name + suffix))
            if readable.exists():
                with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(readable)) as source:
                    # Otherwise a file that ends too early is refused at once.
                    source.execute("PRAGMA writable_schema = ON")
                    _take_all(source, store)
    counts = [int(store.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in ("report", "answer")]
    return Salvaged(*counts)


def _take_all(source: sqlite3.Connection, store: sqlite3.Connection) -> None:
    for table in _TABLES:
        with contextlib.suppress(sqlite3.Error):
            wanted, held = _columns(store, table), _columns(source, table)
            # An older dlquiz had fewer columns; the new store knows what stands there then.
            columns = [name for name in wanted if name in held]
            if columns:
                _take(source, store, table, columns)


def _take(source: sqlite3.Connection, store: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    places = ", ".join("?" * len(columns))
    store.execute("BEGIN IMMEDIATE")
    for row in _rows(source, table, columns):
        # A row that breaks a rule of the table is no row of ours.
        with contextlib.suppress(sqlite3.Error):
            if _means_something(table, dict(zip(columns, row, strict=True))):
                store.execute(f"INSERT OR IGNORE INTO {table} ({', '.join(columns)}) VALUES ({places})", row)
    store.execute("COMMIT")


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA table_info({table})")]


def _rows(source: sqlite3.Connection, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Return all rows that can be read, in the order in which they were written."""
    select = f"SELECT rowid, {', '.join(columns)} FROM {table}"
    found: dict[int, tuple[Any, ...]] = {}
    for order in ("ASC", "DESC"):
        before = len(found)
        for number, *row in _until_damage(source, f"{select} ORDER BY rowid {order}"):
            if number in found:
                break
            found[number] = tuple(row)
        if order == "ASC":
            last_in_a_row = before + len(found)
    for number in _between(sorted(found), last_in_a_row):
        with contextlib.suppress(sqlite3.Error):
            for _, *row in source.execute(f"{select} WHERE rowid = ?", (number,)):
                found[number] = tuple(row)
    return [found[number] for number in sorted(found)]


def _until_damage(source: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    with contextlib.suppress(sqlite3.Error):
        yield from source.execute(query)


def _between(known: Sequence[int], in_a_row: int) -> Iterator[int]:
    """Return numbers to try: from the last row that the way up reached to the first that the way down did."""
    low = known[in_a_row - 1] if in_a_row else 0
    high = known[in_a_row] if in_a_row < len(known) else low + _FURTHEST
    yield from range(low + 1, min(high, low + 10 * _FURTHEST))


def _means_something(table: str, row: Row) -> bool:
    """Say whether dlquiz could have written a row: its texts are read later, when a bad one would be an error."""
    try:
        if table == "report":
            from dlquiz.model.report import Report

            Report.model_validate_json(row["document"])
            datetime.fromisoformat(row["started_at"])
        elif table in ("repair", "again"):
            datetime.fromisoformat(row["begun_at"])
            datetime.fromisoformat(row["ended_at"] or row["begun_at"])
        elif table == "own_question":
            datetime.fromisoformat(row["answered_at"])
        elif table == "answer":
            json.loads(row["answer"])
            return datetime.fromisoformat(row["answered_at"]).tzinfo is not None and 0 <= row["score"] <= 1
    except (ValueError, TypeError, KeyError):
        return False
    return True
