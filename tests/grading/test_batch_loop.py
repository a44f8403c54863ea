"""Many submissions through one collection, in one process and in several; and processes that wait ready."""

import os

import pytest

from dlquiz.content.course import load_course
from dlquiz.errors import SandboxError
from dlquiz.grading.dispatch import GraderPool
from dlquiz.grading.limits import Budget
from dlquiz.grading.memo import HOPELESS, MEMO_ENTRIES, Memo
from dlquiz.grading.messages import Savings
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.model.report import Outcome
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course
from tests.fake_sandbox import FakeSandbox

pytestmark = pytest.mark.sandbox

RIGHT = (
    "import numpy as np\ndef double(x):\n    return 2 * x\n"
    "def mean(x, *, empty=0.0):\n    return float(np.mean(x)) if x.size else empty\n"
)
HALF = RIGHT.replace("2 * x", "x / 2")
ENDS = RIGHT.replace("return 2 * x", "import os; os._exit(3)")

OWN_FIXTURES = """
import numpy as np
import pytest

from dlquiz.grading import check

calls = []


@pytest.fixture(scope="session")
def stack():
    calls.append("made")
    yield calls
    calls.clear()


@pytest.fixture(params=[1, 3])
def factor(request):
    return request.param


@pytest.mark.case("a simple one first", points=1)
def test_first(submission):
    check.close(submission.double(np.ones(2)), [2.0, 2.0], name="double")


@pytest.mark.case("a fixture of the grader's own, made afresh for each submission", points=1)
def test_stack(stack, submission):
    check.equal(len(stack), 1, name="times that the fixture was made")


@pytest.mark.case("a parametrised fixture", points=1)
def test_factor(submission, factor):
    check.close(submission.double(np.full(2, factor)), [2.0 * factor] * 2, name="double")


@pytest.mark.case("values of parametrize", points=1)
@pytest.mark.parametrize("n", [2, 4])
def test_values(submission, reference, rng, n):
    x = rng.normal(size=n)
    check.close(submission.mean(x), reference.mean(x), name="mean")


@pytest.mark.case("a case that is not for today", points=1)
def test_skipped(submission):
    pytest.skip("not today")


@pytest.mark.case("a case that pytest skips", points=1)
@pytest.mark.skipif(True, reason="never")
def test_marked(submission):
    raise AssertionError


@pytest.mark.case("a plain pytest.fail is the grader's", points=1)
def test_fail(submission):
    pytest.fail("no")
"""


@pytest.fixture
def root(tmp_path):
    return make_course(tmp_path / "course")


def submissions(*texts):
    return [
        submission_from_bytes(text.encode(), name=f"{number}.py", module_name="tiny")
        for number, text in enumerate(texts)
    ]


def reports_of(*args, **settings):
    return in_order(grade_many(*args, **settings))


def outcomes(report):
    return {case.id.partition("::")[2]: case.outcome.value for case in report.cases}


def test_graders_with_fixtures_of_their_own_run_by_pytests_rules_for_every_submission(root):
    (root / "graders/tiny/test_tiny.py").write_text(OWN_FIXTURES)
    right, half, again = reports_of(load_course(root), "tiny", submissions(RIGHT, HALF, RIGHT), seed=1)
    assert outcomes(right) == {
        "test_first": "passed",
        "test_stack": "passed",
        "test_factor[1]": "passed",
        "test_factor[3]": "passed",
        "test_values[2]": "passed",
        "test_values[4]": "passed",
        "test_skipped": "skipped",
        "test_marked": "skipped",
        "test_fail": "broken",
    }
    assert outcomes(again) == outcomes(right)
    changed = {name for name, outcome in outcomes(half).items() if outcome != outcomes(right)[name]}
    assert changed == {"test_first", "test_factor[1]", "test_factor[3]"}


