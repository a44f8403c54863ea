"""The built-in course keeps what it promises: the whole of ``dlquiz dev check``."""

import pytest

from dlquiz.authoring.check import ExerciseCheck, check_course, check_quizzes
from dlquiz.content import load_course

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

COURSE = load_course()


@pytest.fixture(scope="module")
def certified() -> dict[str, ExerciseCheck]:
    return {one.exercise: one for one in check_course(COURSE, seeds=3).exercises}


@pytest.mark.parametrize("exercise", COURSE.exercise_ids())
def test_an_exercise_of_the_course_is_certified(certified, exercise):
    found = certified[exercise]
    assert [str(one) for one in found.findings] == []
    assert found.machine == ()
    assert found.gradings >= 3 + 3 * 3 + 6 + 1


def test_the_quizzes_of_the_course_load():
    quizzes, findings = check_quizzes(COURSE)
    assert findings == []
    assert len(quizzes) >= 3
