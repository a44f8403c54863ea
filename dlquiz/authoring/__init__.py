"""For authors: prove that an exercise is fair and its grader catches the classic mistakes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlquiz.authoring.check import CourseCheck, ExerciseCheck, check_course

__all__ = ["CourseCheck", "ExerciseCheck", "check_course"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("dlquiz.authoring.check"), name)
    raise AttributeError(f"module 'dlquiz.authoring' has no attribute {name!r}")
