"""Grading from outside: seeds, isolation, many submissions, and graders that go wrong."""

import re

import pytest

from dlquiz.content.course import load_course
from dlquiz.errors import SandboxError, UsageError
from dlquiz.grading import limits
from dlquiz.grading.messages import Live
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.model.report import CaseResult, Cause, Isolation, Outcome
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

pytestmark = pytest.mark.sandbox


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path / "course")


def submission(text, name="mine.py"):
    return submission_from_bytes(text.encode(), name=name, module_name="tiny")


def solution(root):
    return submission((root / "graders/tiny/solution.py").read_text())


def reports_of(*args, **settings):
    return in_order(grade_many(*args, **settings))


DRAWS = (
    "import numpy as np\ndef double(x):\n    return 2 * x\ndef mean(x, *, empty=0.0):\n    return float(x[0]) + 1000\n"
)


def test_the_same_seed_repeats_a_grading_exactly(root):
    course = load_course(root)
    first, second = (grade(course, "tiny", submission(DRAWS), seed=11) for _ in range(2))
    other = grade(course, "tiny", submission(DRAWS), seed=12)
    told = [[(case.id, case.got, case.expected) for case in report.cases] for report in (first, second, other)]
    assert told[0] == told[1]
    assert told[0] != told[2]
    assert (first.seed, first.seed_policy) == (11, "fixed")


def test_without_a_seed_each_submission_gets_a_fresh_one_that_repeats_it(root):
    course = load_course(root)
    reports = list(reports_of(course, "tiny", [submission(DRAWS)] * 3))
    assert len({report.seed for report in reports}) == 3
    assert {report.seed_policy for report in reports} == {"fresh"}
    again = grade(course, "tiny", submission(DRAWS), seed=reports[1].seed)
    assert [case.got for case in again.cases] == [case.got for case in reports[1].cases]


def test_a_report_never_says_that_a_learner_was_called_by_a_name_that_only_the_grader_has(root):
    (root / "graders/tiny/probe.py").write_text("def twice(x):\n    return submission.double(submission.double(x))\n")
    path = root / "graders/tiny/test_tiny.py"
    text = path.read_text().replace("import check", "import check, probe")
    path.write_text(text.replace("submission.double(np.array", "probe(submission).twice(np.array"))
    case = grade(load_course(root), "tiny", submission(DRAWS)).cases[0]
    assert case.inputs == "the grader's helper twice([1, -2])"


def test_reports_come_in_the_order_of_the_submissions(root):
    files = [submission(DRAWS, "a.py"), solution(root), submission("x =", "c.py"), solution(root)]
    reports = list(reports_of(load_course(root), "tiny", files, seed=1))
    assert [report.submission.file for report in reports] == ["a.py", "mine.py", "c.py", "mine.py"]
    assert [report.outcome.value for report in reports] == ["failed", "passed", "failed", "passed"]
    assert {case.cause for case in reports[2].cases} == {Cause.SYNTAX}
    assert all(report.complete for report in reports)


def test_a_submission_leaves_nothing_behind_for_the_next_one(root):
    spoils = "import numpy as np\nnp.mean = lambda x: 0.0\n" + DRAWS
    reports = list(reports_of(load_course(root), "tiny", [submission(spoils), solution(root)], seed=1))
    assert reports[1].outcome is Outcome.PASSED


def test_the_report_says_what_the_wall_was(root):
    report = grade(load_course(root), "tiny", solution(root), isolation="process")
    assert report.isolation is Isolation.PROCESS
    assert report.usage.wall_s > 0
    assert set(report.versions) == {"dlquiz", "python", "numpy"}


def test_one_case_can_be_graded_alone_and_the_report_says_so(root):
    report = grade(load_course(root), "tiny", solution(root), case="nothing")
    assert [case.id for case in report.cases] == ["test_tiny.py::test_mean_of_nothing"]
    assert "3 cases were left out" in report.notes[0]


def test_a_data_set_is_refused_where_an_exercise_has_none(root):
    with pytest.raises(UsageError, match="uses no data set"):
        grade(load_course(root), "tiny", solution(root), data="digits")


def test_a_grader_that_cannot_be_collected_is_told_with_its_reason(root):
    (root / "graders/tiny/test_tiny.py").write_text("import pytest\nraise RuntimeError('half written')\n")
    with pytest.raises(SandboxError, match="half written"):
        grade(load_course(root), "tiny", solution(root))


def hang(root, how):
    """Make the case mean[5] run for ever, and give every case two seconds of its own."""
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(
        path.read_text().replace(
            "    x = rng.normal(size=n)", f"    while n == 5:\n        {how}\n    x = rng.normal(size=n)"
        )
    )
    settings = root / "exercises/tiny/exercise.yaml"
    settings.write_text(re.sub(r"case_s: [\d.]+", "case_s: 1", settings.read_text()))


