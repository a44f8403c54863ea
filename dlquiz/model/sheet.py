"""What a learner sees of a quiz: its questions without their answers.

Plain dataclasses, and nothing here imports pydantic: a question can be shown before the models that mark it are
imported. A sheet is only ever shown; answers are marked with the quiz itself.
"""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any

FORMAT_VERSION = 1

_TYPED = frozenset({"cloze", "numeric", "output", "short"})
_CHOSEN = frozenset({"categorise", "choice", "match", "multi", "order", "truefalse"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One concrete question as it is asked.

    ``parts`` is the stem, cut at its blanks (one part: no blanks). ``options`` stand in the author's order;
    ``partners`` are what they are given to, the terms of ``match`` or the groups of ``categorise``. ``unit`` says
    that a number needs its unit, ``several_lines`` that a program prints more than one. ``digest`` is that of
    ``dlquiz.quiz.sheet``. A question with parameters is its own first variant, and has all in ``all_variants``.
    """

    id: str
    kind: str
    parts: tuple[str, ...]
    options: tuple[str, ...]
    digest: str
    points: float = 1.0
    partners: tuple[str, ...] = ()
    code: str = ""
    image: str = ""
    alt: str = ""
    unit: bool = False
    several_lines: bool = False
    all_variants: "tuple[Asked, ...]" = ()

    @property
    def blanks(self) -> int:
        """How many blanks there are to fill."""
        return len(self.parts) - 1

    def stem(self, gap: str = "____") -> str:
        """Return the text with a gap for each blank; several gaps are numbered."""
        text = self.parts[0]
        for number, part in enumerate(self.parts[1:], 1):
            text += (f"({number}) {gap}" if self.blanks > 1 else gap) + part
        return text


@dataclass(frozen=True, slots=True)
class Sheet:
    """A quiz as it is asked. A sitting draws ``draw`` of the questions, or asks all."""

    title: str
    summary: str
    questions: tuple[Asked, ...]
    draw: int | None = None


def to_json(sheet: Sheet) -> str:
    """Write a sheet as one JSON document; what has its default value is left out."""
    questions = [_written(asked) for asked in sheet.questions]
    head = {"format_version": FORMAT_VERSION, "title": sheet.title, "summary": sheet.summary, "draw": sheet.draw}
    return json.dumps(head | {"questions": questions}, ensure_ascii=False, separators=(",", ":"))


def _written(asked: Asked) -> dict[str, Any]:
    kept = {name: value for name, value in asdict(asked).items() if value != _DEFAULTS.get(name)}
    if asked.all_variants:
        kept["all_variants"] = [_written(variant) for variant in asked.all_variants]
    return kept


_DEFAULTS = {field.name: field.default for field in fields(Asked)}


def from_json(text: str | bytes) -> Sheet:
    """Read a sheet back.

    Raises
    ------
    ValueError
        The text is no sheet: another format, or something in it has another shape than `to_json` writes.
    """
    try:
        data = json.loads(text)
        _need(data["format_version"] == FORMAT_VERSION)
        questions = tuple(_asked(entry) for entry in data["questions"])
        draw = data["draw"]
        _need(draw is None or (type(draw) is int and 1 <= draw <= len(questions)))
        _need(0 < len(questions) == len({asked.id for asked in questions}))
        return Sheet(_text(data["title"]), _text(data["summary"]), questions, draw)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"this is no sheet: {error}") from error


def _need(condition: bool) -> None:
    if not condition:
        raise ValueError("this is no sheet")


def _asked(entry: Any) -> Asked:
    variants = tuple(_one(variant) for variant in _list(entry.pop("all_variants", [])))
    # The first variant is what the question itself shows; a sitting needs two to draw another one.
    first = _one(entry, variants)
    _need(len(variants) != 1 and all((one.id, one.kind) == (first.id, first.kind) for one in variants))
    return first


def _one(entry: Any, variants: tuple[Asked, ...] = ()) -> Asked:
    points = entry.pop("points", 1.0)
    _need(type(points) in (int, float) and 0 < points <= 1000)
    unit, several_lines = entry.pop("unit", False), entry.pop("several_lines", False)
    _need(type(unit) is bool and type(several_lines) is bool)
    parts, options, partners = (_texts(entry.pop(name, [])) for name in ("parts", "options", "partners"))
    texts = {name: _text(value) for name, value in entry.items()}
    asked = Asked(
        *(texts.pop("id"), texts.pop("kind"), parts, options, texts.pop("digest"), float(points), partners),
        *(texts.pop("code", ""), texts.pop("image", ""), texts.pop("alt", ""), unit, several_lines, variants),
    )
    _need(not texts)
    _need(bool(asked.parts) and (asked.kind == "cloze") == (asked.blanks > 0))
    # Fewer than two different options could not be shuffled, or answered.
    _need(asked.kind in _TYPED or (asked.kind in _CHOSEN and len(set(asked.options)) > 1))
    return asked


def _list(value: Any) -> list[Any]:
    _need(isinstance(value, list))
    return list(value)


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(text) for text in _list(value))


def _text(value: Any) -> str:
    _need(isinstance(value, str))
    # Half a character (a lone surrogate) could not be printed.
    value.encode()
    return str(value)