@pytest.mark.parametrize("jobs", [2, 9])
def test_several_processes_give_the_same_reports_in_the_same_order(root, jobs):
    course, files = load_course(root), submissions(RIGHT, HALF, ENDS, "x =", RIGHT, HALF, RIGHT)
    one = list(reports_of(course, "tiny", files, seed=3))
    many = list(reports_of(course, "tiny", files, seed=3, jobs=jobs))
    assert [report.submission.file for report in many] == [f"{number}.py" for number in range(7)]
    for a, b in zip(one, many, strict=True):
        assert [(case.id, case.outcome, case.got) for case in a.cases] == [
            (case.id, case.outcome, case.got) for case in b.cases
        ]


def test_a_process_that_dies_takes_no_report_of_another_with_it(root):
    path = root / "graders/tiny/test_tiny.py"
    text = path.read_text().replace(
        "def test_double(submission):",
        "def test_double(submission):\n    if submission.kind == 'kills the grader':\n"
        "        np.os = __import__('os')\n        np.os._exit(0)",
    )
    path.write_text(text)
    (root / "graders/tiny/solution.py").write_text(RIGHT + "kind = 'ours'\n")
    files = submissions(*([RIGHT + "kind = 'ours'\n"] * 4), RIGHT + "kind = 'kills the grader'\n")
    reports = list(reports_of(load_course(root), "tiny", files, seed=1, jobs=2))
    assert [report.outcome.value for report in reports] == ["passed"] * 4 + ["broken"]


def test_a_warm_process_grades_what_comes_later_and_again(root):
    course = load_course(root)
    with GraderPool(course, "tiny") as pool:
        (process,) = pool._processes
        first, second = (pool.grade(one, seed=5) for one in submissions(HALF, RIGHT))
        assert pool._processes == [process]
    straight = grade(course, "tiny", submissions(HALF)[0], seed=5)
    assert outcomes(first) == outcomes(straight)
    assert second.outcome is Outcome.PASSED
    assert second.usage.wall_s < 60
    assert process._process.poll() is not None
    assert pool.grader_sha256 == course.grader_digest("tiny")


def test_a_pool_that_is_not_needed_leaves_nothing_behind(root):
    pool = GraderPool(load_course(root), "tiny")
    (process,) = pool._processes
    pool.close()
    assert process._process.poll() is not None
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(process._in)


def test_no_submission_means_no_report(root):
    assert list(reports_of(load_course(root), "tiny", [])) == []


def test_a_grader_that_cannot_be_collected_is_told_with_several_processes_too(root):
    (root / "graders/tiny/test_tiny.py").write_text("import nothing_of_this_name\n")
    with pytest.raises(SandboxError, match="nothing_of_this_name"):
        list(reports_of(load_course(root), "tiny", submissions(RIGHT, RIGHT), jobs=2))


def test_remembered_answers_of_the_reference_do_not_grow_without_end():
    memo = Memo()
    with FakeSandbox() as server:
        subject = Subject(Surroundings(server, None, Budget(), {}), submissions("")[0], 0, memo=memo)
        for number in range(3 * MEMO_ENTRIES):
            subject.begin(f"case {number // 100}")
            assert subject.ask({"op": "eval", "expr": number}) == number
    assert len(memo._answers) <= MEMO_ENTRIES


def test_nobody_looks_for_answers_of_a_case_that_asks_something_new_each_time():
    memo, asked = Memo(), {"op": "eval", "expr": "again"}
    for number in range(HOPELESS):
        assert memo.key("timed", {"op": "eval", "expr": number}) is not None
        key = memo.key("same", asked)
        memo.keep(key, 1)
        memo.key("same", {"op": "eval", "expr": number})
    assert memo.key("timed", {"op": "eval", "expr": "x"}) is None
    assert memo[memo.key("same", asked)] == 1


