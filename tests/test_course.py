"""The built-in course keeps what it promises: ``dlquiz dev check``, as far as there is time for it in every run.

The whole check takes most of an hour. Here each exercise with NumPy alone has a sample of its wrong solutions, so that
every case is lost by one, and each that trains with a framework two of them and one right solution. Where an exercise
trains on a data set, a wrong solution is spared the trainings that it need not lose, as ``--quick`` does: each of them
costs as much as all its other cases together, and what is lost beside the announced cases shows in the cheap ones.
"""

from dataclasses import replace

import pytest

from dlquiz.authoring.check import ExerciseCheck, Thoroughness, check_course, check_quizzes
from dlquiz.authoring.materials import read_materials
from dlquiz.authoring.only import Only
from dlquiz.authoring.solutions import sample
from dlquiz.content.course import load_course

pytestmark = [pytest.mark.sandbox, pytest.mark.slow]

COURSE = load_course()
# One process: others run other tests meanwhile, and a second one would import the framework once more.
SAMPLE = Thoroughness(seeds=1, wrong_seeds=1, sample=True, jobs=1)


def trains_with_a_framework(exercise: str) -> bool:
    return set(COURSE.exercise(exercise).packages) > {"numpy"}


def settings(exercise: str) -> Thoroughness:
    usual = replace(SAMPLE, lean=bool(COURSE.exercise(exercise).data))
    if not trains_with_a_framework(exercise):
        return usual
    materials, _ = read_materials(COURSE, exercise)
    wrong = sorted(sample(materials.mistakes()))[:2]
    names = [materials.exercise.file, f"right/{materials.right[0].path.name}", *(f"wrong/{name}" for name in wrong)]
    return replace(usual, sample=False, only=Only.of(names))


@pytest.mark.parametrize("exercise", COURSE.exercise_ids())
def test_an_exercise_of_the_course_has_nothing_to_repair(exercise, tmp_path, monkeypatch):
    monkeypatch.setenv("DLQUIZ_CACHE", str(tmp_path))
    (found,) = check_course(COURSE, [exercise], settings=settings(exercise)).exercises
    assert isinstance(found, ExerciseCheck)
    if found.skipped:
        pytest.skip(found.skipped)
    assert [str(one) for one in found.findings] == []
    assert found.machine == ()
    assert found.gradings >= 5  # the reference, the stub, a right solution and two wrong ones
    assert len(found.solutions) >= 2
    assert all(one.failed and one.exact for one in found.solutions)


def test_the_quizzes_of_the_course_load():
    quizzes, findings = check_quizzes(COURSE)
    assert findings == []
    assert len(quizzes) >= 3
