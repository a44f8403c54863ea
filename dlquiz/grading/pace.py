"""Shorter deadlines for code that has already run out of time in the same grading.

One endless loop is often called by many cases. The first one waits its full deadline;
the others then learn the same much sooner. A call still gets many times what the
reference needs for it, measured at that moment on the same machine, so that what
finishes in a usual time still finishes.
"""

from collections.abc import Callable
from typing import Any

from dlquiz.sandbox.expr import Call, Get, Handle, Iterate

FACTOR = 50
"""Times what the reference needs for the same call. A Python loop over the rows instead of NumPy costs about 50."""
FLOOR_S = 2.0
"""Seconds that a call gets at the least: a fresh worker, a busy machine and a first use of a framework fit in."""
ANY_AFTER = 2
"""Calls without an end after which every function is called with a shorter deadline, not only these."""

Measure = Callable[[dict[str, Any]], float | None]
"""From a request to the seconds that the reference needs for it; None if that cannot be known."""


class Pace:
    """What one submission has shown of its speed. A submission that meets every deadline never notices it."""

    def __init__(self) -> None:
        self._late: dict[str, str] = {}
        self._count = 0

    def late(self, name: str, check: str) -> None:
        """Note that a call of ``name`` used up the whole deadline of a call, in the check of this title."""
        self._late.setdefault(name, check)
        self._count += 1

    def deadline(self, name: str, message: dict[str, Any], call_s: float, measure: Measure) -> tuple[float, str]:
        """Return the seconds for a call, and what is said of code that misses them ("": the usual words)."""
        if name not in self._late and self._count < ANY_AFTER:
            return call_s, ""
        needed = None if stays_in_worker(message) else measure(message)
        if needed is None or (seconds := round(max(FLOOR_S, FACTOR * needed), 1)) >= call_s:
            return call_s, ""
        who = name if name in self._late else next(iter(self._late))
        return seconds, (
            f"it took more than {seconds:g} s. It had less time than usual, "
            f'because {who} had already run out of time in the check "{self._late[who]}"'
        )


def stays_in_worker(expr: Any) -> bool:
    """Return whether an expression needs an object that only the submission's worker holds."""
    match expr:
        case Handle():
            return True
        case Call(target, args, kwargs):
            return any(map(stays_in_worker, (target, args, kwargs)))
        case Get(target, _) | Iterate(target, _):
            return stays_in_worker(target)
        case dict():
            return any(map(stays_in_worker, expr.values()))
        case list() | tuple():
            return any(map(stays_in_worker, expr))
        case _:
            return False
