"""The certification of a small course, through the real grading."""

import threading

import pytest

from dlquiz.authoring.check import CourseCheck, ExerciseCheck, check_course
from dlquiz.authoring.codes import Rule
from dlquiz.content import load_course
from dlquiz.errors import Finding, UnknownName
from tests.authoring.small import TESTS, wrong

pytestmark = pytest.mark.sandbox


def checked(root, **settings):
    return check_course(load_course(root), seeds=settings.pop("seeds", 2), **settings)


def found(root, **settings):
    (exercise,) = checked(root, **settings).exercises
    assert exercise.machine == ()
    return exercise.findings


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_course_without_mistakes_is_certified(root):
    told = []
    result = checked(root, seeds=4, on_progress=lambda done, total, text: told.append((done, total, text)))
    assert result.findings == ()
    (exercise,) = result.exercises
    assert exercise.findings == ()
    assert exercise.certified
    assert result.exit_code == 0
    assert (exercise.cases, exercise.points, exercise.wrong, exercise.right) == (4, 4, 6, 3)
    # The stub once, the reference four times, right and wrong solutions three times.
    assert exercise.gradings == 1 + 4 + 3 * (3 + 6)
    assert told[-1][:2] == (32, 32)


def test_a_wrong_solution_that_passes_is_found(root):
    change(root / "graders/tiny/wrong/half.py", "return x / 2", "return x * 2")
    (finding,) = found(root)
    assert finding.code == Rule.WRONG_PASSES
    assert finding.file.endswith("wrong/half.py")
    assert finding.line == 3
    assert "test_double under seed 1, 2" in finding.message


def test_a_wrong_solution_that_loses_more_is_found(root):
    path = root / "graders/tiny/wrong/half.py"
    path.write_text(wrong("return x / 2", "return 1.0", "test_double"))
    findings = found(root)
    assert {one.code for one in findings} == {Rule.WRONG_LOSES_MORE}
    assert [one.message.split()[1] for one in findings] == ["test_mean", "test_mean_of_nothing"]


def test_a_case_that_may_be_lost_may_be_passed_too(root):
    path = root / "graders/tiny/wrong/half.py"
    path.write_text(wrong("return x / 2", "return 7.0 if x.size == 0 else 1.0", "test_double", "test_mean"))
    change(root / "graders/tiny/wrong/squares.py", "loses: test_double", "loses: test_double\nmay_lose: test_mean")
    assert found(root) == ()


def test_a_case_that_no_wrong_solution_loses_is_found(root):
    for name in ("nothing_is_zero", "nothing_is_one"):
        path = root / f"graders/tiny/wrong/{name}.py"
        path.write_text(wrong("return x", "return float(np.mean(x)) if x.size else empty", "test_double"))
    (finding,) = found(root)
    assert finding.code == Rule.NEVER_LOST
    assert finding.file.endswith("test_tiny.py")
    assert finding.line == TESTS.splitlines().index("def test_mean_of_nothing(submission):") + 1


def test_a_right_solution_that_loses_points_is_found_with_what_it_was_told(root):
    change(root / "graders/tiny/right/summed.py", "x.sum()", "x.sum() + 1e-3")
    findings = found(root)  # one for each parameter
    assert [one.code for one in findings] == [Rule.RIGHT, Rule.RIGHT]
    assert "test_mean[3] under seed 1, 2 of 2: mean(x) is not the expected number" in findings[0].message


def test_a_reference_without_full_points_is_found(root):
    change(root / "graders/tiny/solution.py", "return 2 * x", "return 3 * x")
    assert {one.code for one in found(root)} == {Rule.REFERENCE}


def test_a_stub_that_earns_points_is_found(root):
    change(root / "exercises/tiny/tiny.py", 'raise NotImplementedError("double: TODO(1)")', "return 2 * x  # TODO(1)")
    assert {one.code for one in found(root)} == {Rule.STUB, Rule.TODO}


def test_a_stub_that_fails_without_naming_its_todo_is_found(root):
    change(root / "exercises/tiny/tiny.py", 'raise NotImplementedError("double: TODO(1)")', "return x[TODO(1)]")
    (finding,) = found(root)
    assert finding.code == Rule.STUB
    assert "NameError" in finding.message


def test_points_public_cases_and_hints_are_counted(root):
    path = root / "graders/tiny/test_tiny.py"
    text = path.read_text().replace("points=1, public=True", "points=2").replace(', hint="x.size"', "")
    path.write_text(text)
    assert [(one.code, one.line) for one in found(root)] == [
        (Rule.POINTS, 7),
        (Rule.PUBLIC_CASES, 0),
        (Rule.HINTS, TESTS.splitlines().index("def test_mean_of_nothing(submission):") + 1),
    ]


def test_a_grader_that_raises_is_found_as_broken(root):
    change(root / "graders/tiny/test_tiny.py", "    x = rng.normal(size=n)", "    x = rng.normal(size=n)[n]")
    broken = [one for one in found(root) if one.code == Rule.BROKEN]
    assert len(broken) == 2  # one for each parameter, however many files were graded
    assert "IndexError" in broken[0].message


def test_a_grader_that_cannot_be_collected_is_the_authors_mistake(root):
    change(root / "graders/tiny/test_tiny.py", "import pytest", "import pytest\n\nUNKNOWN = np.no_such_name")
    result = checked(root)
    assert result.exit_code == 3
    assert {one.code for one in result.exercises[0].findings} == {Rule.BROKEN}
    assert "no_such_name" in result.exercises[0].findings[0].message


def test_an_exercise_file_with_mistakes_is_told_with_the_others(root):
    change(root / "exercises/tiny/exercise.yaml", "minutes: 1", "minutes: 0")
    (exercise,) = checked(root).exercises
    assert exercise.findings[0].line == 6
    assert not exercise.certified


def test_an_unknown_exercise_is_refused(root):
    with pytest.raises(UnknownName):
        check_course(load_course(root), ["tini"])


def test_an_interruption_ends_the_grader_processes(root):
    class Stop(Exception):
        pass

    def stop(done, total, text):
        raise Stop

    with pytest.raises(Stop):
        checked(root, seeds=40, on_progress=stop)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("dev-check")]


def test_a_failure_of_the_machine_wins_over_findings():
    finding = Finding("f", 1, 1, Rule.POINTS, "m")
    broken = ExerciseCheck("a", (finding,), machine=("no memory",))
    assert CourseCheck("c", (broken,), (), ()).exit_code == 4
    assert CourseCheck("c", (ExerciseCheck("a", (finding,)),), (), ()).exit_code == 3
    assert CourseCheck("c", (ExerciseCheck("a", ()),), (), (finding,)).exit_code == 3
