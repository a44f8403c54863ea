"""The files of one exercise as fixtures.

``exercise_id`` is a parameter in ``test_exercises.py``; in ``special/test_<id>.py`` it is the name of the file.
"""

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from dlquiz.authoring.materials import Materials, read_materials
from dlquiz.content.course import load_course
from dlquiz.model.course import Exercise

ROOT = Path(__file__).parents[2]
COURSE = load_course(ROOT)


@cache
def load(path: Path) -> ModuleType:
    """Run a file of the course in this process, which only tests may do."""
    spec = importlib.util.spec_from_file_location(f"content_{path.parent.name}_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def exercise_id(request: pytest.FixtureRequest) -> str:
    return request.path.stem.removeprefix("test_")


@pytest.fixture(scope="module")
def materials(exercise_id: str) -> Materials:
    """Everything that belongs to the exercise, parsed; a file that is missing or no Python is a finding."""
    found, findings = read_materials(COURSE, exercise_id)
    assert findings == []
    return found


@pytest.fixture(scope="module")
def exercise(materials: Materials) -> Exercise:
    """What ``exercise.yaml`` says."""
    return materials.exercise


@pytest.fixture(scope="module")
def lesson(exercise_id: str) -> str:
    return COURSE.lesson_path(exercise_id).read_text("utf-8")


@pytest.fixture(scope="module")
def stub(exercise_id: str, exercise: Exercise) -> ModuleType:
    """The untouched file of the learner, as a module."""
    return loaded(COURSE.stub_path(exercise_id), exercise)


@pytest.fixture(scope="module")
def solution(exercise_id: str, exercise: Exercise) -> ModuleType:
    """The reference, as a module."""
    return loaded(COURSE.solution_path(exercise_id), exercise)


@pytest.fixture(scope="module")
def backprop() -> ModuleType:
    """The reference of exercise 3, whose gradients the exercises after it use."""
    return load(COURSE.solution_path("exercise3"))


def loaded(path: Path, exercise: Exercise) -> ModuleType:
    for package in exercise.packages:
        pytest.importorskip(package)
    return load(path)
