"""Write GIFT, Moodle's text format for questions."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.explained import join_source
from dlquiz.exchange.formats.moodle_percent import decimal, is_in_list, moodle_percent
from dlquiz.exchange.from_ours import Can, from_ours
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    Foreign,
    MatchUp,
    NumberOption,
    Option,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.texts import to_moodle_line

if TYPE_CHECKING:
    from dlquiz.model.quiz import Quiz

CAN = Can(bodies=frozenset({ChooseOne, ChooseMany, Truth, TypeText, TypeNumber, MatchUp}))


def write(quiz: "Quiz", name: str) -> Exported:
    """Write a quiz as GIFT. Texts are marked as Markdown; explanation and source are the general feedback."""
    ledger = Ledger()
    questions = from_ours(quiz, CAN, ledger)
    parts = [
        f"// {' '.join(quiz.title.split())}",
        f"$CATEGORY: $course$/top/{_one_line(quiz.title).replace('/', '//')}",
    ]
    for question in questions:
        _say_losses(question, ledger)
        parts.append("\n".join(_question(question)))
    text = "\n\n".join(parts) + "\n"
    return Exported(text.encode(), ledger.report(name, "GIFT"))


def _say_losses(question: Foreign, ledger: Ledger) -> None:
    body = question.body
    if isinstance(body, ChooseMany) and not all(is_in_list(one.weight) for one in body.options):
        why = (
            f"{sum(one.weight > 0 for one in body.options)} equal shares are not in Moodle's list; the nearest is used"
        )
        ledger.changed(question.origin, "weights", why)
    if isinstance(body, MatchUp):
        texts = [*(text for pair in body.pairs for text in pair), *(one.text for one in body.extra)]
    elif isinstance(body, TypeText):
        texts = [text for one in body.options for text in (one.text, one.feedback)]
    else:
        return
    if any("->" in text for text in texts):
        ledger.changed(question.origin, "arrow", "Moodle takes -> for the arrow of a match; it became →")


def _question(question: Foreign) -> Iterator[str]:
    tags = "".join(f" [tag:{_meta(tag)}]" for tag in question.tags)
    yield f"// [id:{_meta(question.identifier)}]{tags}"
    explain = join_source(question.explain, question.source)
    yield f"::{_escape(question.name)}::[markdown]{_line(question.stem)}{{{_mark_of(question)}"
    yield from (f"\t{line}" for line in _answers(question))
    if explain:
        yield f"\t####{_guarded(_line(explain))}"
    yield "}"


def _mark_of(question: Foreign) -> str:
    if isinstance(question.body, Truth):
        return "TRUE" if question.body.answer else "FALSE"
    return "#" if isinstance(question.body, TypeNumber) else ""


def _answers(question: Foreign) -> Iterator[str]:
    match question.body:
        case ChooseOne(options):
            yield from (_option(one, "=" if one.weight == 1 else "~") for one in options)
        case ChooseMany(options):
            for one in options:
                yield f"~%{moodle_percent(one.weight)}%{_guarded(_line(one.text))}{_feedback(one)}"
        case Truth(answer, if_true, if_false) if if_true or if_false:
            right, wrong = (if_true, if_false) if answer else (if_false, if_true)
            yield f"#{_guarded(_line(wrong))}#{_guarded(_line(right))}"
        case TypeText(options):
            yield from (_typed(one) for one in options)
        case TypeNumber(answers):
            for number in answers:
                weight = "" if number.weight == 1 else f"%{moodle_percent(number.weight)}%"
                feedback = f"#{_guarded(_line(number.feedback))}" if number.feedback else ""
                yield f"={weight}{_number(number)}{feedback}"
        case MatchUp(pairs, extra):
            yield from (f"={_arrowless(term)} -> {_arrowless(meaning)}" for term, meaning in pairs)
            yield from (f"= -> {_arrowless(one.text)}" for one in extra)


def _option(option: Option, mark: str) -> str:
    weight = "" if option.weight in (0, 1) else f"%{moodle_percent(option.weight)}%"
    text = _line(option.text)
    if not weight and re.match(r"\s*%", text):
        weight = "%100%" if mark == "=" else "%0%"  # else the text itself would be read as a weight
    return f"{mark}{weight}{_guarded(text)}{_feedback(option)}"


def _typed(option: Option) -> str:
    text = _escape(option.text.replace("*", "\\*"))
    return f"=%{moodle_percent(option.weight)}%{text}{_feedback(option)}".replace("->", "→")


def _feedback(option: Option) -> str:
    return f"#{_guarded(_line(option.feedback))}" if option.feedback else ""


def _number(number: NumberOption) -> str:
    if number.as_range:
        return f"{decimal(number.low)}..{decimal(number.high)}"
    answer = number.answer if number.answer is not None else (number.low + number.high) / 2
    return f"{decimal(answer)}:{decimal(number.high - answer)}"


def _guarded(text: str) -> str:
    """Keep a text that begins with ``[html]`` from being read as a format."""
    return f"[markdown]{text}" if text.startswith("[") else text


def _arrowless(text: str) -> str:
    return _guarded(_line(text.replace("->", "→")))


def _line(markdown: str) -> str:
    return _escape(to_moodle_line(markdown))


def _escape(text: str) -> str:
    return re.sub(r"([\\~=#{}:])", r"\\\1", text).replace("\n", "\\n")


def _meta(text: str) -> str:
    return re.sub(r"([\\\]])", r"\\\1", _one_line(text))


def _one_line(text: str) -> str:
    return " ".join(text.split())
