"""jupyterquiz, both ways: questions in JSON that a notebook shows.

The format: https://github.com/jmshea/jupyterquiz.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, Any

from dlquiz.exchange.base import Exported, Imported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.draft import NotOurs
from dlquiz.exchange.explained import join_source
from dlquiz.exchange.formats.moodle_percent import decimal
from dlquiz.exchange.from_ours import Can, from_ours
from dlquiz.exchange.markup import has_tags
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    Foreign,
    Note,
    NumberOption,
    Option,
    TypeNumber,
    TypeText,
    Unreadable,
)
from dlquiz.exchange.reading import json_of, refuse
from dlquiz.exchange.texts import from_html, from_markdown, outside_code
from dlquiz.exchange.to_ours import build

if TYPE_CHECKING:
    from dlquiz.model.quiz import Quiz

_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_CODE_BLOCK = re.compile(r"\n\n```[a-z]*\n([^`]*?)\n?```\s*\Z")
_RIGHT, _WRONG = Fraction(1), Fraction(0)

CAN = Can(bodies=frozenset({ChooseOne, ChooseMany, TypeText, TypeNumber}), tags=False, answer_in_range=True)


def read(data: bytes, file: str) -> Imported:
    """Read a jupyterquiz file; ContentError if it is none."""
    value = json_of(data, file)
    value = value.get("questions", value) if isinstance(value, dict) else value
    value = [value] if isinstance(value, dict) else value
    if not isinstance(value, list) or not value or not any(_looks_right(one) for one in value):
        refuse(file, "this is JSON, but no jupyterquiz", 'expected [{"question": …, "type": …, "answers": […]}]')
    return build((_foreign(one, place) for place, one in enumerate(value, 1)), title="", file=file)


def _looks_right(value: Any) -> bool:
    return isinstance(value, dict) and "question" in value and "answers" in value


@dataclass
class _Reading:
    notes: list[Note] = field(default_factory=list)

    def note(self, what: str, why: str, *, loss: bool = True) -> None:
        self.notes.append(Note(what, why, loss))

    def text(self, value: Any) -> str:
        """Return a text of the file, which may be HTML, as Markdown."""
        if value is None:
            return ""
        if isinstance(value, dict | list):
            raise NotOurs("question", "a list or an object stands where a text was expected")
        # A notebook shows these texts as HTML, also those without a tag.
        text, notes = from_html(str(value)) if has_tags(str(value)) else from_markdown(str(value))
        self.notes.extend(notes)
        return text


def _foreign(value: Any, place: int) -> Foreign:
    reading = _Reading()
    stem = f"question {place}"
    body: Body
    try:
        if not isinstance(value, dict):
            raise NotOurs("question", f"question {place} is no object")
        stem = reading.text(value.get("question"))
        if value.get("code"):
            stem += f"\n\n```python\n{str(value['code']).strip(chr(10))}\n```"
        body = _body(value, reading)
    except NotOurs as error:
        body = Unreadable(error.what, error.why)
    hint = value.get("hint") if isinstance(value, dict) else None
    return Foreign(body, stem, hints=(str(hint),) if hint else (), notes=tuple(dict.fromkeys(reading.notes)))


def _body(value: Mapping[str, Any], reading: _Reading) -> Body:
    kind = str(value.get("type", "")).strip()
    answers = value.get("answers")
    if not isinstance(answers, list) or not all(isinstance(one, dict) for one in answers):
        raise NotOurs(kind or "question", "'answers' is no list of objects")
    match kind:
        case "many_choice":
            options = _options(answers, reading)
            share = Fraction(1, max(sum(one.weight == 1 for one in options), 1))
            return ChooseMany(
                tuple(Option(one.text, share if one.weight else _WRONG, one.feedback) for one in options), "net"
            )
        case "multiple_choice":
            return ChooseOne(_options(answers, reading))
        case "numeric":
            return _numbers(value, answers, reading)
        case "string":
            return _strings(answers, reading)
    raise NotOurs(kind or "question", f"the type '{kind[:40]}' is not known; expected many_choice, numeric or the like")


def _options(answers: list[dict[str, Any]], reading: _Reading) -> tuple[Option, ...]:
    return tuple(
        Option(_option_text(one, reading), _correct(one), reading.text(one.get("feedback"))) for one in answers
    )


def _option_text(answer: Mapping[str, Any], reading: _Reading) -> str:
    code = str(answer["code"]).strip("\n") if answer.get("code") else ""
    text = reading.text(answer.get("answer"))
    if code:
        code = f"```python\n{code}\n```" if "\n" in code else f"`{code}`"
    return " ".join(part for part in (text, code) if part) if "\n" not in code else f"{text}\n\n{code}".strip()


def _correct(answer: Mapping[str, Any]) -> Fraction:
    given = answer.get("correct")
    return _RIGHT if given is True or str(given).strip().lower() == "true" else _WRONG


def _numbers(value: Mapping[str, Any], answers: list[dict[str, Any]], reading: _Reading) -> TypeNumber:
    found: list[NumberOption] = []
    for one in answers:
        kind = one.get("type") or ("range" if "range" in one else "value" if "value" in one else "default")
        said = reading.text(one.get("feedback"))
        if kind == "default":
            if said:
                reading.note("any other answer", "what the file says to any other answer was left out")
        elif kind == "range":
            ends = one.get("range")
            if not isinstance(ends, list) or len(ends) != 2:
                raise NotOurs("numeric", "a 'range' is no list of two numbers")
            low, high = sorted(map(_number, ends))
            found.append(NumberOption(low, high, _correct(one), said, as_range=True))
        else:
            centre = _number(one.get("value"))
            found.append(_rounded(centre, value.get("precision", one.get("precision")), _correct(one), said))
    full = [number for number in found if number.weight == 1]
    if full and full[0].low < full[0].high and not any(one.low <= full[0].high <= one.high for one in full[1:]):
        reading.note("end of the range", f"{float(full[0].high):g} itself is wrong in the file; here it is right")
    return TypeNumber(tuple(found))


def _number(value: Any) -> Fraction:
    try:
        if isinstance(value, bool) or len(str(value)) > 60:
            raise ValueError
        return Fraction(str(value).strip()) if isinstance(value, str) else Fraction(repr(value))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise NotOurs("numeric", f"'{str(value)[:30]}' is no number") from None


def _rounded(centre: Fraction, precision: Any, weight: Fraction, said: str) -> NumberOption:
    """Return the numbers that round to ``centre`` at so many significant digits; all others are wrong."""
    digits = int(precision) if isinstance(precision, int) and 1 <= precision <= 20 else 0
    if not digits or not centre:
        return NumberOption(centre, centre, weight, said, centre)
    exponent = len(str(int(abs(centre)))) if abs(centre) >= 1 else 1 - len(decimal(1 / abs(centre)).split(".")[0])
    half = Fraction(10) ** (exponent - digits) / 2
    return NumberOption(centre - half, centre + half, weight, said, centre)


def _strings(answers: list[dict[str, Any]], reading: _Reading) -> TypeText:
    options, exact = [], False
    for one in answers:
        if "answer" not in one:
            if one.get("feedback"):
                reading.note("any other answer", "what the file says to any other answer was left out")
            continue
        exact = exact or one.get("match_case") in (True, "true")
        if one.get("fuzzy_threshold"):
            reading.note("fuzzy_threshold", "nearly right texts are right in the file; here only these")
        options.append(Option(str(one["answer"]), _correct(one), reading.text(one.get("feedback"))))
    return TypeText(tuple(options), exact)


def write(quiz: "Quiz", name: str) -> Exported:
    """Write a quiz for jupyterquiz. The explanation is said to a right answer."""
    ledger = Ledger()
    written = [_written(question, ledger) for question in from_ours(quiz, CAN, ledger)]
    if written:
        ledger.changed("", "id", "questions have no ids there; they are made of the text again", loss=False)
        ledger.changed("", "title", "a file of questions has no title there", loss=False)
    text = json.dumps(written, ensure_ascii=False, indent=2) + "\n"
    return Exported(text.encode(), ledger.report(name, "jupyterquiz"))


def _written(question: Foreign, ledger: Ledger) -> dict[str, Any]:
    found = _CODE_BLOCK.search(question.stem)
    stem = question.stem[: found.start()] if found else question.stem
    entry: dict[str, Any] = {"question": _as_html(stem)} | ({"code": found[1]} if found else {})
    explain = join_source(question.explain, question.source)
    match question.body:
        case ChooseOne(options):
            kind, answers = (
                "multiple_choice",
                [_answer(one, one.feedback or explain * _is_right(one)) for one in options],
            )
        case ChooseMany(options):
            kind, answers = "many_choice", [_answer(one, one.feedback) for one in options]
            if explain:
                ledger.changed(question.origin, "explain", "a question with several answers has no explanation there")
        case TypeText(options):
            kind = "string"
            answers = [_answer(one, one.feedback or explain * _is_right(one), typed=True) for one in options]
        case TypeNumber(numbers):
            kind, answers = "numeric", [line for one in numbers for line in _number_answers(one, explain)]
        case _:
            raise AssertionError("from_ours makes no other kind for this format")
    return entry | {"type": kind, "answers": answers}


def _is_right(option: Option) -> bool:
    return option.weight == 1


def _answer(option: Option, feedback: str, *, typed: bool = False) -> dict[str, Any]:
    code = None if typed else _CODE_SPAN.fullmatch(option.text)
    answer: dict[str, Any] = {"code": code[1]} if code else {"answer": option.text if typed else _as_html(option.text)}
    return answer | {"correct": option.weight > 0} | ({"feedback": _as_html(feedback)} if feedback else {})


def _as_html(text: str) -> str:
    """Keep ``<b>`` the letters that it is for us: a notebook shows these texts as HTML."""
    return outside_code(text, lambda part: escape(part, quote=False))


def _number_answers(number: NumberOption, explain: str) -> Iterator[dict[str, Any]]:
    right = number.weight == 1
    said = number.feedback or (explain if right else "")
    rest = {"correct": right} | ({"feedback": _as_html(said)} if said else {})
    middle = (number.low + number.high) / 2
    if (
        right
        and number.answer is not None
        and number.low < number.high
        and not (number.as_range and number.answer == middle)
    ):
        yield {"type": "value", "value": _plain(number.answer)} | rest
    if number.low < number.high:
        yield {"type": "range", "range": [_plain(number.low), _plain(number.high)]} | rest
    if right or number.low == number.high:
        # A range holds its lower end there, not its upper one.
        yield {"type": "value", "value": _plain(number.high)} | rest


def _plain(number: Fraction) -> int | float:
    return number.numerator if number.denominator == 1 else float(number)
