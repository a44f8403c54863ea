"""The certification of a small course, through the real grading."""

import sys
import threading
import time
from dataclasses import replace

import pytest

from dlquiz.authoring.check import CourseCheck, ExerciseCheck, Thoroughness, check_course
from dlquiz.authoring.codes import Rule
from dlquiz.authoring.listing import as_text
from dlquiz.authoring.only import Only
from dlquiz.authoring.solutions import sample
from dlquiz.content.course import load_course
from dlquiz.content.mistakes import Mistake
from dlquiz.errors import Finding, UnknownName, UsageError
from tests.authoring.small import TESTS, wrong

pytestmark = pytest.mark.sandbox


def checked(root, **settings):
    return check_course(load_course(root), seeds=settings.pop("seeds", 2), **settings)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_CACHE", str(tmp_path / "cache"))


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
    settings = replace(Thoroughness.of(4), jobs=3)  # side by side; the tests below have one process
    result = check_course(
        load_course(root), settings=settings, on_progress=lambda done, total, text: told.append((done, total, text))
    )
    assert result.findings == ()
    (exercise,) = result.exercises
    assert exercise.findings == ()
    assert exercise.certified
    assert result.exit_code == 0
    assert (exercise.cases, exercise.points, exercise.wrong, exercise.right) == (4, 4, 6, 3)
    # The stub once, a reference that tells what it is asked twice, and everything else under each seed.
    assert exercise.gradings == 1 + 2 + 4 * (1 + 3 + 6)
    assert told[-1][:2] == (43, 43)


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
    (finding,) = found(root)
    assert finding.code == Rule.WRONG_LOSES_MORE
    assert finding.message.startswith("loses test_mean, test_mean_of_nothing under seed 1, 2")
    assert "`loses: test_mean, test_mean_of_nothing`" in finding.suggestion


def test_a_case_that_may_be_lost_may_be_passed_too(root):
    path = root / "graders/tiny/wrong/half.py"
    path.write_text(wrong("return x / 2", "return empty if x.size == 0 else 1.0", "test_double", "test_mean"))
    change(root / "graders/tiny/wrong/squares.py", "loses: test_double", "loses: test_double\nmay_lose: test_mean")
    assert found(root) == ()


def test_a_case_that_no_wrong_solution_loses_is_found(root):
    for name, double in (("nothing_is_zero", "return -x"), ("nothing_is_one", "return 4 * x")):
        path = root / f"graders/tiny/wrong/{name}.py"
        path.write_text(wrong(double, "return float(np.mean(x)) if x.size else empty", "test_double"))
    (finding,) = found(root)
    assert finding.code == Rule.NEVER_LOST
    assert finding.file.endswith("test_tiny.py")
    assert finding.line == TESTS.splitlines().index("def test_mean_of_nothing(submission):") + 1


def test_a_right_solution_that_loses_points_is_found_with_what_it_was_told(root):
    change(root / "graders/tiny/right/summed.py", "x.sum()", "x.sum() + 1e-3")
    (finding,) = found(root)  # one for both parameters
    assert finding.code == Rule.RIGHT
    cases = "test_tiny.py::test_mean[3], test_tiny.py::test_mean[5]"
    assert f"{cases} under seed 1, 2 of 2: mean(x) is not the expected number" in finding.message


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
    text = (
        path.read_text()
        .replace("points=1, public=True", "points=2")
        .replace(', hint="Look at x.size before you divide."', "")
    )
    path.write_text(text)
    assert [(one.code, one.line) for one in found(root)] == [
        (Rule.POINTS, 7),
        (Rule.PUBLIC_CASES, 1),
        (Rule.HINTS, TESTS.splitlines().index("def test_mean_of_nothing(submission):") + 1),
    ]


def test_a_grader_that_raises_is_found_as_broken(root):
    change(root / "graders/tiny/test_tiny.py", "    x = rng.normal(size=n)", "    x = rng.normal(size=n)[n]")
    broken = [one for one in found(root) if one.code == Rule.BROKEN]
    assert len(broken) == 1  # for both parameters, however many files were graded
    assert "IndexError" in broken[0].message
    assert "test_mean[3], test_mean[5] are broken" in broken[0].message


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


def test_a_quick_check_grades_only_what_has_changed(root):
    course = load_course(root)
    quick = Thoroughness.of(quick=True)
    first, again = (check_course(course, ["tiny"], quick).exercises[0] for _ in range(2))
    assert first.certified
    assert (first.gradings, first.cached) == (14, 0)
    assert (again.gradings, again.cached) == (14, 14)
    assert again.findings == ()
    change(root / "graders/tiny/wrong/half.py", "return x / 2", "return x * 2")
    (changed,) = check_course(load_course(root), ["tiny"], quick).exercises
    assert changed.cached == 13
    assert [one.code for one in changed.findings] == [Rule.WRONG_PASSES]


