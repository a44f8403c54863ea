"""Write Moodle XML."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from dlquiz.exchange.base import Exported
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.explained import join_source
from dlquiz.exchange.formats.moodle.cloze import write_place
from dlquiz.exchange.formats.moodle_percent import decimal, is_in_list, moodle_percent
from dlquiz.exchange.from_ours import Can, from_ours
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    NumberOption,
    Option,
    PutInOrder,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.texts import to_moodle, to_moodle_line
from dlquiz.model.pattern import is_pattern
from dlquiz.quiz.quantities import names_of

if TYPE_CHECKING:
    from dlquiz.model.quiz import Quiz

CAN = Can(
    bodies=frozenset({ChooseOne, ChooseMany, Truth, TypeText, TypeNumber, MatchUp, PutInOrder, FillIn}),
    hints=True,
    points=True,
    units=True,
    ranges=False,
)


def write(quiz: "Quiz", name: str) -> Exported:
    """Write a quiz as Moodle XML. Texts are marked as Markdown; explanation and source are the general feedback.

    A Moodle that does not know a type of question imports nothing of its file, so the ordering questions, which came
    with Moodle 4.4, stand in a file of their own.
    """
    ledger = Ledger()
    written = [one for one in from_ours(quiz, CAN, ledger) if _written(one, ledger)]
    ordering = [one for one in written if isinstance(one.body, PutInOrder)]
    others = [one for one in written if not isinstance(one.body, PutInOrder)]
    if ordering and others:
        for one in ordering:
            why = "Moodle before 4.4 needs a plugin for it: it stands in a file of its own"
            ledger.changed(one.origin, "ordering", why, loss=False)
        beside = {"ordering": _document(quiz, ordering)}
        return Exported(_document(quiz, others), ledger.report(name, "Moodle XML"), beside)
    for one in ordering:
        ledger.changed(one.origin, "ordering", "Moodle before 4.4 needs a plugin for it", loss=False)
    return Exported(_document(quiz, written), ledger.report(name, "Moodle XML"))


def _document(quiz: "Quiz", questions: Sequence[Foreign]) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    category = f"$course$/top/{quiz.title.replace('/', '//')}"
    lines += ['  <question type="category">', *_text("category", category, form=""), "  </question>"]
    for question in questions:
        lines += _question(question)
    return ("\n".join([*lines, "</quiz>"]) + "\n").encode()


def _written(question: Foreign, ledger: Ledger) -> bool:
    """Note what only Moodle XML loses; return whether something is left to write."""
    body = question.body
    if isinstance(body, ChooseMany) and not all(is_in_list(one.weight) for one in body.options):
        why = (
            f"{sum(one.weight > 0 for one in body.options)} equal shares are not in Moodle's list; the nearest is used"
        )
        ledger.changed(question.origin, "weights", why)
    if isinstance(body, TypeNumber) and body.unit:
        why = f"a number in another unit than '{body.unit}' is not converted there"
        ledger.changed(question.origin, "unit", why)
    if isinstance(body, FillIn):
        return _cloze_written(question.origin, body, ledger)
    return True


def _cloze_written(name: str, body: FillIn, ledger: Ledger) -> bool:
    right = [[one for one in gap.options if one.weight == 1] for gap in body.gaps]
    if any(is_pattern(one.text) for options in right for one in options):
        ledger.changed(name, "pattern", "it cannot be written there; the other accepted texts stay")
    if any(all(is_pattern(one.text) for one in options) for options in right):
        ledger.dropped(name, "cloze", "a blank takes only a /pattern/, which cannot be written there")
        return False
    if any(gap.listed for gap in body.gaps):
        if any(one.feedback for one in body.wrong):
            ledger.changed(name, "wrong", "the words of a list have no feedback there")
        if any(len(options) > 1 for options in right):
            ledger.changed(name, "blank", "of several texts that fit a blank, the list shows the first")
        if any(len(gap.options) > len(options) for gap, options in zip(body.gaps, right, strict=True)):
            ledger.changed(name, "reject", "the words of a list have no feedback there")
    return True


def _question(question: Foreign) -> Iterator[str]:
    body = question.body
    listed = isinstance(body, FillIn) and any(gap.listed for gap in body.gaps)
    yield f'  <question type="{"gapselect" if listed else _TYPES[type(body)]}">'
    yield from _text("name", question.name, form="")
    stem = _filled(question.stem, body, listed=listed) if isinstance(body, FillIn) else to_moodle_line(question.stem)
    yield from _text("questiontext", stem)
    yield from _text("generalfeedback", to_moodle_line(join_source(question.explain, question.source)))
    yield f"    <defaultgrade>{question.points:.10g}</defaultgrade>"
    yield f"    <idnumber>{escape(question.identifier)}</idnumber>"
    yield from _body(question, listed=listed)
    for hint in question.hints:
        yield from _text("hint", to_moodle_line(hint))
    if question.tags:
        yield "    <tags>"
        yield from (f"      <tag><text>{escape(tag)}</text></tag>" for tag in question.tags)
        yield "    </tags>"
    yield "  </question>"


_TYPES = {
    ChooseOne: "multichoice",
    ChooseMany: "multichoice",
    Truth: "truefalse",
    TypeText: "shortanswer",
    TypeNumber: "numerical",
    MatchUp: "matching",
    PutInOrder: "ordering",
    FillIn: "cloze",
}


def _body(question: Foreign, *, listed: bool) -> Iterator[str]:
    match question.body:
        case ChooseOne(options) | ChooseMany(options):
            yield f"    <single>{'true' if isinstance(question.body, ChooseOne) else 'false'}</single>"
            yield "    <shuffleanswers>true</shuffleanswers>"
            for one in options:
                yield from _answer(to_moodle_line(one.text), moodle_percent(one.weight), one.feedback)
        case Truth(answer, if_true, if_false):
            yield from _answer("true", "100" if answer else "0", if_true, form="moodle_auto_format")
            yield from _answer("false", "0" if answer else "100", if_false, form="moodle_auto_format")
        case TypeText(options):
            yield "    <usecase>0</usecase>"
            for one in options:
                text = one.text.replace("*", "\\*")
                yield from _answer(text, moodle_percent(one.weight), one.feedback, form="moodle_auto_format")
        case TypeNumber(answers, unit):
            yield from (line for one in answers for line in _number(one))
            if unit:
                yield "    <units>"
                for one_unit in names_of(unit):
                    yield f"      <unit><multiplier>1</multiplier><unit_name>{escape(one_unit)}</unit_name></unit>"
                yield "    </units>"
                yield "    <unitgradingtype>1</unitgradingtype>"
                yield "    <unitpenalty>1</unitpenalty>"
        case MatchUp(pairs, extra):
            yield "    <shuffleanswers>true</shuffleanswers>"
            for term, meaning in (*pairs, *(("", one.text) for one in extra)):
                yield from _pair(term, meaning)
        case PutInOrder(items, partial):
            yield f"    <gradingtype>{'ALL_OR_NOTHING' if partial == 'all' else 'ABSOLUTE_POSITION'}</gradingtype>"
            yield "    <selecttype>ALL</selecttype>"
            for place, item in enumerate(items, 1):
                yield from _answer(to_moodle_line(item), str(place), "")
        case FillIn() as body if listed:
            words = [_first(gap).text for gap in body.gaps] + [one.text for one in body.wrong]
            yield "    <shuffleanswers>1</shuffleanswers>"
            for word in words:
                yield f"    <selectoption><text>{escape(word)}</text><group>1</group></selectoption>"


def _filled(stem: str, body: FillIn, *, listed: bool) -> str:
    written, count = [to_moodle(stem), "\n\n"] if stem else [], 0
    for part in body.parts:
        if isinstance(part, str):
            written.append(to_moodle(part))
            continue
        count += 1
        usable = Gap(tuple(one for one in part.options if not is_pattern(one.text)))
        written.append(f"[[{count}]]" if listed else write_place(usable))
    return "".join(written)


def _first(gap: Gap) -> Option:
    return next(one for one in gap.options if one.weight == 1)


def _number(one: NumberOption) -> Iterator[str]:
    answer = one.answer if one.answer is not None else (one.low + one.high) / 2
    yield f'    <answer fraction="{moodle_percent(one.weight)}" format="moodle_auto_format">'
    yield f"      <text>{decimal(answer)}</text>"
    yield f"      <tolerance>{decimal(one.high - answer)}</tolerance>"
    yield from _text("feedback", to_moodle_line(one.feedback), indent=6)
    yield "    </answer>"


def _pair(term: str, meaning: str) -> Iterator[str]:
    yield '    <subquestion format="markdown">'
    yield f"      <text>{_content(to_moodle_line(term))}</text>"
    yield f"      <answer><text>{_content(meaning)}</text></answer>"
    yield "    </subquestion>"


def _answer(text: str, fraction: str, feedback: str, *, form: str = "markdown") -> Iterator[str]:
    yield f'    <answer fraction="{fraction}" format={quoteattr(form)}>'
    yield f"      <text>{_content(text)}</text>"
    if feedback:
        yield from _text("feedback", to_moodle_line(feedback), indent=6)
    yield "    </answer>"


def _text(name: str, text: str, *, form: str = "markdown", indent: int = 4) -> Iterator[str]:
    attribute = f" format={quoteattr(form)}" if form else ""
    yield f"{' ' * indent}<{name}{attribute}><text>{_content(text)}</text></{name}>"


def _content(text: str) -> str:
    """Write a text as XML: as CDATA where that is easier to read."""
    if re.search(r"[<>&]", text) and "]]>" not in text:
        return f"<![CDATA[{text}]]>"
    return escape(text)
