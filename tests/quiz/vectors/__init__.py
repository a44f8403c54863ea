"""The answers of tests/quiz/vectors.json, with the questions that they belong to."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from dlquiz.content.course import load_quiz
from dlquiz.model.quiz import Question, Quiz

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests" / "quiz" / "vectors.json"

Asked = tuple[Question, int | None, list[tuple[Any, float | None]]]


@cache
def _entries() -> dict[str, list[dict[str, Any]]]:
    document = json.loads(VECTORS.read_text(encoding="utf-8"))
    assert document["format_version"] == 1
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in document["questions"]:
        found.setdefault(entry["quiz"], []).append(entry)
    return found


def quizzes() -> list[str]:
    """Return the files whose questions are asked, from the root of the checkout."""
    return list(_entries())


@cache
def answered(name: str) -> tuple[Quiz, list[Asked]]:
    """Return a quiz, and of each question that is asked its variant and the answers with their scores."""
    quiz = load_quiz(ROOT / name)
    asked = [
        (quiz.question(entry["question"]), entry["variant"], [(_answer(a), score) for a, score in entry["answers"]])
        for entry in _entries()[name]
    ]
    return quiz, asked


def _answer(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