def test_a_quick_check_spares_wrong_solutions_costly_cases_that_they_do_not_name(root, tmp_path, monkeypatch):
    """Only the check of everything sees that a wrong solution loses such a case, too."""
    slow = "if x.size:\n        import time\n        time.sleep(0.2)\n    return float"
    change(root / "graders/tiny/solution.py", "return float", slow)
    (root / "graders/tiny/wrong/half.py").write_text(wrong("return x / 2", "return 1.0", "test_double"))
    course, quick = load_course(root), Thoroughness.of(quick=True)
    results = [check_course(course, ["tiny"], quick) for _ in range(2)]
    assert [one.exercises[0].cached for one in results] == [0, 14]
    for one in results:
        (exercise,) = one.exercises
        # Two cases of test_mean for each of six wrong solutions but the one that says that it loses them.
        assert exercise.spared == 10
        (finding,) = exercise.findings
        assert "loses test_mean_of_nothing under seed 1, but does not say so" in finding.message
        assert "10 costly cases not run for wrong solutions that need not lose them" in as_text(one)
    monkeypatch.setenv("DLQUIZ_CACHE", str(tmp_path / "other"))
    (whole,) = checked(root, seeds=1).exercises
    assert (whole.spared, len(whole.findings)) == (0, 1)
    assert "loses test_mean, test_mean_of_nothing under seed 1" in whole.findings[0].message
    (reused,) = check_course(course, ["tiny"], Thoroughness.of(seeds=1, quick=True)).exercises
    assert (reused.cached, reused.spared) == (13, 0)
    assert reused.findings == whole.findings


@pytest.mark.parametrize(
    "name", ["graders/tiny/test_tiny.py", "graders/tiny/solution.py", "exercises/tiny/exercise.yaml"]
)
def test_what_decides_a_verdict_makes_everything_new(root, name):
    check_course(load_course(root), ["tiny"], Thoroughness.of(quick=True))
    (root / name).write_text((root / name).read_text() + "\n# changed\n")
    (exercise,) = check_course(load_course(root), ["tiny"], Thoroughness.of(quick=True)).exercises
    assert exercise.cached == 0


def test_a_thorough_check_believes_no_earlier_one(root):
    check_course(load_course(root), ["tiny"], Thoroughness.of(quick=True))
    assert checked(root).exercises[0].cached == 0


def test_a_damaged_cache_is_as_good_as_none(root, tmp_path):
    check_course(load_course(root), ["tiny"], Thoroughness.of(quick=True))
    (file,) = (tmp_path / "cache").rglob("*.jsonl")
    file.write_bytes(b"\xff{" + file.read_bytes()[:3000])
    (exercise,) = check_course(load_course(root), ["tiny"], Thoroughness.of(quick=True)).exercises
    assert exercise.certified


def test_a_cache_that_cannot_be_written_stops_nothing(root, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    assert checked(root, seeds=1).exercises[0].certified


@pytest.mark.parametrize("name", ["wrong/half.py", "graders/tiny/wrong/half.py"])
def test_one_file_alone_is_checked_and_nothing_is_said_about_others(root, name):
    change(root / "graders/tiny/wrong/squares.py", "return x**2", "return 2 * x")
    (root / "exercises/tiny/README.md").unlink()
    only = replace(Thoroughness.of(2), only=Only.of([name]))
    result = check_course(load_course(root), ["tiny"], only)
    (exercise,) = result.exercises
    assert exercise.findings == ()
    assert exercise.gradings == 2 + 2  # the reference, too: a grader's mistake is not the file's
    assert [one.name for one in exercise.solutions] == ["half.py"]
    assert not exercise.certified
    assert result.exit_code == 0
    change(root / "graders/tiny/wrong/half.py", "return x / 2", "return x * 2")
    (exercise,) = check_course(load_course(root), ["tiny"], only).exercises
    assert [one.code for one in exercise.findings] == [Rule.WRONG_PASSES]


def test_a_file_that_is_not_there_is_named_with_those_that_are(root):
    with pytest.raises(UsageError, match=r"wrong/halff\.py") as caught:
        check_course(load_course(root), ["tiny"], replace(Thoroughness.of(1), only=Only.of(["wrong/halff.py"])))
    assert "wrong/half.py" in caught.value.next_step


def test_a_sample_has_one_wrong_solution_for_each_case_and_certifies_nothing(root):
    result = check_course(load_course(root), ["tiny"], replace(Thoroughness.of(1), sample=True))
    (exercise,) = result.exercises
    assert exercise.findings == ()
    assert 0 < len(exercise.solutions) < exercise.wrong
    assert {lost.case for one in exercise.solutions for lost in one.lost} == {
        "test_double",
        "test_mean",
        "test_mean_of_nothing",
    }
    assert not exercise.certified
    assert result.exit_code == 0
    assert "as far as this sample" in as_text(result)


def test_a_sample_takes_for_each_case_the_mistake_that_costs_least():
    mistakes = {
        "everything": Mistake("All.", ("a", "b", "c")),
        "first": Mistake("A.", ("a",), ("b",)),
        "first_alone": Mistake("A.", ("a",)),
        "others": Mistake("B, C.", ("b", "c")),
    }
    assert sample(mistakes) == {"first_alone", "others"}
    assert sample({}) == frozenset()


@pytest.mark.parametrize("only", [(), ("wrong/half.py",)])
def test_an_unknown_data_set_is_the_authors_mistake_and_not_the_machines(root, only):
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "data: {mnsit: {}}\n")
    result = check_course(load_course(root), ["tiny"], replace(Thoroughness.of(1), only=Only.of(only)))
    assert [one.code for one in result.exercises[0].findings] == ["DLQ210"]
    assert result.exercises[0].machine == ()
    assert result.exit_code == 3


