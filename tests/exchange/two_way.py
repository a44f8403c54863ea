"""What the tests of QTI and text2qti share: a quiz goes out and comes back."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from dlquiz.exchange.base import FORMATS
from dlquiz.exchange.conversion_report import Fate, LossReport
from dlquiz.exchange.to_ours import as_quiz_fields
from dlquiz.model.params import variants
from dlquiz.model.pattern import is_pattern
from dlquiz.model.quiz import Categorise, Choice, Cloze, Match, Multi, Numeric, Order, Output, Question, Quiz, Short
from dlquiz.quiz.marking import mark, options_of, right_answer_value

FIXTURES = Path(__file__).resolve().parents[3] / "shared" / "quiz_fixtures"

ANCHOR = TypeAdapter(Question).validate_python(
    {"kind": "truefalse", "id": "anchor", "stem": "One is two.", "answer": "false", "explain": "No.", "source": "Peano"}
)
"""A quiz of which everything is dropped is no quiz: this one is always kept."""


def fixture(name: str) -> bytes:
    """Return a real file of another program; the test is skipped without it."""
    path = FIXTURES / name
    if not path.is_file():
        pytest.skip(f"the fixture {name} is not beside this checkout")
    return path.read_bytes()


def counts(report: LossReport) -> tuple[int, int, int, int]:
    """Return how many questions were read, kept, changed and dropped."""
    return report.read, report.kept, report.changed, report.dropped


def there(quiz: Quiz, name: str) -> tuple[LossReport, bytes]:
    """Write a quiz in a format."""
    exported = FORMATS[name].writer()(quiz, "quiz")
    return exported.report, exported.content


def back(content: bytes, name: str) -> Quiz:
    """Read a file as a quiz of ours."""
    return Quiz.model_validate(as_quiz_fields(FORMATS[name].reader()(content, "quiz")))


def with_anchor(quiz: Quiz) -> Quiz:
    """Return the quiz with a first question that every format keeps."""
    return quiz.model_copy(update={"questions": (ANCHOR, *quiz.questions)})


def declared(report: LossReport, question_id: str) -> set[str]:
    """Return what the report says about a question."""
    return {change.what for change in report.changes if change.question_id == question_id}


def survivors(quiz: Quiz, report: LossReport) -> list[tuple[Question, Question]]:
    """Return every written question with its concrete variant, in order."""
    gone = {question for question, fate in report.fates if fate is Fate.DROPPED}
    return [(q, v) for q in quiz.questions if q.id not in gone for v in variants(q)]


def responses(question: Question) -> list[Any]:
    """Return every possible response, or for typed ones all that are right or foreseen, and a few others."""
    match question:
        case Choice():
            return list(options_of(question))
        case Multi():
            options = options_of(question)
            return [c for n in range(1, len(options) + 1) for c in itertools.combinations(options, n)]
        case Numeric():
            found = [question.answer, question.answer + 1e-7, question.answer - 0.5, question.answer + 3, -1, 0, 1e6]
            return [*found, *question.near]
        case Short():
            return [*(text for text in question.accept if not is_pattern(text)), *question.reject, "xyz", "weights"]
        case Cloze():
            right = list(right_answer_value(question))
            return [right, right[::-1], [*right[:-1], "xyz"], ["xyz"] * len(right)]
        case Match():
            meanings = options_of(question)[:4]
            return [dict(zip(question.pairs, chosen, strict=False)) for chosen in itertools.product(meanings, repeat=2)]
        case Order():
            return [list(one) for one in itertools.islice(itertools.permutations(question.items), 30)]
        case Categorise():
            items = list(question.items)[:3]
            return [dict(zip(items, c, strict=True)) for c in itertools.product(question.groups, repeat=len(items))]
        case Output():
            return [question.answer, "xyz", *question.reject]
        case _:
            return [True, False]


def check_journey(quiz: Quiz, name: str, excused: Callable[[set[str]], set[str]]) -> None:
    """Write a quiz and read it back: every question is as it was, up to the losses that were declared."""
    quiz = with_anchor(quiz)
    report, content = there(quiz, name)
    for (ours, variant), theirs in zip(survivors(quiz, report), back(content, name).questions, strict=True):
        said = declared(report, ours.id)
        assert theirs.kind == ours.kind
        if not ours.params:
            assert theirs.id == ours.id
            different = {field for field in type(ours).model_fields if getattr(ours, field) != getattr(theirs, field)}
            assert different <= excused(said) | {"tolerance"}
        if not said & {"pattern", "unit", "layout"}:
            assert mark(theirs, right_answer_value(variant)).correct


def check_marking(quiz: Quiz, name: str) -> None:
    """Send a quiz on the same journey twice: what came from there marks every response the same afterwards."""
    once = back(there(with_anchor(quiz), name)[1], name)
    twice = back(there(once, name)[1], name)
    for ours, theirs in zip(once.questions, twice.questions, strict=True):
        for response in responses(ours):
            one, other = mark(ours, response), mark(theirs, response)
            assert (one.correct, one.score, one.unclear) == (other.correct, other.score, other.unclear), response
