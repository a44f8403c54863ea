"""Waiting for what another process does: for a condition and with a deadline, never for a guessed time."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def eventually(holds: Callable[[], T], what: str, *, within_s: float = 60, every_s: float = 0.01) -> T:
    """Return the first true answer of ``holds``; fail with ``what`` was waited for if none comes in time.

    ``within_s`` is for a machine that does ten other things: a test never waits for it when all is well.
    """
    end = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < end, f"waited {within_s:g} s for nothing: {what}"
        time.sleep(every_s)
    return found


def has_ended(pid: int) -> bool:
    """Whether a process is over; one that nobody has collected yet (a zombie) is."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
