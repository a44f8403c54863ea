"""Code that runs out of time again and again: the learner soon knows, and nobody else loses a point."""

import re
import time
from pathlib import Path

import numpy as np
import pytest

from dlquiz.content.course import load_course
from dlquiz.grading import deadlines
from dlquiz.grading.limits import Budget
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.model.report import Cause, Outcome, Report
from dlquiz.sandbox.expr import Call, Get, Handle, Iterate, Module, Rng
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

HEAD = "import time\nimport numpy as np\n\n\ndef double(x):\n    return 2 * x\n\n\n"
GRADER = '''"""Cases that call mean, which may never end, and double, which is right."""

import numpy as np
import pytest

from dlquiz.grading import check, upload


@pytest.mark.case("double doubles", points=1, hint="2 * x")
def test_double(submission):
    check.close(submission.double(np.ones(3)), 2 * np.ones(3), name="double(x)")


@pytest.mark.case("mean is the mean", points=1, hint="np.mean")
@pytest.mark.parametrize("n", range(3))
def test_mean(submission, n):
    check.close(submission.mean(np.full(3, float(n))), n, name="mean(x)")


@pytest.mark.case("double still doubles", points=1, hint="2 * x")
def test_double_again(submission):
    check.close(submission.double(np.ones(3)), 2 * np.ones(3), name="double(x)")
'''
CALL_S = 5


def graded(tmp_path: Path, mean: str, *, grader: str = GRADER, reference: str = "return float(np.mean(x))") -> Report:
    """Grade a file whose ``mean`` has this body."""
    root = make_course(tmp_path / "course")
    settings = root / "exercises/tiny/exercise.yaml"
    limits = f"{{call_s: {CALL_S}, case_s: {2 * CALL_S}, submission_s: 120, memory_mib: 256}}"
    settings.write_text(re.sub(r"\{call_s.*\}", limits, settings.read_text()))
    (root / "graders/tiny/test_tiny.py").write_text(grader)
    (root / "graders/tiny/solution.py").write_text(f"{HEAD}def mean(x):\n    {reference}\n")
    text = f"{HEAD}def mean(x):\n    {mean}\n"
    return grade(load_course(root), "tiny", submission_from_bytes(text.encode(), name="mine.py", module_name="tiny"))


def outcomes(report: Report) -> str:
    return "".join(case.outcome.value[0] for case in report.cases)


def test_a_function_that_never_ends_waits_its_full_time_once(tmp_path: Path) -> None:
    started = time.monotonic()
    report = graded(tmp_path, "while True: pass")
    took = time.monotonic() - started
    assert outcomes(report) == "pfffp"
    assert {case.cause for case in report.cases if case.outcome is Outcome.FAILED} == {Cause.TIMEOUT}
    assert took < CALL_S + 2 * deadlines.FLOOR_S + 4  # 3 * CALL_S without the rule
    usual, *shorter = (case.message for case in report.cases if case.outcome is Outcome.FAILED)
    assert f"it took more than {CALL_S} s. Is there an endless loop" in usual
    page = (Path(__file__).parents[2] / "docs/reference/limits.md").read_text()
    words = 'It had less time than usual, because {} had already run out of time in the check "{}"'
    assert words.format("train", "…") in " ".join(page.split())
    for message in shorter:
        assert f"mean did not finish: it took more than {deadlines.FLOOR_S:g} s." in message
        assert words.format("mean", "mean is the mean") in message


def test_a_call_that_is_hard_for_the_reference_too_gets_more_than_the_floor(tmp_path: Path) -> None:
    seconds = deadlines.FLOOR_S + 0.5
    body = f"time.sleep(60 if x[0] == 0 else {seconds})\n    return float(np.mean(x))"
    reference = f"time.sleep({1.4 * seconds / deadlines.FACTOR})\n    return float(np.mean(x))"
    assert outcomes(graded(tmp_path, body, reference=reference)) == "pfppp"


