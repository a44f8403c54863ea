"""A kit for learners: it gives nothing away, and grades public checks as the whole course does."""

from pathlib import Path

import pytest

from dlquiz.authoring.kit import public_kit, whole_kit
from dlquiz.content.course import load_course
from dlquiz.errors import ContentError
from dlquiz.grading.dispatch import GraderPool
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import TESTS, make_course

COURSE = load_course()
AGREE = ("exercise1", "exercise3", "exercise6")

pytestmark = pytest.mark.sandbox


def unpacked(kit, folder):
    for name, content in kit.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return load_course(folder)


@pytest.fixture(scope="module")
def made():
    return public_kit(COURSE, AGREE, quizzes=True, tell=lambda _: None)


@pytest.fixture(scope="module")
def kit(made, tmp_path_factory):
    return unpacked(made, tmp_path_factory.mktemp("kit"))


def test_a_kit_holds_no_solution_and_no_hidden_check(made):
    text = "\n".join(content.decode("utf-8", "replace") for content in made.files.values())
    assert not [name for name in made.files if name.endswith(("solution.py", "equivalent.yaml", "repairs.yaml"))]
    assert not [name for name in made.files if "/wrong/" in name or "/right/" in name or "/." in name]
    for exercise in AGREE:
        folder = COURSE.grader_folder(exercise)
        for path in (*folder.glob("wrong/*.py"), *folder.glob("right/*.py")):
            first = path.read_text("utf-8").split('"""')[1].split("\n")[0]
            assert first not in text, path
    assert made.telling == ("code-reading", "code-puzzles")
    assert {one.exercise_id: (one.public, one.hidden.cases) for one in made.exercises} == {
        "exercise1": (3, 13), "exercise3": (3, 17), "exercise6": (5, 14),
    }  # fmt: skip


def test_what_is_left_out_is_announced_and_named_nowhere_else(kit):
    for exercise in AGREE:
        described, whole = kit.exercise(exercise), COURSE.exercise(exercise)
        assert described.points + described.hidden.points == whole.points
        assert set(described.requires) <= set(AGREE)
        assert set(described.quizzes) <= set(kit.quiz_ids())
    assert "code-puzzles" not in kit.quiz_ids()


def files_of(exercise):
    folder = COURSE.grader_folder(exercise)
    yield COURSE.stub_path(exercise)
    yield COURSE.solution_path(exercise)
    yield from sorted(folder.glob("right/*.py"))
    yield from sorted(folder.glob("wrong/*.py"))[::4]


@pytest.mark.parametrize("exercise", AGREE)
def test_a_kit_and_the_whole_course_agree_on_public_checks(exercise, kit):
    name = COURSE.stub_path(exercise).name
    sources = [path.read_bytes() for path in files_of(exercise)]
    sources += [b"import nothing_like_it\n", b"def f(:\n", b"", b"raise SystemExit\n"]
    submissions = [submission_from_bytes(one, name=name, module_name=Path(name).stem) for one in sources]
    told = []
    for course in (COURSE, kit):
        with GraderPool(course, exercise, expected=len(sources)) as pool:
            reports = dict(pool.grade_many(submissions, seed=11))
        public = {case.id for case in next(iter(reports.values())).cases if case.visibility == "public"}
        told.append({
            (number, case.id): (case.title, case.outcome, case.points, case.expected, case.got)
            for number, report in reports.items() for case in report.cases if case.id in public
        })  # fmt: skip
    assert len(told[0]) >= 3 * len(sources)
    assert told[0] == told[1]


def test_a_report_says_how_many_checks_are_elsewhere(kit):
    solution = COURSE.solution_path("exercise1").read_bytes()
    with GraderPool(kit, "exercise1", expected=1) as pool:
        report = pool.grade(submission_from_bytes(solution, name="image.py", module_name="image"))
    assert report.points.earned == report.points.possible == 0.75
    assert [note for note in report.notes if "13 more checks are not in this kit" in note]


@pytest.fixture
def small(tmp_path):
    """A course of one exercise, with things that must not travel."""
    root = make_course(tmp_path / "small")
    for name in (
        ".git/HEAD",
        "exercises/tiny/.git/config",
        "exercises/tiny/__pycache__/tiny.pyc",
        "graders/tiny/notes",
    ):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("CANARY")
    solution = root / "graders/tiny/solution.py"
    solution.write_text(f"# CANARY\n{solution.read_text()}")
    return root


def test_public_checks_that_ask_the_reference_stay_and_are_told(small):
    course = load_course(small)
    made = public_kit(course, course.exercise_ids(), quizzes=True, tell=lambda _: None)
    (one,) = made.exercises
    assert (one.public, one.hidden.cases) == (1, 3)
    assert list(one.kept_back) == ["test_mean"]
    assert b"CANARY" not in b"".join(made.files.values())


def test_a_whole_course_travels_without_its_version_control(small):
    files = whole_kit(load_course(small)).files
    assert [name for name, content in files.items() if b"CANARY" in content] == [
        "graders/tiny/notes", "graders/tiny/solution.py",
    ]  # fmt: skip


def test_a_kit_is_refused_where_the_solution_fails_or_nothing_is_public(small):
    test = small / "graders/tiny/test_tiny.py"
    test.write_text(TESTS.replace("[2.0, -4.0]", "[2.0, -5.0]"))
    course = load_course(small)
    with pytest.raises(ContentError, match="the solution of tiny fails the check 'double doubles'"):
        public_kit(course, course.exercise_ids(), quizzes=True, tell=lambda _: None)
    test.write_text(TESTS.replace("public=True", "public=False"))
    with pytest.raises(ContentError, match="no public check"):
        public_kit(course, course.exercise_ids(), quizzes=True, tell=lambda _: None)
