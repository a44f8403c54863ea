"""``result.json`` of Classroom 50, made of what may be shown (pure).

The format: ``schemas/result-v1.schema.json`` of https://github.com/foundation50/classroom50.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dlquiz.model.feedback import Feedback, ShownCheck
from dlquiz.model.report import Outcome

_FINEST = 100


def result(one: Feedback, environment: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return the document for one grading.

    Points are whole numbers there: those of an exercise are multiplied by the least number, up to 100, that makes
    all of its checks whole, and by 100 where the checks are not shown. So the scale is the same for everybody. A bonus
    cannot be expressed, because no score may be above its maximum.

    Parameters
    ----------
    environment : mapping
        What the runner of Classroom 50 says of the submission; it stamps owner, mode and time again itself.
    now : datetime
        Aware; the time of this grading.
    """
    factor = _factor(one)
    tests = [_test(check, factor) for check in one.checks]
    return {
        "schema": "classroom50/result/v1",
        "classroom": environment.get("CLASSROOM", "unknown"),
        "assignment": environment.get("ASSIGNMENT", one.exercise),
        "assignment_type": environment.get("MODE", "individual"),
        "owner": environment.get("USERNAME", "unknown"),
        "submission": environment.get("SUBMISSION_TAG", "submit/unknown"),
        "commit": environment.get("COMMIT_URL", "unknown"),
        "release": environment.get("RELEASE_URL", "unknown"),
        "review": environment.get("REVIEW_URL", environment.get("COMMIT_URL", "unknown")),
        "datetime": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "score": sum(test["score"] for test in tests) if tests else round(one.earned * factor),
        "max-score": sum(test["max-score"] for test in tests) if tests else round(one.possible * factor),
        "tests": tests,
    }


def _factor(one: Feedback) -> int:
    if not one.checks:
        return _FINEST
    worth = [check.possible for check in one.checks]
    fits = (k for k in range(1, _FINEST) if all(abs(k * points - round(k * points)) < 1e-9 for points in worth))
    return next(fits, _FINEST)


def _test(check: ShownCheck, factor: int) -> dict[str, Any]:
    most = round(check.possible * factor)
    return {
        "test-name": check.title,
        "passed": check.outcome is Outcome.PASSED,
        "score": min(round(check.earned * factor), most),
        "max-score": most,
        "output": "\n".join(f"{name}: {text}" for name, text in check.said),
    }