def test_a_call_that_the_reference_cannot_answer_keeps_its_full_deadline(tmp_path: Path) -> None:
    """What only the submission's worker holds cannot be measured."""
    grader = GRADER.replace(
        "submission.mean(np.full(3, float(n)))", "submission.mean(upload(submission, np.full(3, float(n))))"
    ).replace("range(3)", "range(2)")
    body = f"time.sleep(60 if x[0] == 0 else {deadlines.FLOOR_S + 1})\n    return float(np.mean(x))"
    assert outcomes(graded(tmp_path, body, grader=grader)) == "pfpp"


def test_an_endless_training_costs_less_than_a_minute_in_all() -> None:
    """As in exercise 4: small trainings with 20 s each, and long ones with 60 s."""
    needed = {20.0: 0.01, 60.0: 1.2}
    times = deadlines.Deadlines(Budget(60, 180, 900, 3072), lambda _message, _case, call_s: needed[call_s])
    call = {"op": "eval", "expr": Call(Get(Module("submission"), "train"))}
    waited = []
    for number in range(24):
        call_s = 20.0 if number < 10 else 60.0
        times.begin(f"case {number}", f"Check {number}", call_s)
        deadline = times.of_call(call, "train" if number % 5 else "learning_curve")
        waited.append(deadline.budget_s)
        times.missed("train" if number % 5 else "learning_curve", deadline)
        times.spend(deadline.budget_s)
    assert sum(waited) < 60
    assert waited[-1] == deadlines.GIVEN_UP_S
    assert 'because train had already run out of time in the check "Check 1"' in deadline.missed


def test_two_long_calls_without_an_end_leave_the_others_their_time() -> None:
    times = deadlines.Deadlines(Budget(60, 180, 900, 3072), lambda *_: 1.0)
    call = {"op": "eval", "expr": Call(Get(Module("submission"), "train"))}
    for number in range(3):
        times.begin(f"case {number}", f"Check {number}", 60)
        deadline = times.of_call(call, "train")
        assert deadline.budget_s >= deadlines.FACTOR
        if number < 2:
            times.missed("train", deadline)


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (Call(Get(Module("submission"), "f"), (np.ones(2), Rng(3)), {"a": [1, (2,)]}), False),
        (Iterate(Call(Get(Module("submission"), "f")), 5), False),
        (Call(Get(Handle(1, "Net"), "predict"), (1,)), True),
        (Call(Get(Module("submission"), "f"), ([{"deep": Handle(1, "Net")}],)), True),
        (Call(Get(Module("submission"), "f"), (), {"model": Handle(1, "Net")}), True),
        (Iterate(Handle(1, "generator"), 5), True),
        (Call(Get(Module("submission"), "f"), ({1, Handle(1, "Net")},)), True),
    ],
)
def test_what_only_the_submissions_worker_holds_is_found_wherever_it_stands(expr: object, expected: bool) -> None:
    assert deadlines.stays_in_worker({"op": "eval", "expr": expr}) is expected


def test_the_reference_has_a_fresh_budget_for_every_submission_of_a_class(tmp_path):
    root = make_course(tmp_path / "course")
    settings = root / "exercises/tiny/exercise.yaml"
    limits = "{call_s: 1, case_s: 1, submission_s: 2, memory_mib: 256}"
    settings.write_text(re.sub(r"\{call_s.*\}", limits, settings.read_text()))
    slow = "time.sleep(0.3)\n    return float(np.mean(x)) if x.size else empty"
    (root / "graders/tiny/solution.py").write_text(f"{HEAD}def mean(x, *, empty=0.0):\n    {slow}\n")
    text = f"{HEAD}def mean(x, *, empty=0.0):\n    return float(np.mean(x)) if x.size else empty\n".encode()
    works = [submission_from_bytes(text, name=f"{n}.py", module_name="tiny") for n in range(6)]
    # Two calls of the reference for each submission: 3.6 s in all, where one grading has 2 s.
    reports = list(in_order(grade_many(load_course(root), "tiny", works)))
    assert [report.outcome for report in reports] == [Outcome.PASSED] * 6
