"""Read the quizzes of mdbook-quiz (TOML).

The format: https://github.com/cognitive-engineering-lab/mdbook-quiz.
"""

import re
import tomllib
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from dlquiz.exchange.base import Imported
from dlquiz.exchange.draft import NotOurs
from dlquiz.exchange.markup import has_tags
from dlquiz.exchange.neutral import Body, ChooseMany, ChooseOne, Foreign, Note, Option, TypeText, Unreadable
from dlquiz.exchange.reading import refuse, text_of
from dlquiz.exchange.texts import from_html, from_markdown
from dlquiz.exchange.to_ours import build

_RIGHT, _WRONG = Fraction(1), Fraction(0)
_LONGEST_KEY = 60
_PART = r"(?:[\w-]++|\"(?:[^\"\\\n]|\\.){0,200}+\"|'[^'\n]{0,200}+')"
"""Without the limit every quote would be read to the end of the line; longer parts are few in a file."""
_LONG_KEY = re.compile(rf"(?<![\w.\"'-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_LONGEST_KEY},}}")
"""A key such as ``a.b.c`` of more parts: the time that tomllib takes for one grows with the square of them."""
_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)")


def read(data: bytes, file: str) -> Imported:
    """Read an mdbook-quiz file; ContentError if it is none."""
    text = text_of(data, file)
    long = _LONG_KEY.search(text)
    if long:
        line = text.count("\n", 0, long.start()) + 1
        refuse(file, f"a key has more than {_LONGEST_KEY} parts with points between them", line=line)
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (0, 0)
        refuse(file, f"this is not valid TOML: {_PLACE.sub('', str(error))}", line=line, column=column, text=text)
    except (RecursionError, ValueError) as error:
        refuse(file, f"this TOML cannot be read: {error}")
    questions = value.get("questions")
    if not isinstance(questions, list) or not questions:
        refuse(file, "no question was found", 'expected [[questions]] with type = "MultipleChoice"', line=1, text=text)
    lines = _lines(text)
    return build((_question(one, next(lines)) for one in questions), title="", file=file)


def _lines(text: str) -> Iterator[int]:
    """Yield where each ``[[questions]]`` stands, then zeros."""
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r"\s*\[\[\s*questions\s*\]\]", line):
            yield number
    while True:
        yield 0


def _question(value: Any, line: int) -> Foreign:
    notes: list[Note] = []
    body: Body
    stem, explain, identifier = "", "", ""
    try:
        if not isinstance(value, dict):
            raise NotOurs("question", "it is no table")
        identifier = f"q-{value['id']}" if value.get("id") else ""
        explain = _text(value.get("context", ""), notes)
        prompt, answer = value.get("prompt", {}), value.get("answer", {})
        if not isinstance(prompt, dict) or not isinstance(answer, dict):
            raise NotOurs(str(value.get("type", "question")), "'prompt' or 'answer' is no table")
        stem = _text(prompt.get("prompt", ""), notes)
        body = _body(str(value.get("type", "")), prompt, answer, notes)
    except NotOurs as error:
        body = Unreadable(error.what, error.why)
    return Foreign(body, stem, identifier=identifier, explain=explain, line=line, notes=tuple(dict.fromkeys(notes)))


def _body(kind: str, prompt: dict[str, Any], answer: dict[str, Any], notes: list[Note]) -> Body:
    right = answer.get("answer", [])
    texts = [str(one) for one in right] if isinstance(right, list) else [str(right)]
    match kind:
        case "MultipleChoice":
            share = Fraction(1, max(len(texts), 1))
            options = (
                *(Option(_text(one, notes), share) for one in texts),
                *(Option(_text(one, notes), _WRONG) for one in _listed(prompt, "distractors", kind)),
            )
            fixed = bool(prompt.get("sortAnswers"))
            several = isinstance(right, list) and len(texts) > 1
            return ChooseMany(options, "all", fixed) if several else ChooseOne(options, fixed)
        case "ShortAnswer":
            return TypeText(tuple(Option(one, _RIGHT) for one in (*texts, *_listed(answer, "alternatives", kind))))
        case "Tracing":
            raise NotOurs(kind, "its answer is checked by a Rust compiler; our output questions are Python")
        case "Informational":
            raise NotOurs(kind, "a text without a question has no place in a quiz")
    raise NotOurs(kind or "question", f"the type '{kind[:40]}' is not known")


def _listed(table: dict[str, Any], name: str, kind: str) -> list[str]:
    found = table.get(name, [])
    if not isinstance(found, list):
        raise NotOurs(kind, f"'{name}' is no list")
    return [str(one) for one in found]


def _text(value: Any, notes: list[Note]) -> str:
    text, found = from_html(str(value)) if has_tags(re.sub(r"`[^`]*`", "", str(value))) else from_markdown(str(value))
    notes.extend(found)
    return text
