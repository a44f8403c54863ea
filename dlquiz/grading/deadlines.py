"""How long a submission may take: for a call, for a case, and in all.

One endless loop is often called by many cases. The first one waits its full deadline;
the others then learn the same much sooner. A call still gets many times what the
reference needs for it, measured at that moment on the same machine, so that what
finishes in a usual time still finishes. Where even that adds up, as with trainings, the rest is told almost at once.
A submission that meets every deadline never notices it.
"""

from collections.abc import Callable
from typing import Any

from dlquiz.grading.limits import Budget
from dlquiz.sandbox.calls import CallFailed, Deadline
from dlquiz.sandbox.expr import Call, Get, Handle, Item, Iterate

FACTOR = 50
"""Times what the reference needs for the same call. A Python loop over the rows instead of NumPy costs about 50."""
FLOOR_S = 2.0
"""Seconds that a call gets at the least: a fresh worker, a busy machine and a first use of a framework fit in."""
ANY_AFTER = 2
"""Calls without an end after which every function is called with a shorter deadline, not only these."""
PATIENCE_S = 30.0
"""Seconds that calls without an end may take together; with `GIVE_UP_AFTER` of them, later calls get `GIVEN_UP_S`."""
UNKNOWN_S = 10.0
"""Seconds for a function that ran out of time before, where the reference cannot be asked: a model is given to it."""
GIVE_UP_AFTER = 3
GIVEN_UP_S = 0.5
RELOADING_S = 20.0
"""Seconds that loading a file again may take together, after its functions have ended the process that held it."""

Needs = Callable[[dict[str, Any], str, float], float | None]
"""From a request, its case and the seconds that it may take to those that the reference needs; None if unknown."""


class Deadlines:
    """The time of one grading: what is left of it, and which functions have run out of theirs.

    ``needs`` None: every call has its full deadline.
    """

    def __init__(self, budget: Budget, needs: Needs | None = None) -> None:
        self._budget, self._needs = budget, needs
        self._spent_s = self._case_s = self._case_left_s = self._call_s = self._lost_s = 0.0
        self._case = self._title = ""
        self._late: dict[str, str] = {}
        self._count = 0
        self._enders: dict[str, str] = {}
        self._reloading_s = self._load_s = 0.0

    def begin(self, case: str, title: str, call_s: float | None) -> None:
        """Start a case with its own budget. ``title`` is what learners call it."""
        self._case, self._title = case, title
        self._case_s = self._case_left_s = max(self._budget.case_s, call_s or 0)
        self._call_s = call_s or self._budget.call_s

    def of_call(self, message: dict[str, Any], name: str) -> Deadline:
        """Return the first of three deadlines: of the call, of its case, of the whole grading."""
        call_s, missed = self._of_function(message, name)
        case_s, all_s = self._case_s, self._budget.submission_s
        left, missed = min(
            (call_s, missed),
            (self._case_left_s, f"all calls of this check together took more than {case_s:g} s"),
            (all_s - self._spent_s, f"all calls of this grading together took more than {all_s:g} s"),
            key=lambda one: one[0],
        )
        return Deadline.after(max(left, 0.05), missed, of_call=left == call_s)

    def _of_function(self, message: dict[str, Any], name: str) -> tuple[float, str]:
        """Return the seconds of a call, and what is said of code that misses them ("": the usual words)."""
        call_s = self._call_s
        if self._needs is None or not name or (name not in self._late and self._count < ANY_AFTER):
            return call_s, ""
        if self._count >= GIVE_UP_AFTER and self._lost_s >= PATIENCE_S:
            return min(GIVEN_UP_S, call_s), self._why(name, GIVEN_UP_S)
        needed = None if stays_in_worker(message) else self._needs(message, self._case, call_s)
        if needed is None and name in self._late and call_s > UNKNOWN_S:
            return UNKNOWN_S, self._why(name, UNKNOWN_S)
        if needed is None or (seconds := round(max(FLOOR_S, FACTOR * needed), 1)) >= call_s:
            return call_s, ""
        return seconds, self._why(name, seconds)

    def _why(self, name: str, seconds: float) -> str:
        who = name if name in self._late else next(iter(self._late))
        return (
            f"it took more than {seconds:g} s. It had less time than usual, "
            f'because {who} had already run out of time in the check "{self._late[who]}"'
        )

    @property
    def shortened(self) -> bool:
        """Whether a function has run out of time, or ended the process: later calls have less time, or none."""
        return bool(self._late or self._enders)

    def spend(self, seconds: float) -> None:
        """Take what a call has used from the case and from the whole."""
        self._spent_s += seconds
        self._case_left_s -= seconds

    def missed(self, name: str, deadline: Deadline) -> None:
        """Note that ``name`` used up this deadline."""
        if name and deadline.of_call:
            self._late.setdefault(name, self._title)
            self._count += 1
            self._lost_s += deadline.budget_s

    def loaded(self, seconds: float) -> None:
        """Note how long the file took to load, for the first time or again."""
        self._load_s = seconds
        if self._enders:
            self._reloading_s += seconds

    def ended(self, name: str, cause: str) -> None:
        """Note that a call of ``name`` has ended the process: the file must be loaded again."""
        if name:
            self._enders[name] = cause

    def given_up(self, name: str) -> CallFailed | None:
        """Return why ``name`` is not called any more; None as long as it is. Other functions still are."""
        if name not in self._enders or self._reloading_s < RELOADING_S:
            return None
        text = (
            "it was not called again, because it has done the same before,"
            f" and each time your file is loaded again, which takes {self._load_s:.0f} s"
        )
        return CallFailed(self._enders[name], text)

    def renew(self) -> bool:
        """Give the budget of one more grading if a quarter of it is gone; whether it was given."""
        if self._spent_s <= self._budget.submission_s / 4:
            return False
        self.restart()
        return True

    def restart(self) -> None:
        """Give the whole budget again."""
        self._spent_s = 0.0


def stays_in_worker(expr: Any) -> bool:
    """Return whether an expression needs an object that only the submission's worker holds."""
    match expr:
        case Handle():
            return True
        case Call(target, args, kwargs):
            return any(map(stays_in_worker, (target, args, kwargs)))
        case Get(target, _) | Iterate(target, _):
            return stays_in_worker(target)
        case Item(target, key):
            return stays_in_worker(target) or stays_in_worker(key)
        case dict():
            return any(map(stays_in_worker, expr.values()))
        case list() | tuple() | set() | frozenset():
            return any(map(stays_in_worker, expr))
        case _:
            return False
