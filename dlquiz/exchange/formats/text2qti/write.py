"""Write text2qti's plain text format."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.explained import join_source
from dlquiz.exchange.formats.qti.decimal import decimal
from dlquiz.exchange.from_ours import Can, from_ours
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    Foreign,
    NumberOption,
    Option,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.texts import mark_is_sign, outside_code
from dlquiz.model.params import variants as all_variants
from dlquiz.model.quiz import Quiz

CAN = Can(
    bodies=frozenset({ChooseOne, ChooseMany, Truth, TypeText, TypeNumber}),
    points=True,
    tags=False,
    reject=False,
    near=False,
    summary=True,
)

_SMALLEST = Fraction(1, 10_000)
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^)\n]*\)")


def write(quiz: Quiz, name: str) -> Exported:
    """Write a quiz. Variants of one question become a group that draws one of them."""
    ledger = Ledger()
    questions = [_in_halves(one, ledger) for one in from_ours(quiz, CAN, ledger) if _fits(one, ledger)]
    _tell_twins_apart(questions, ledger)
    lines = [f"Quiz title: {' '.join(quiz.title.split())}"]
    lines += list(_block("Quiz description:", quiz.summary)) if quiz.summary else []
    lines += ["Shuffle answers: true", ""]
    many = {one.id: len(all_variants(one)) for one in quiz.questions}
    number = 0
    for origin, grouped in groupby(questions, key=lambda one: one.origin):
        variants = list(grouped)
        # Parts of a divided question are all asked; of variants, a group draws one.
        together = len(variants) > 1 and len(variants) == many[origin] and not variants[0].points % 1
        if together:
            lines += ["GROUP", "pick: 1", f"points per question: {variants[0].points:g}", ""]
        for one in variants:
            number += 1
            lines += [*_question(one, number, together=together), ""]
        lines += ["END_GROUP", ""] if together else []
    return Exported("\n".join(lines).encode(), ledger.report(name, "text2qti"))


def _in_halves(question: Foreign, ledger: Ledger) -> Foreign:
    """Return the question with points that are allowed there: whole and half ones."""
    points = max(1, round(question.points * 2)) / 2
    if points != question.points:
        rounded = f"points are whole or half ones there; {question.points:g} became {points:g}"
        ledger.changed(question.origin, "points", rounded)
    return replace(question, points=points)


def _fits(question: Foreign, ledger: Ledger) -> bool:
    if not isinstance(question.body, TypeNumber):
        return True
    answer = question.body.answers[0]
    if min(abs(answer.low), abs(answer.high)) < _SMALLEST:
        ledger.dropped(question.origin, "numeric", "a right number nearer to 0 than 0.0001 is not allowed there")
        return False
    numbers = [one for one in (answer.low, answer.high, answer.answer) if one is not None]
    if any((one * 10_000).denominator != 1 for one in numbers):
        why = "text2qti keeps four decimal places of a number; the file holds all of them"
        ledger.changed(question.origin, "rounding", why)
    return True


def _tell_twins_apart(questions: list[Foreign], ledger: Ledger) -> None:
    """Say the same text differently the second time: text2qti refuses a file that asks twice."""
    seen: dict[str, int] = {}
    for place, one in enumerate(questions):
        key = " ".join(one.stem.split())
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            questions[place] = replace(one, stem=f"{one.stem} ({seen[key]})")
            ledger.changed(one.origin, "stem", "a number was added: no two questions may have the same text there")


def _question(question: Foreign, number: int, *, together: bool) -> Iterator[str]:
    yield f"Title: {question.name}"
    if question.points != 1 and not together:
        yield f"Points: {question.points:g}"
    yield from _block(f"{number}.", question.stem)
    explain = join_source(question.explain, question.source)
    if explain:
        yield from _block("...", explain)
    match question.body:
        case ChooseOne(options=options):
            yield from _choices(options)
        case Truth() as body:
            yes = Option("True", Fraction(body.answer), body.if_true)
            yield from _choices((yes, Option("False", Fraction(not body.answer), body.if_false)))
        case ChooseMany(options=options):
            for one in options:
                yield from _option("[*]" if one.weight > 0 else "[ ]", one)
        case TypeText(options=options):
            for one in options:
                yield f"*   {' '.join(one.text.split())}"
        case TypeNumber(answers=answers):
            yield f"=   {_number(answers[0])}"


def _choices(options: Sequence[Option]) -> Iterator[str]:
    for place, one in enumerate(options):
        yield from _option(f"{'*' if one.weight == 1 else ''}{chr(ord('a') + place % 26)})", one)


def _option(mark: str, one: Option) -> Iterator[str]:
    yield from _block(mark, _line(one.text))
    if one.feedback:
        yield from _block("...", _line(one.feedback))


def _line(text: str) -> str:
    return text if "\n" in text.strip() else mark_is_sign(text.strip())


def _block(mark: str, text: str) -> Iterator[str]:
    head = f"{mark} ".ljust(4)
    lines = outside_code(text.strip(), _without_html).split("\n")
    yield f"{head}{lines[0]}"
    yield from (f"{' ' * len(head)}{line}".rstrip() for line in lines[1:])


def _without_html(text: str) -> str:
    """Escape what text2qti's Markdown would take for HTML, and leave pictures out."""
    text = _IMAGE.sub(lambda match: match[1], text)
    return re.sub(r"<(?=[a-zA-Z/!?])", "&lt;", re.sub(r"&(?=#?\w+;)", "&amp;", text))


def _number(answer: NumberOption) -> str:
    if answer.as_range or answer.answer is None:
        return f"[{decimal(answer.low)}, {decimal(answer.high)}]"
    if answer.low == answer.high and answer.answer.denominator == 1:
        return decimal(answer.answer)
    return f"{decimal(answer.answer)} +- {decimal(answer.high - answer.answer)}"
