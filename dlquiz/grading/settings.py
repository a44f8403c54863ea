"""From an exercise to the limits and the data of one grading (no NumPy here: the command line uses it)."""

from typing import Any

from dlquiz.errors import DataError, UsageError
from dlquiz.grading.limits import Budget
from dlquiz.model.course import Exercise


def choose_data(exercise: Exercise, asked: str | None) -> tuple[str | None, dict[str, Any]]:
    """Return the data set's name and its settings; (None, {}) for exercises without data.

    Unless another one is asked for, it is the first that the exercise names, whatever else is on this machine:
    what a grading takes and gives does not change because somebody has imported a data set.
    """
    if not exercise.data:
        if asked is not None:
            raise UsageError("this exercise uses no data set", next_step="leave out --data")
        return None, {}
    name = asked or next(iter(exercise.data))
    if name not in exercise.data:
        known = " or ".join(exercise.data)
        raise UsageError(f"there is no data set {name!r} here", next_step=f"use --data {known}")
    from dlquiz import data

    if not data.available(name):
        here = "".join(f", or use --data {other}" for other in exercise.data if data.available(other))
        raise DataError(
            f"the data set {name!r} is not on this machine", next_step=f"run `dlquiz data fetch {name}`{here}"
        )
    return name, exercise.data[name].model_dump()


def budget_of(exercise: Exercise, data_settings: dict[str, Any]) -> Budget:
    """Return the limits of one submission; a data set's deadlines win over the exercise's."""
    limits = exercise.limits
    case_s = max(limits.case_s, float(data_settings.get("case_s", 0)))
    return Budget(
        call_s=float(data_settings.get("call_s", limits.call_s)),
        case_s=case_s,
        submission_s=max(limits.submission_s, 2 * case_s),
        memory_mib=limits.memory_mib,
    )
