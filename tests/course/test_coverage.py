"""Every row of the course's plan is asked about: a question's key or one of its wrong answers names it."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml

from dlquiz.content.course import load_quiz
from dlquiz.model.params import variants
from dlquiz.model.quiz import (
    Categorise,
    Choice,
    Cloze,
    Match,
    Multi,
    Numeric,
    Order,
    Output,
    Question,
    Short,
    TrueFalse,
)

HERE = Path(__file__).parent
ROWS = yaml.safe_load((HERE / "coverage_rows.yaml").read_text(encoding="utf-8"))
MOST_ROWS = 3


@cache
def claims() -> dict[str, dict[str, str]]:
    """Which question covers which row, and by which words."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted((HERE / "coverage").glob("*.yaml")):
        listed = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert not set(listed) & set(found), path.name
        found |= listed
    return found


@cache
def questions() -> dict[str, Question]:
    folder = HERE.parents[1] / "quizzes"
    return {q.id: q for path in sorted(folder.glob("*.yaml")) for q in load_quiz(path).questions}


def named(question: Question) -> list[str]:
    """Return the key and the wrong answers of a question, as texts."""
    match question:
        case Choice():
            return [question.right, *question.wrong]
        case Multi():
            return [*question.right, *question.wrong]
        case TrueFalse():
            return [question.stem]
        case Numeric():
            return [str(question.answer), *question.near]
        case Short():
            return [*question.accept, *question.reject]
        case Cloze():
            return [*(word for blank in question.blanks for word in blank), *question.reject, *question.wrong]
        case Match():
            return [*question.pairs, *question.pairs.values(), *question.extra]
        case Order():
            return list(question.items)
        case Categorise():
            return [*question.groups, *question.items]
        case Output():
            return [question.answer, *question.reject]


def test_the_plan_has_all_its_rows():
    assert Counter(row.split("-")[0] for row in ROWS) == {
        "text000": 12, "text001": 15, "text002": 15, "text003": 12, "text004": 12, "slip": 31, "term": 188}  # fmt: skip


def test_every_row_is_covered_and_no_other():
    assert set(claims()) == set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_a_question_names_the_row(row):
    claim = claims()[row]
    words = claim["names"].casefold()
    asked = variants(questions()[claim["question"]])
    assert any(words in text.casefold() for one in asked for text in named(one)), (claim, named(asked[0]))


def test_no_question_serves_more_than_three_rows():
    served = Counter(claim["question"] for claim in claims().values())
    assert {question: count for question, count in served.items() if count > MOST_ROWS} == {}