def test_a_reference_without_a_function_is_told_once_and_nothing_is_graded(root):
    change(root / "graders/tiny/solution.py", "def mean(", "def average(")
    (exercise,) = checked(root).exercises
    assert [(one.code, one.message.partition("(")[0]) for one in exercise.findings] == [
        (Rule.SIGNATURE, "the reference has no mean")
    ]
    assert exercise.gradings == 0


def test_an_exercise_whose_package_is_missing_is_skipped_with_the_command(root, monkeypatch):
    path = root / "exercises/tiny/exercise.yaml"
    path.write_text(path.read_text() + "packages: [numpy, torch]\n")
    monkeypatch.setitem(sys.modules, "torch", None)
    result = checked(root)
    (exercise,) = result.exercises
    assert 'python -m pip install "dlquiz[torch]"' in exercise.skipped
    assert (exercise.gradings, exercise.findings, exercise.certified) == (0, (), False)
    assert result.exit_code == 4


def test_a_wrong_solution_is_named_if_a_case_says_what_only_it_gets(root):
    (exercise,) = checked(root, seeds=1).exercises
    solutions = {one.name: one for one in exercise.solutions}
    assert all(one.failed and one.exact for one in solutions.values())
    assert [name for name, one in solutions.items() if one.named] == ["returns_x.py", "sum.py"]
    lost = solutions["returns_x.py"].lost[0]
    assert (lost.case, lost.how, lost.seeds) == ("test_double", "value", (1,))
    assert "half the expected one" in lost.says
    # As soon as another one gets the same values and the same words, they name nobody.
    mean = "return float(np.mean(x)) if x.size else empty"
    other = wrong("return x + 0", mean, "test_double").replace("A mistake.", "Another mistake.")
    (root / "graders/tiny/wrong/sum.py").write_text(other)
    (exercise,) = checked(root, seeds=1).exercises
    assert not any(one.named for one in exercise.solutions)


def test_the_seconds_are_those_that_somebody_waits(root):
    started = time.monotonic()
    result = checked(root, seeds=3)
    waited = time.monotonic() - started
    assert result.exercises[0].seconds <= result.seconds <= waited + 0.1


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


def test_a_phrase_that_a_wrong_solution_is_told_names_it_unless_another_is_told_it_too(root):
    path = root / "graders/tiny/wrong/sum.py"
    text = path.read_text()
    path.write_text(text.replace("loses: ", "says: the sum of all ENTRIES\nloses: ", 1))
    (finding,) = found(root)
    assert finding.code == Rule.NOT_SAID
    assert finding.file.endswith("graders/tiny/wrong/sum.py")
    assert "is not told “the sum of all ENTRIES”" in finding.message
    path.write_text(text.replace("loses: ", "says: MEAN(x) is not\nloses: ", 1))
    assert found(root) == ()
    more = wrong("return 2 * x", "return float(np.mean(x)) + 1 if x.size else empty", "test_mean")
    (root / "graders/tiny/wrong/one_more.py").write_text(more)
    (finding,) = found(root)
    assert finding.message == "“MEAN(x) is not” is also what one_more.py is told"
