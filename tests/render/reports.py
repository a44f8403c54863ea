"""Made-up reports, as a grading would make them."""

from datetime import UTC, datetime
from typing import Any

from dlquiz.model.report import CaseResult, Report

BATCH = (
    "Your dW2 is exactly 32 times the expected one, and 32 is the batch size. "
    "The loss is a mean over the batch: divide by the batch size once."
)

TRACEBACK = """  File "backprop.py", line 31, in loss_and_grads
    dW2 = H.T @ dZ2
ValueError: shapes (6,) and (1,3) not aligned: 6 (dim 0) != 1 (dim 0)
"""


def case(name: str, title: str, outcome: str = "passed", *, possible: float = 1, **more: Any) -> CaseResult:
    earned = possible if outcome == "passed" else 0
    return CaseResult.model_validate(
        {
            "id": f"test_it.py::{name}",
            "title": title,
            "visibility": "hidden",
            "outcome": outcome,
            "points": {"earned": earned, "possible": possible},
            **more,
        }
    )


def report(*cases: CaseResult, outcome: str | None = None, **more: Any) -> Report:
    outcomes = {one.outcome.value for one in cases}
    overall = "broken" if outcomes <= {"broken", "passed"} and "broken" in outcomes else "passed"
    overall = "failed" if "failed" in outcomes else overall
    return Report.model_validate(
        {
            "exercise": "exercise3",
            "course": {"name": "dlquiz", "version": "0.1.0", "grader_sha256": "0" * 64},
            "outcome": outcome or overall,
            "complete": "broken" not in outcomes,
            "points": {
                "earned": sum(one.points.earned for one in cases),
                "possible": sum(one.points.possible for one in cases),
                "bonus": sum(one.bonus for one in cases),
            },
            "seed": 1234,
            "seed_policy": "fresh",
            "isolation": "kernel",
            "identity": "nobody",
            "landlock_abi": 7,
            "submission": {"file": "backprop.py", "sha256": "0" * 64},
            "started_at": datetime(2026, 3, 1, 12, tzinfo=UTC),
            "cases": cases,
            "usage": {"wall_s": 0.3142, "cpu_s": 0.2, "memory_mib": 12},
            "versions": {"dlquiz": "0.1.0"},
            **more,
        }
    )


def failing() -> Report:
    """Several kinds of failure, one broken case, some printed output."""
    return report(
        case("test_loss", "The loss of uniform logits is ln 10"),
        case(
            "test_relu",
            "ReLU keeps positive values and sets the others to 0",
            possible=0.5,
            remarks=("A warning was raised for Z = −1000.",),
        ),
        case(
            "test_dw2",
            "dW2 is the mean gradient over the batch",
            "failed",
            possible=1.5,
            message="dW2 is wrong in all 18 entries. The largest difference is 0.812.",
            where="row 0, column 0 (index [0, 0])",
            expected="0.0123042",
            got="0.393734",
            diagnosis=BATCH,
            hint="The loss is a mean over N examples. Where does 1/N enter?",
            output="shape of dW2: (6, 3)\n",
        ),
        case(
            "test_db",
            "db sums over the batch",
            "failed",
            possible=2,
            visibility="public",
            message="db1 has shape (7, 6), expected (6,).",
            expected="(6,)",
            got="(7, 6)",
            inputs="loss_and_grads(X of shape (7, 5), y = [0, 2, 1, 1, 0, 2, 2], params)",
            diagnosis="Your db1 still has one axis too many: take the sum over axis 0.",
        ),
        case(
            "test_single",
            "A batch of one example works",
            "failed",
            cause="exception",
            message="ValueError: shapes (6,) and (1,3) not aligned: 6 (dim 0) != 1 (dim 0)",
            traceback=TRACEBACK,
            output="".join(f"step {i}\n" for i in range(30)),
        ),
        case(
            "test_slow",
            "1000 examples take less than a second",
            "failed",
            cause="timeout",
            message="The call was stopped after 10 s.",
            hint="Is there a loop that never ends?",
        ),
        case(
            "test_grad",
            "The gradient agrees with the numerical one for networks with more than two rows and other odd sizes",
            "failed",
            possible=3,
            message="…",
        ),
        case("test_disk", "The reference solves it", "broken", message="The reference stopped: MemoryError."),
    )


def untouched() -> Report:
    """The stub, before anything was written."""
    titles = ("softmax rows sum to 1", "relu sets negative values to 0", "linear adds the bias to every row")
    return report(
        *(
            case(
                f"test_{i}",
                title,
                "failed",
                cause="exception",
                message=f"NotImplementedError: TODO({i + 1}): write this function",
                hint="Read the lesson.",
            )
            for i, title in enumerate(titles)
        )
    )


def training(**more: Any) -> Report:
    """A full score with curves and a confusion matrix."""
    matrix = [[0] * 10 for _ in range(10)]
    for i in range(10):
        matrix[i][i] = 34
    matrix[4][9], matrix[9][4], matrix[3][5], matrix[8][1] = 4, 1, 3, 2
    return report(
        case("test_shapes", "init_params has the right shapes", possible=2),
        case("test_accuracy", "The test accuracy reaches 0.94", possible=6),
        case("test_extra", "The hidden layer may have any size", possible=0, bonus=1.0),
        exercise="exercise4",
        data="digits",
        metrics={
            "accuracy": 0.9722,
            "accuracy_curve": {
                "x": [50, 100, 200, 400, 800, 1437],
                "y": [0.61, 0.74, 0.83, 0.91, 0.95, 0.9722],
                "x_label": "training images",
                "y_label": "test accuracy",
            },
            "confusion_matrix": matrix,
        },
        usage={"wall_s": 12.4, "cpu_s": 11.9, "memory_mib": None},
        **more,
    )
