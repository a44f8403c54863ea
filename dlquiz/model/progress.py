"""What is known of a learner's work: scores, the steps of the path, and the quizzes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class BestScore:
    """The best grading of one exercise. ``passed``: complete, and every case passed."""

    exercise_id: str
    earned: float
    possible: float
    bonus: float
    passed: bool
    graded_at: datetime


class State(StrEnum):
    """Where an exercise stands."""

    DONE = "done"
    NEXT = "next"
    STARTED = "started"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One exercise on the path. ``earned`` is of the best grading, 0 before the first."""

    exercise_id: str
    title: str
    state: State
    earned: float
    possible: float
    minutes: int
    graded: bool


@dataclass(frozen=True, slots=True)
class QuizRow:
    """One line of ``quiz list``. ``best`` is the best share of points so far, in [0, 1]; None if never finished."""

    id: str
    title: str
    questions: int
    best: float | None
    started: bool = False
