"""How a case has ended, in words: whose fault an exception is, and what is said of it."""

from typing import Any

import pytest

from dlquiz.grading import compare
from dlquiz.grading.failure import CaseBroken, CaseFailed, TrustedSideFailed

FIXTURES = frozenset({"submission", "reference", "rng", "data", "metrics"})
"""What a case may ask for."""


def broken(raised: Exception) -> CaseBroken:
    """Return what the end of a grader's own code is called."""
    if isinstance(raised, CaseBroken):
        return CaseBroken(str(raised))
    return CaseBroken(f"the grader raised {type(raised).__name__}: {raised}")


def unusable(returned: list[tuple[str, Any]], raised: Exception) -> str:
    """Say that a value of the submission's has a form with which a check that works can do nothing."""
    name, value = returned[-1] if returned else ("Your function", None)
    if "NoneType" in str(raised):
        name, value = next((one for one in reversed(returned) if one[1] is None), (name, value))
    if value is None and returned:
        return f"{name} returned None. Is the return statement missing?"
    what = f"{name} returned {compare.description(value)}" if returned else "Your function returned something"
    # Not the words of the exception: they are the grader's or the reference's, with what only those know.
    kind = "" if isinstance(raised, TrustedSideFailed) else f" ({type(raised).__name__})"
    return f"{what}, and this check can do nothing with it{kind}."


def outcome(error: BaseException | None) -> str:
    """Return what a case comes to that ended so."""
    if error is None:
        return "passed"
    if isinstance(error, pytest.skip.Exception):
        return "skipped"
    return "failed" if isinstance(error, CaseFailed) else "broken"


def words_of(error: BaseException) -> str:
    """Return the words of an error that is ours or the grader's."""
    if isinstance(error, pytest.FixtureLookupError):
        there = ", ".join(sorted(FIXTURES))
        return f"the case asks for {error.argname!r}, and no fixture has this name; dlquiz gives {there}"
    return str(error)
