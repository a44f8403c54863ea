"""A quiz as learners will see it, with every answer, and what is said about wrong ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from dlquiz.errors import UnknownName, UsageError
from dlquiz.model.mark import Mark
from dlquiz.model.params import variants
from dlquiz.model.quiz import Question, Quiz
from dlquiz.model.view import Asked
from dlquiz.quiz.kinds.registry import KINDS
from dlquiz.quiz.marking import mark_in, options_of, right_answer, right_answer_value
from dlquiz.quiz.typed_input import labelled, partners
from dlquiz.quiz.view import seen


@dataclass(frozen=True, slots=True)
class Preview:
    """One question, or one variant of it (counted from 1; None: it has only one).

    ``options`` stand by what is typed for them; ``mark`` is that of the right answer; ``foreseen`` are wrong answers
    with what is said about each.
    """

    question: Question
    asked: Asked
    options: dict[str, str]
    partners: dict[str, str]
    number: int
    total: int
    variant: tuple[int, int] | None
    right_answer: str
    mark: Mark
    marked_options: dict[str, str]
    foreseen: tuple[tuple[str, str], ...]


def previews(
    quiz: Quiz, *, question_id: str | None = None, variant: int | None = None, every: bool = False
) -> Iterator[Preview]:
    """Yield all questions, or one; of a parametric one its first variant, the one with this number, or ``every`` one.

    Raises
    ------
    UnknownName
        There is no such question.
    UsageError
        There is no such variant.
    """
    questions = list(quiz.questions) if question_id is None else [find_question(quiz, question_id)]
    for number, question in enumerate(questions, 1):
        versions = variants(question)
        if variant is not None and question.params and variant > len(versions):
            raise UsageError(f"Question '{question.id}' has {len(versions)} variants.")
        chosen = range(len(versions)) if every else [min(variant or 1, len(versions)) - 1]
        for index in chosen:
            which = (index + 1, len(versions)) if len(versions) > 1 else None
            yield _preview(quiz, versions[index], (number, len(questions)), which)


def find_question(quiz: Quiz, question_id: str) -> Question:
    """Return a question; UnknownName with a guess if there is none of this id."""
    try:
        return quiz.question(question_id)
    except KeyError:
        close = get_close_matches(question_id, [question.id for question in quiz.questions], n=1)
        meant = f" Did you mean '{close[0]}'?" if close else ""
        ids = ", ".join(one.id for one in quiz.questions[:10])
        step = f"Its questions are: {ids}{', …' if len(quiz.questions) > 10 else ''}"
        raise UnknownName(f"This quiz has no question '{question_id}'.{meant}", next_step=step) from None


def _preview(quiz: Quiz, question: Question, place: tuple[int, int], which: tuple[int, int] | None) -> Preview:
    asked = seen(question)
    beside = partners(asked)
    options = options_of(question)
    return Preview(
        question,
        asked,
        labelled(options, numbers=bool(beside)),
        beside,
        *place,
        which,
        right_answer(question, quiz.lang),
        mark_in(quiz, question, right_answer_value(question, quiz.lang)),
        labelled(options),
        tuple(_foreseen(question)),
    )


def _foreseen(question: Question) -> list[tuple[str, str]]:
    """Return the wrong answers that the author foresaw, and what is said about each; options are told of already."""
    kind = KINDS[question.kind]
    return [] if kind.keyed_options(question) else [(one.text, one.why or "") for one in kind.foreseen(question)]
