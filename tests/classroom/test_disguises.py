"""Copies of a program in disguise: they still do the same, and they are found."""

from functools import cache

import pytest

from dlquiz.classroom.honest_pairs import honest_pairs
from dlquiz.classroom.likeness import fingerprint, likeness
from dlquiz.content.course import load_course
from tests.classroom.disguises import ALONE, TOGETHER

COURSE = load_course()
DISGUISES = (*ALONE, *TOGETHER)
known_of = cache(lambda exercise: honest_pairs(COURSE, exercise))
JUDGED = [name for name in COURSE.exercise_ids() if known_of(name).threshold is not None]


def reached(exercise, source, disguise):
    """How alike a program and its copy in disguise are."""
    copy = disguise(source)
    compile(copy, "copy.py", "exec")
    return likeness(*(fingerprint([text], known_of(exercise).stub) for text in (source, copy)))


def test_there_are_twenty_and_each_changes_the_text():
    source = COURSE.solution_path("exercise3").read_text("utf-8")
    disguised = {disguise(source) for disguise in DISGUISES}
    assert len(DISGUISES) == len(disguised) == 20
    assert source not in disguised


@pytest.mark.parametrize("disguise", DISGUISES, ids=lambda one: one.__name__)
@pytest.mark.parametrize("exercise", JUDGED)
def test_a_copy_in_disguise_is_as_alike_as_no_honest_pair_is(exercise, disguise):
    known = known_of(exercise)
    found = reached(exercise, COURSE.solution_path(exercise).read_text("utf-8"), disguise)
    assert found >= known.threshold >= known.best + 0.145
    assert round(found, 2) >= 0.69  # as the docs say


@pytest.mark.slow
@pytest.mark.parametrize("exercise", JUDGED)
def test_copies_of_other_right_solutions_are_found_too(exercise):
    """The disguises and the thresholds were looked at with the reference; these are others."""
    sources = [path.read_text("utf-8") for path in (COURSE.grader_folder(exercise) / "right").glob("*.py")]
    lowest = min(reached(exercise, source, disguise) for source in sources for disguise in DISGUISES)
    assert lowest >= known_of(exercise).threshold
