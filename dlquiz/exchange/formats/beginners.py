"""Read the quizzes of Microsoft's AI-For-Beginners and its sister courses (JSON).

The format: https://github.com/microsoft/AI-For-Beginners, ``etc/quiz-app/src/assets/translations``.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from dlquiz.exchange.base import Imported
from dlquiz.exchange.markup import has_tags
from dlquiz.exchange.neutral import ChooseOne, Foreign, Note, Option, Unreadable
from dlquiz.exchange.reading import json_of, refuse
from dlquiz.exchange.texts import from_html, from_markdown
from dlquiz.exchange.to_ours import build
from dlquiz.text import identifier


def read(data: bytes, file: str) -> Imported:
    """Read one file of the quiz app; ContentError if it is none."""
    value = json_of(data, file)
    questions = list(_all(value, ""))
    if not questions:
        refuse(file, "no question of this format was found", 'expected {"quizzes": [{"quiz": [{"questionText": …')
    title = next((one["title"] for one in _as_list(value) if isinstance(one, dict) and "title" in one), "")
    return build(questions, title=str(title), file=file)


def _all(value: Any, title: str) -> Iterator[Foreign]:
    for one in _as_list(value):
        if not isinstance(one, dict):
            continue
        if "questionText" in one:
            yield _question(one, title)
            continue
        for name in ("quizzes", "quiz", "questions"):
            yield from _all(one.get(name, []), str(one.get("title", title)))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _question(value: dict[str, Any], title: str) -> Foreign:
    notes: list[Note] = []
    tag = identifier(title)
    stem = _text(value["questionText"], notes)
    answers = value.get("answerOptions")
    if not isinstance(answers, list) or not all(isinstance(one, dict) for one in answers):
        return Foreign(Unreadable("choice", "'answerOptions' is no list of objects"), stem)
    options = tuple(
        Option(_text(one.get("answerText", ""), notes), Fraction(str(one.get("isCorrect")).strip().lower() == "true"))
        for one in answers
    )
    return Foreign(ChooseOne(options), stem, tags=(tag,) if tag else (), notes=tuple(dict.fromkeys(notes)))


def _text(value: Any, notes: list[Note]) -> str:
    text, found = from_html(str(value)) if has_tags(str(value)) else from_markdown(str(value))
    notes.extend(found)
    return text