def test_a_grader_that_hangs_breaks_its_case_and_no_other(root, monkeypatch):
    monkeypatch.setattr(limits, "GRADER_CASE_S", 1.0)
    hang(root, "pass")
    report = grade(load_course(root), "tiny", solution(root))
    outcomes = {case.id.partition("::")[2]: case.outcome for case in report.cases}
    assert outcomes.pop("test_mean[5]") is Outcome.BROKEN
    assert set(outcomes.values()) == {Outcome.PASSED}
    assert not report.complete
    assert report.points.possible == 4


def test_a_grader_that_ends_its_process_breaks_what_is_left(root):
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(
        path.read_text().replace("    x = rng.normal(size=n)", "    np.os = __import__('os')\n    np.os._exit(0)")
    )
    report = grade(load_course(root), "tiny", solution(root))
    assert [case.outcome for case in report.cases] == [Outcome.PASSED] + [Outcome.BROKEN] * 3
    assert report.exit_code == 4


def test_an_edited_grader_is_used_at_once(root):
    course = load_course(root)
    before = grade(course, "tiny", solution(root))
    path = root / "graders/tiny/test_tiny.py"
    path.write_text(path.read_text().replace("[2.0, -4.0]", "[3.0, -4.0]"))
    after = grade(course, "tiny", solution(root))
    assert (before.outcome, after.outcome) == (Outcome.PASSED, Outcome.FAILED)
    assert before.course.grader_sha256 != after.course.grader_sha256


def test_listeners_hear_every_case_and_long_calls(root):
    slow = "import time\n" + DRAWS.replace(
        "    return 2 * x", "    print('epoch 1')\n    time.sleep(1.2)\n    return 2 * x"
    )
    heard = []
    grade(load_course(root), "tiny", submission(slow), on_event=heard.append)
    assert sum(isinstance(event, CaseResult) for event in heard) == 4
    lives = [event for event in heard if isinstance(event, Live)]
    assert lives
    assert lives[-1].text == "epoch 1"
    assert 0.5 <= lives[-1].elapsed_s < lives[-1].budget_s == 5


def test_a_listener_that_raises_ends_the_grading(root):
    def stop(event):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(load_course(root), "tiny", solution(root), on_event=stop)


@pytest.mark.sandbox
def test_a_function_that_only_a_probe_calls_is_missing_like_any_other(root):
    (root / "graders/tiny/probe.py").write_text("def twice(x):\n    return submission.double(submission.double(x))\n")
    path = root / "graders/tiny/test_tiny.py"
    text = path.read_text().replace("import check", "import check, probe")
    path.write_text(text.replace("submission.double(np.array", "probe(submission).twice(np.array"))
    text = (root / "graders/tiny/solution.py").read_text().replace("def double", "def doubel")
    report = grade(load_course(root), "tiny", submission(text), seed=1)
    (case,) = [one for one in report.cases if one.outcome is Outcome.FAILED]
    assert (case.cause, case.traceback) == (Cause.MISSING, None)
    assert case.message == "Your file does not define double. It defines doubel; if that is the one, call it double."


def test_the_hint_about_the_values_is_not_shown_where_their_form_is_wrong(root):
    grader = next((root / "graders/tiny").glob("test_*.py"))
    grader.write_text(
        "import pytest\nfrom dlquiz.grading import check\n\n"
        "@pytest.mark.case('both', points=2, hint='2 * x')\n"
        "def test_both(submission):\n"
        "    w, _ = check.parts(submission.double(3), 'w', 'b', of=submission.double)\n"
        "    check.equal(w, 6, name='w')\n"
    )
    texts = ("return None", "return 5, 1", "return 6, 1")
    works = [submission(f"def double(x):\n    {text}\n") for text in texts]
    cases = [report.cases[0] for report in reports_of(load_course(root), "tiny", works)]
    assert [case.hint for case in cases] == [None, "2 * x", None]
    assert cases[0].message == "double returns 2 values: w, b."
    assert (cases[0].expected, cases[0].got) == ("w, b", "None")


def test_what_the_reference_is_told_when_it_stands_in_is_not_told_to_the_learner(root):
    """Whether the grader is at fault for a value that nothing can be done with, the reference shows by passing."""
    grader = next((root / "graders/tiny").glob("test_*.py"))
    grader.write_text(
        "import pytest\nfrom dlquiz.grading import check, remark\n\n"
        "@pytest.mark.case('adds', points=2, hint='2 * x')\n"
        "def test_adds(submission):\n"
        "    check.equal(submission.double(3) + 1, 7, name='sum')\n"
        "    remark('That is quick.')\n"
    )
    works = [submission(f"def double(x):\n    {text}\n") for text in ("return None", "return 2 * x")]
    lost, won = (report.cases[0] for report in reports_of(load_course(root), "tiny", works))
    assert lost.message == "double returned None. Is the return statement missing?"
    assert (lost.remarks, won.remarks) == ((), ("That is quick.",))
