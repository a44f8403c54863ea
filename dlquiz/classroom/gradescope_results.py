"""``results.json`` of a Gradescope autograder, made of what may be shown (pure).

The format: https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format.
"""

from typing import Any

from dlquiz.model.feedback import Feedback, ShownCheck
from dlquiz.model.report import Outcome
from dlquiz.render.feedback import result_line


def results(one: Feedback, *, leaderboard: bool = False) -> dict[str, Any]:
    """Return the document for one grading.

    A bonus is in the score; the scale of Gradescope's assignment stays that of the exercise. All of it is visible:
    what is not to be seen is left out before (`dlquiz.model.feedback`). Where the machine failed there is no score at
    all, neither of the whole nor of a test, which Gradescope would add up: it then says that the autograder failed.

    Parameters
    ----------
    leaderboard : bool
        Whether the points stand on the leaderboard, too, under the names that learners give themselves.
    """
    document: dict[str, Any] = {
        "output": "\n".join(
            [result_line(one), *(f"Your file stopped at {place}: {said}" for place, said in one.stops)]
        ),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"exercise": one.exercise, "feedback": one.level.value, "complete": one.complete},
        "tests": [_test(check, scored=one.complete) for check in one.checks],
    }
    if one.complete:
        document["score"] = round(one.earned + one.bonus, 4)
    if leaderboard and one.complete:
        document["leaderboard"] = [{"name": "Points", "value": document["score"], "order": "desc"}]
    return document


def _test(check: ShownCheck, *, scored: bool) -> dict[str, Any]:
    test: dict[str, Any] = {
        "name": check.title,
        "number": str(check.number),
        "output": "\n".join(f"{name}: {text}" for name, text in check.said),
        "output_format": "text",
        "visibility": "visible",
    }
    if scored:
        test |= {"score": round(check.earned, 4), "max_score": round(check.possible, 4)}
    if check.outcome in (Outcome.PASSED, Outcome.FAILED):
        test["status"] = check.outcome.value
    return test
