"""From where on two programs of an exercise are listed: above every pair of our own right solutions."""

import shutil
from itertools import combinations
from pathlib import Path

import pytest

from dlquiz.classroom.honest_pairs import FEWEST_RUNS, LEAST, MARGIN, MOST, honest_pairs
from dlquiz.classroom.likeness import alike_pairs, fingerprint, likeness
from dlquiz.content.course import builtin_course, load_course
from tests.classroom.independent import SOLUTIONS

COURSE = load_course()
JUDGED = {f"exercise{number}" for number in (3, 4, 5, 6, 9, 11, 12, 13, 16)}


@pytest.fixture
def own_course(tmp_path):
    """A course of exercise 3 alone, to be changed."""
    for name in ("exercises", "graders"):
        shutil.copytree(builtin_course() / name / "exercise3", tmp_path / name / "exercise3")
    (tmp_path / "exercises/course.yaml").write_text(
        "format_version: 1\nname: one\ntitle: One\nversion: '1'\nwelcome: Hello.\nfinish: The end.\n"
        "exercises: [exercise3]\nquizzes: []\n"
    )
    return tmp_path


@pytest.mark.parametrize("exercise", COURSE.exercise_ids())
def test_no_pair_of_our_right_solutions_is_ever_listed(exercise):
    known = honest_pairs(COURSE, exercise)
    folder = COURSE.grader_folder(exercise)
    paths = [folder / "solution.py", *sorted((folder / "right").glob("*.py"))]
    assert known.programs == len(paths) >= 4
    programs = [fingerprint([path.read_text("utf-8")], known.stub) for path in paths]
    assert (known.threshold is not None) == (exercise in JUDGED)
    if known.threshold is None:
        assert known.shortest < FEWEST_RUNS
        assert f"too short to judge: a right solution has {known.shortest} runs" in known.reason
    else:
        assert known.reason == ""
        assert alike_pairs(programs, known.threshold) == []
        assert LEAST <= known.threshold <= MOST
        assert known.threshold >= known.best + MARGIN - 0.005
    (best, *_) = alike_pairs(programs, 0)
    assert best.likeness == known.best
    assert len(alike_pairs(programs, 0)) == len(list(combinations(paths, 2)))


def test_a_course_with_one_solution_cannot_say_how_alike_honest_work_is(own_course):
    shutil.rmtree(own_course / "graders/exercise3/right")
    known = honest_pairs(load_course(own_course), "exercise3")
    assert (known.programs, known.threshold) == (1, None)
    assert "no two solutions" in known.reason


def test_where_honest_solutions_are_as_alike_as_copies_nobody_is_listed(own_course):
    folder = own_course / "graders/exercise3"
    source = (folder / "solution.py").read_text("utf-8")
    (folder / "right/the_same.py").write_text(source.replace("grad", "slope"), encoding="utf-8")
    known = honest_pairs(load_course(own_course), "exercise3")
    assert (known.best, known.threshold) == (1.0, None)
    assert known.reason == "honest solutions are as alike as copies: 1.00"
    assert known.pair == ("solution.py", "right/the_same.py")


@pytest.mark.parametrize(
    ("exercise", "best"), [("exercise2", 0.71), ("exercise5", 0.40), ("exercise10", 1.0), ("exercise14", 0.78)]
)
def test_who_works_alone_is_listed_in_no_exercise_though_short_ones_leave_no_other_way(exercise, best):
    known = honest_pairs(COURSE, exercise)
    folder = COURSE.grader_folder(exercise)
    ours = [folder / "solution.py", *(folder / "right").glob("*.py")]
    own = fingerprint([SOLUTIONS[exercise]], known.stub)
    reached = max(likeness(own, fingerprint([path.read_text("utf-8")], known.stub)) for path in ours)
    assert round(reached, 2) == best
    assert known.threshold is None or reached < known.threshold


def test_the_docs_have_the_table_as_it_is_measured():
    page = (Path(__file__).parents[2] / "docs/how-to/compare-a-class.md").read_text("utf-8")
    for exercise in COURSE.exercise_ids():
        known = honest_pairs(COURSE, exercise)
        last = "too short to judge" if known.threshold is None else f"{known.threshold:.2f}"
        row = f"| {exercise[8:]} | {known.programs} | {known.shortest} | {known.best:.2f} | {last} |"
        assert row in page