def test_an_answer_about_an_object_in_a_worker_is_not_taken_for_one_about_another_worker():
    """Both workers call their first object by the same number."""
    with ForkServer(("numpy",)) as server:
        subject = Subject(Surroundings(server, None, Budget(), {}), submissions(RIGHT)[0], 0, memo=Memo())
        doubled = []
        for value in (1.0, 5.0):
            subject.begin("a case")
            kept = subject.ask({"op": "keep", "expr": value})
            doubled.append(subject.ask({"op": "eval", "expr": Call(Get(Module("submission"), "double"), (kept,))}))
            subject.close()
    assert doubled == [2.0, 10.0]


def test_outcomes_are_those_of_one_process_after_another(root):
    """What a submission does to its worker never reaches the next one, in one process for all."""
    course, files = load_course(root), submissions(ENDS, RIGHT, ENDS, HALF)
    together = list(reports_of(course, "tiny", files, seed=2))
    alone = [grade(course, "tiny", file, seed=2) for file in files]
    assert [outcomes(report) for report in together] == [outcomes(report) for report in alone]
    assert [report.outcome for report in together] == [
        Outcome.FAILED,
        Outcome.PASSED,
        Outcome.FAILED,
        Outcome.FAILED,
    ]


def test_a_pool_that_asks_only_whether_anything_is_lost_stops_at_the_first_lost_case(root):
    with GraderPool(load_course(root), "tiny", until_lost=True) as pool:
        reports = in_order(pool.grade_many(submissions(RIGHT, HALF, RIGHT), seed=1))
        outcomes = [[case.outcome for case in report.cases] for report in reports]
    assert outcomes[0] == outcomes[2] == [Outcome.PASSED] * 4
    assert outcomes[1] == [Outcome.FAILED, *[Outcome.BROKEN] * 3]


def test_a_submission_is_spared_the_cases_that_are_named_and_the_next_one_is_not(root):
    with GraderPool(load_course(root), "tiny") as pool:
        (one,) = submissions(HALF)
        spared = pool.grade(one, seed=1, savings=Savings(("test_double", "test_mean")))
        whole = pool.grade(one, seed=1)
    assert [case.outcome for case in spared.cases] == [*[Outcome.SKIPPED] * 3, Outcome.PASSED]
    assert {case.message for case in spared.cases[:3]} == {"This check was left out."}
    assert spared.complete
    assert [case.outcome for case in whole.cases] == [Outcome.FAILED, *[Outcome.PASSED] * 3]


def test_it_stops_nowhere_where_pytest_has_something_to_tear_down(root):
    (root / "graders/tiny/test_tiny.py").write_text(OWN_FIXTURES)
    outcomes = []
    for until_lost in (True, False):
        with GraderPool(load_course(root), "tiny", until_lost=until_lost) as pool:
            reports = in_order(pool.grade_many(submissions(HALF, RIGHT), seed=1))
            outcomes.append([[case.outcome for case in report.cases] for report in reports])
    assert outcomes[0] == outcomes[1]


MEASURES = """
import numpy as np
import pytest

from dlquiz.grading import check


@pytest.mark.case("a share", points=1)
def test_share(submission, rng):
    def run(seed):
        return submission.double(np.array([1, 2, 3]))

    check.accuracy(run, np.array([2, 4, 7]), at_least=0.5, rng=rng, name="x")


@pytest.mark.case("nothing is measured", points=1)
def test_nothing(submission):
    check.equal(submission.double(2), 4, name="double")
"""


def test_what_is_measured_against_a_threshold_is_told_where_it_is_asked_for(root):
    (root / "graders/tiny/test_tiny.py").write_text(MEASURES)
    course = load_course(root)
    with GraderPool(course, "tiny", measure=True) as pool:
        metrics = pool.grade(submissions(RIGHT)[0]).metrics
    assert list(metrics) == ["measured test_tiny.py::test_share"]
    assert metrics["measured test_tiny.py::test_share"].rows == (("x", pytest.approx(2 / 3), 0.5, 1),)
    assert grade(course, "tiny", submissions(RIGHT)[0]).metrics == {}
