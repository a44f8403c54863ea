"""Many submissions through grader processes that may die: every report comes, as soon as it is complete."""

import itertools
import os
import signal
import threading
import time

import pytest

from dlquiz.content.course import load_course
from dlquiz.errors import SandboxError, UnknownName
from dlquiz.grading import dispatch
from dlquiz.grading.dispatch import GraderPool
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.model.report import Outcome
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

pytestmark = pytest.mark.sandbox

RIGHT = """import numpy as np
def double(x):
    return 2 * x
def mean(x, *, empty=0.0):
    return float(np.mean(x)) if len(x) else empty
"""
SLOW = RIGHT.replace("    return 2 * x", "    import time\n    time.sleep(1.5)\n    return 2 * x")


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path / "course")


def submission(text, name="mine.py"):
    return submission_from_bytes(text.encode(), name=name, module_name="tiny")


def edit_grader(root, before, after):
    path = root / "graders/tiny/test_tiny.py"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def kills_the_grader(root, condition):
    """Make the grader end its own process in the first case if the condition holds."""
    edit_grader(
        root,
        "def test_double(submission):",
        "def test_double(submission):\n    import os, signal\n"
        f"    if {condition}:\n        os.kill(os.getpid(), signal.SIGKILL)",
    )


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_grader_process_that_is_ended_from_outside_costs_no_report(root, number):
    course = load_course(root)
    with GraderPool(course, "tiny", jobs=2) as pool:
        seen = []
        for position, report in pool.grade_many([submission(RIGHT)] * 30, seed=1):
            seen.append(position)
            assert report.complete, [case.message for case in report.cases]
            if len(seen) == 5:
                victim = pool._processes[0].pid
                os.kill(victim, number)
        assert sorted(seen) == list(range(30))
        assert victim not in [process.pid for process in pool._processes]
        assert len(pool._processes) == 2


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
def test_a_grader_process_that_is_ended_while_it_collects_costs_no_report(root, number):
    """pytest takes the signal for a fault of the grader that it imports: it is nobody's."""
    once = root / "once"
    edit_grader(
        root,
        "import pytest\n",
        "import pytest\nimport os, pathlib, signal\n"
        f"once = pathlib.Path({str(once)!r})\nif not once.exists():\n    once.touch()\n"
        f"    os.kill(os.getpid(), signal.{number})\n",
    )
    assert grade(load_course(root), "tiny", submission(RIGHT)).outcome is Outcome.PASSED
    assert once.exists()


def test_only_the_submission_on_which_processes_die_is_broken(root):
    kills_the_grader(root, "submission.KIND == 'deadly'")
    (root / "graders/tiny/solution.py").write_text(RIGHT + "KIND = 'ours'\n")
    files = [submission(RIGHT + f"KIND = {kind!r}\n") for kind in ("good", "deadly", "good", "good", "good")]
    reports = list(in_order(grade_many(load_course(root), "tiny", files, seed=1)))
    assert [report.outcome.value for report in reports] == ["passed", "broken", "passed", "passed", "passed"]
    assert reports[1].points.possible == 4
    assert "the grader process was killed (SIGKILL)" in reports[1].cases[0].message


def test_processes_that_always_die_end_the_grading_after_some_tries(root):
    edit_grader(root, "import pytest\n", "import pytest\nimport os\nos._exit(3)\n")
    with pytest.raises(SandboxError, match="could not begin"):
        grade(load_course(root), "tiny", submission(RIGHT))


def test_reports_come_as_they_are_completed(root):
    """Not in the order of the submissions: a slow one holds back no other."""
    files = [submission(SLOW, "slow.py"), *[submission(RIGHT)] * 6]
    order = [position for position, _ in grade_many(load_course(root), "tiny", files, seed=1, jobs=2)]
    assert sorted(order) == list(range(7))
    assert order.index(0) >= 3


def test_a_feed_without_end_is_graded_as_it_comes(root):
    given = itertools.count()

    def feed():
        yield submission(RIGHT, "first.py")
        yield None
        for number in given:
            yield submission(RIGHT, f"{number}.py") if number % 2 else None

    reports = grade_many(load_course(root), "tiny", feed(), seed=1)
    names = [report.submission.file for _, report in itertools.islice(reports, 5)]
    assert names == ["first.py", "1.py", "3.py", "5.py", "7.py"]
    reports.close()
    assert next(given) < 40, "the feed was read far ahead of what is graded"


