"""Known mistakes: a submission that gives exactly the values of one wrong solution is told which one."""

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading import mistakes
from dlquiz.grading.run import grade, grade_many, in_order
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import SOLUTION, make_course

pytestmark = pytest.mark.sandbox

SUMS = "The mean is a sum: the number of entries is missing."
KNOWN = f"known mistake: {SUMS}"
MEAN = "return float(np.mean(x)) if x.size else empty"


def write(root, name, title, mean, loses="test_mean"):
    header = f"{title}\n\nloses: {loses}\n"
    path = root / f"graders/tiny/wrong/{name}.py"
    path.write_text(SOLUTION.format(title=header, double="return 2 * x", mean=mean))


@pytest.fixture
def root(tmp_path):
    course = make_course(tmp_path / "course")
    write(course, "sum", SUMS, "return float(np.sum(x)) if x.size else empty")
    write(course, "squares", "The entries are squared.", "return float(np.mean(x * x)) if x.size else empty")
    return course


def with_mean(mean):
    text = SOLUTION.format(title="Mine.", double="return 2 * x", mean=mean)
    return submission_from_bytes(text.encode(), name="mine.py", module_name="tiny")


LOOP = """total = 0.0
    for value in x:
        total += value
    return total if x.size else empty"""


def said(report):
    return [case.diagnosis for case in report.cases if case.diagnosis and "known mistake" in case.diagnosis]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_another_program_with_the_same_mistake_is_told_its_sentence(root, seed):
    report = grade(load_course(root), "tiny", with_mean(LOOP), seed=seed)
    assert said(report)
    assert all(text.endswith(KNOWN) for text in said(report))


def test_files_that_give_the_same_numbers_are_told_the_same_sentence(root):
    text = SOLUTION.format(title="Mine.", double="return 2 * x", mean=LOOP)
    files = [
        submission_from_bytes(f"{text}# {number}\n".encode(), name="mine.py", module_name="tiny") for number in range(4)
    ]
    first, *others = in_order(grade_many(load_course(root), "tiny", files, seed=1))
    assert said(first)
    assert all(said(report) == said(first) for report in others)


def test_the_sentence_for_known_answers_is_not_looked_for_again(tmp_path, monkeypatch):
    (tmp_path / "sum.py").write_text(f'"""{SUMS}\n\nloses: test_mean\n"""\n')
    these = mistakes.Mistakes(tmp_path, "tiny", lambda source, seed: None)
    mine, right = [("mean", 6.25), ("mean", 7.5)], [("mean", 3.125), ("mean", 2.5)]
    asked = []

    def cause(digest, seed=1):
        asked.append(0)

        def replay(subject):
            asked[-1] += 1
            return mine

        return these.cause("test_tiny.py::test_mean", seed, mine, lambda: right, replay, digest=digest)

    looked_at = []
    agree = mistakes.agree
    monkeypatch.setattr(mistakes, "agree", lambda *values: looked_at.append(1) or agree(*values))
    assert [cause(digest) for digest in (b"a", b"a", None, b"b")] == [SUMS] * 4
    assert len(looked_at) == 3
    assert cause(b"a", seed=2) == SUMS
    assert asked == [1, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "mean",
    [
        "return float(np.sum(x)) * 1.001 if x.size else empty",
        "return 0.0",
        "return float(np.median(x)) if x.size else 7",
    ],
)
def test_an_unknown_mistake_and_a_constant_are_told_nothing(root, mean):
    report = grade(load_course(root), "tiny", with_mean(mean), seed=1)
    assert report.points.earned < report.points.possible
    assert said(report) == []


def test_two_mistakes_with_the_same_values_are_not_told_apart_by_a_guess(root):
    write(root, "other", "Something else.", LOOP)
    assert said(grade(load_course(root), "tiny", with_mean(LOOP), seed=1)) == []


def test_two_files_of_one_mistake_are_one(root):
    write(root, "other", SUMS, LOOP)
    assert said(grade(load_course(root), "tiny", with_mean(LOOP), seed=1))


def test_mistakes_that_loop_end_the_process_or_crash_cost_a_second_and_no_report(root, monkeypatch):
    write(root, "loops", "It never ends.", "while True: pass")
    write(root, "ends", "It ends.", "import os; os._exit(3)")
    write(root, "raises", "It raises.", "raise ValueError('no')")
    report = grade(load_course(root), "tiny", with_mean(LOOP), seed=1)
    assert report.complete
    assert report.usage.wall_s < 3 * mistakes.SECONDS
    assert [case.outcome.value for case in report.cases] == ["passed", "failed", "failed", "passed"]


def test_a_course_without_wrong_solutions_is_graded_as_ever(root):
    for path in (root / "graders/tiny/wrong").iterdir():
        path.unlink()
    report = grade(load_course(root), "tiny", with_mean(LOOP), seed=1)
    assert said(report) == []
    assert report.points.earned == 2


def test_each_of_many_submissions_is_told_its_own(root):
    files = [with_mean(LOOP), with_mean(MEAN), with_mean("return float((x * x).mean()) if x.size else empty")] * 2
    reports = list(in_order(grade_many(load_course(root), "tiny", files, seed=5)))
    assert [bool(said(report)) for report in reports] == [True, False, True] * 2
    assert all("squared" in said(report)[0] for report in reports[2::3])


CASE, MINE = "t.py::test_mean", [("mean(…)", 0.75)]


@pytest.fixture
def asking(root):
    """The question for the cause of ``MINE``, and who was asked to answer it."""
    asked = []
    known = mistakes.Mistakes(root / "graders/tiny/wrong", "tiny", lambda source, seed: source)

    def right():
        asked.append("the reference")
        return [("mean(…)", 0.25)]

    def replay(solution):
        asked.append(solution.name)
        return [("mean(…)", 0.75 if solution.name == "sum.py" else 0.5)]

    return lambda seed, seconds=0: known.cause(CASE, seed, MINE, right, replay, seconds), asked


def test_the_reference_and_each_mistake_answer_a_case_once_for_a_class(asking):
    cause, asked = asking
    assert [cause(1) for _ in range(3)] == [SUMS] * 3
    assert sorted(asked) == ["squares.py", "sum.py", "the reference"]
    assert cause(2) == SUMS
    assert len(asked) == 6, "another seed draws other questions"


def test_nobody_is_asked_where_asking_all_would_take_far_too_long(asking):
    cause, asked = asking
    too_long = 1.01 * mistakes.SECONDS * 2 / 3  # for the reference and two mistakes
    assert cause(1, too_long) is None
    assert asked == []
    assert cause(1, 0.9 * too_long) == SUMS
    assert len(asked) == 3
    assert cause(1, too_long) == SUMS, "what is remembered takes no time"
