"""What somebody said would come of a public example: what was missed becomes a card of the review.

The cards of an exercise are a quiz of its own, made from the examples; it stands in no folder.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from dlquiz.errors import StoreError
from dlquiz.model.answer_log import Mode
from dlquiz.model.quiz import Quiz

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.study.desk import Desk

_PREFIX = "run:"
_LONGEST = 60
"""Letters of a result that somebody can be asked to type."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was said of the example with this call."""

    call: str
    said: str
    hit: bool


def keep(desk: "Desk", exercise_id: str, said: Sequence[Prediction], now: datetime) -> int:
    """Store what was said: a miss becomes a card, a hit answers the card that there is. Return how many were missed.

    What would be long to type is no card, and counts nowhere.
    """
    quiz = quiz_of_examples(desk.course, f"{_PREFIX}{exercise_id}")
    store = desk.progress
    if quiz is None or store is None:
        return 0
    cards = {question.code: question.id for question in quiz.questions if question.kind == "output"}
    name, sitting = f"{_PREFIX}{exercise_id}", uuid4().hex
    known = {answer.question_id for answer in store.answers(name)}
    try:
        for one in said:
            card = cards.get(_code(one.call))
            if card is not None and (not one.hit or card in known):
                answer = json.dumps(one.said)
                store.record_answer(sitting, name, card, answer, one.hit, float(one.hit), now, mode=Mode.REVIEW)
    except StoreError as error:
        desk.tell(f"Warning: {error.message} {error.next_step}")
        return 0
    return sum(not one.hit and _code(one.call) in cards for one in said)


def quiz_of_examples(course: "Course", quiz_id: str) -> Quiz | None:
    """Return the cards of an exercise's examples under the id that their answers have; None for another id."""
    exercise_id = quiz_id.removeprefix(_PREFIX)
    if exercise_id == quiz_id or exercise_id not in course.exercise_ids():
        return None
    exercise = course.exercise(exercise_id)
    questions = [
        {
            "kind": "output",
            "id": f"example-{number}",
            "stem": f"What comes of this example of {exercise_id}?",
            "code": _code(example.call),
            "answer": example.expect.strip(),
            "explain": example.why.strip() or f"dlquiz run {exercise_id} shows it.",
            "source": f"The lesson of {exercise_id}",
            "packages": list(exercise.packages),
        }
        for number, example in enumerate(exercise.examples, 1)
        if len(example.expect.strip()) <= _LONGEST
    ]
    if not questions:
        return None
    title = f"Examples of {exercise_id}"
    document = {"format_version": 1, "title": title, "topic": exercise.topic, "questions": questions}
    return Quiz.model_validate(document)


def _code(call: str) -> str:
    return call.strip()
