"""The reference for authors is true: its example loads, its answers are right, and no field is missing from it."""

import re
from pathlib import Path

import pytest

from dlquiz.content.course import load_quiz
from dlquiz.model.quiz import KINDS, Quiz
from dlquiz.quiz.answers import Status, mark_all, read_answers

PAGE = Path(__file__).parents[2] / "docs/reference/quiz-format.md"


def blocks():
    return re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_loads_and_the_example_answers_are_all_right(tmp_path):
    quiz, answers = blocks()
    (tmp_path / "quiz.yaml").write_text(quiz, encoding="utf-8")
    (tmp_path / "answers.yaml").write_text(answers, encoding="utf-8")
    loaded = load_quiz(tmp_path / "quiz.yaml")
    assert {question.kind for question in loaded.questions} == set(KINDS)
    marked = mark_all(loaded, read_answers(tmp_path / "answers.yaml"))
    assert {m.question.id: m.status for m in marked} == {m.question.id: Status.RIGHT for m in marked}


@pytest.mark.parametrize("model", [Quiz, *KINDS.values()], ids=lambda model: model.__name__)
def test_every_field_has_its_row(model):
    rows = set(re.findall(r"^\| `(\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert set(model.model_fields) <= rows
