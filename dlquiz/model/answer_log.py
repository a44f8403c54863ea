"""The answers that a learner gave."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Mode(StrEnum):
    """Where an answer was given. Cramming leaves the schedule of reviews alone."""

    QUIZ = "quiz"
    EXAM = "exam"
    REVIEW = "review"
    CRAM = "cram"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer of one sitting.

    ``answer_json`` is what the learner answered, as JSON; ``score`` is 0 to 1. ``sure`` is what the learner said about
    it (None: nothing), ``variant`` the number of the variant of a parametric question, from 0. ``mode`` is one of
    `Mode`, or what a newer dlquiz calls its own.
    """

    sitting_id: str
    quiz_id: str
    question_id: str
    answer_json: str
    correct: bool
    score: float
    answered_at: datetime
    sure: bool | None = None
    variant: int | None = None
    mode: str = Mode.QUIZ
