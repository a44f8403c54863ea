"""Sum up a sitting: the score, what to look at again, and every question of an exam."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlquiz.errors import DlquizError
from dlquiz.model.mark import Answer, Mark
from dlquiz.model.quiz import Question, Quiz
from dlquiz.model.view import Asked
from dlquiz.quiz import sitting as steps
from dlquiz.quiz.marking import right_answer
from dlquiz.quiz.sitting import Score, Sitting, Slot
from dlquiz.quiz.typed_input import labelled
from dlquiz.quiz.view import seen

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.study.asking import Asking
    from dlquiz.study.desk import Desk


@dataclass(frozen=True, slots=True)
class Result:
    """One question at the end of an exam. Without ``question`` it was changed meanwhile: the mark stays as it was."""

    question: Question | None
    asked: Asked | None = None
    answer: Answer | None = None
    mark: Mark | None = None
    options: dict[str, str] | None = None
    right_answer: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """What a sitting or a review comes to.

    ``again`` are the tags to look at again, each with its number of questions; ``lesson`` the exercise that explains
    them (empty: none); ``results`` every question of an exam, in its order.
    """

    score: Score
    again: tuple[tuple[str, int], ...]
    lesson: str = ""
    results: tuple[Result, ...] = ()

    @property
    def all_right(self) -> bool:
        """Whether there was something to answer and all of it is right."""
        return self.score.right == self.score.answered > 0


def ending(desk: "Desk", asking: "Asking") -> Ending:
    """Sum up a sitting. Close it (``asking.log.close()``) once this was shown: killed before, it is shown again."""
    sitting, quiz = asking.sitting, asking.quiz
    wrong = steps.wrong_ids(sitting)
    return Ending(
        score=steps.score(sitting, quiz),
        again=steps.look_again(wrong, quiz),
        lesson=_lesson(desk.course, quiz, wrong),
        results=tuple(_result(sitting, quiz, slot) for slot in sitting.kept) if sitting.exam else (),
    )


def _result(sitting: Sitting, quiz: Quiz, slot: Slot) -> Result:
    found = steps.result_of(sitting, quiz, slot)
    if found is None:
        return Result(None)
    question, given, mark = found
    right = right_answer(question, quiz.lang)
    return Result(question, seen(question), given.answer if given else None, mark, labelled(slot.options), right)


def _lesson(course: "Course", quiz: Quiz, wrong: Sequence[str]) -> str:
    """Return the id of the exercise whose lesson explains these questions; empty if none explains half of them.

    A lesson explains a question that needs this lesson, and one of whose tags stands in it.
    """
    questions = [question for question in quiz.questions if question.id in wrong]
    needed = dict.fromkeys(filter(None, (quiz.lesson_of(question) for question in questions)))
    best, most = "", 0
    for exercise_id in needed:
        try:
            text = _words(course.lesson_path(exercise_id).read_text(encoding="utf-8"))
        except (DlquizError, OSError, UnicodeDecodeError):
            continue  # a broken lesson is no reason to say nothing about the quiz
        tags = [question.tags for question in questions if quiz.lesson_of(question) == exercise_id]
        explained = sum(any(f" {' '.join(tag.split('-'))}" in text for tag in several) for several in tags)
        if explained > most and 2 * explained >= len(questions):
            best, most = exercise_id, explained
    return best


def _words(text: str) -> str:
    """Return a text as words with single blanks between them: "Cross-entropy:" is two, as in a tag."""
    return " ".join(["", *re.findall(r"\w+", text.casefold()), ""])