def test_a_feed_that_has_nothing_at_the_moment_does_not_hold_back_what_is_complete(root):
    late = threading.Event()

    def feed():
        yield submission(RIGHT)
        while not late.is_set():
            yield None
        yield submission(RIGHT, "late.py")

    reports = grade_many(load_course(root), "tiny", feed(), seed=1)
    assert next(reports).position == 0
    late.set()
    assert [report.submission.file for _, report in reports] == ["late.py"]


def test_a_grading_that_nobody_listens_to_any_more_leaves_the_pool_usable(root):
    with GraderPool(load_course(root), "tiny") as pool:
        next(pool.grade_many([submission(SLOW)] * 5, seed=1))
        assert pool.grade(submission(RIGHT), seed=1).outcome is Outcome.PASSED


def test_a_grader_that_is_stuck_in_a_library_is_ended_and_only_its_submission_is_broken(root, monkeypatch):
    """Python's own loops are ended by the watchdog inside; what never comes back to Python, by the parent."""
    monkeypatch.setattr(dispatch, "GRACE_S", -77.0)  # 2 * 10 s of the case and 60 s of the grader's own: 3 s are left
    kills = (
        "import ctypes\n    if submission.KIND == 'stuck':\n"
        "        lock = ctypes.create_string_buffer(64)\n"  # closed twice; no signal interrupts that
        "        [ctypes.PyDLL(None).pthread_mutex_lock(lock) for _ in range(2)]"
    )
    edit_grader(root, "def test_double(submission):", f"def test_double(submission):\n    {kills}")
    (root / "graders/tiny/solution.py").write_text(RIGHT + "KIND = 'ours'\n")
    files = [submission(RIGHT + f"KIND = {kind!r}\n") for kind in ("stuck", "good")]
    started = time.monotonic()
    reports = list(in_order(grade_many(load_course(root), "tiny", files, seed=1)))
    assert time.monotonic() - started < 60
    assert [report.outcome.value for report in reports] == ["broken", "passed"]
    assert reports[0].cases[0].message == "the grader took too long and was ended"


def test_a_pattern_that_fits_no_case_is_a_mistake_of_whoever_typed_it(root):
    with pytest.raises(UnknownName, match="No check of tiny fits 'nosuch'") as caught:
        grade(load_course(root), "tiny", submission(RIGHT), case="nosuch")
    assert caught.value.exit_code == 2
    assert "test_tiny.py::test_double" in caught.value.next_step


def test_a_reference_that_took_its_time_does_not_turn_a_wrong_answer_into_our_fault(root):
    """The stand-in for the submission has time of its own."""
    settings = root / "exercises/tiny/exercise.yaml"
    text = settings.read_text()
    limits = "{call_s: 2, case_s: 3, submission_s: 6, memory_mib: 256}"
    settings.write_text(text.replace(text[text.index("{call_s") : text.index("}", text.index("{call_s")) + 1], limits))
    slow = RIGHT.replace("    return 2 * x", "    import time\n    time.sleep(1.3)\n    return 2 * x")
    (root / "graders/tiny/solution.py").write_text(slow)
    edit_grader(
        root,
        "def test_double(submission):",
        "def test_double(submission, reference):\n"
        "    for number in range(2):\n        reference.double(float(number))\n"
        "    len(submission.double(1.0))\n\n\n"
        "@pytest.mark.case('once more', points=1, hint='x')\n"
        "def test_again(submission, reference):\n"
        "    for number in range(2, 4):\n        reference.double(float(number))\n"
        "    submission.double(np.ones(2)).shape[0] + 1\n\n\n"
        "@pytest.mark.case('old', points=1, hint='x')\ndef test_old(submission):",
    )
    report = grade(load_course(root), "tiny", submission(RIGHT.replace("return 2 * x", "return 'text'")))
    outcomes = {case.id.partition("::")[2]: case.outcome for case in report.cases}
    assert outcomes["test_again"] is Outcome.FAILED, report.cases[1].message
