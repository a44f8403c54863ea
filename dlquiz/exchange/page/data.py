"""What the page needs to ask and mark each question: texts as HTML, and data for its marking.

Every variant stands there as a question of its own; nothing is computed from a formula in the page.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from dlquiz.exchange.page.mathml import mathml
from dlquiz.exchange.page.regex import to_javascript
from dlquiz.exchange.page.text import to_html, to_inline_html
from dlquiz.exchange.texts import mark_is_sign
from dlquiz.model.params import variants
from dlquiz.model.pattern import compile_pattern, is_pattern
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
    Quiz,
    Short,
    TrueFalse,
)
from dlquiz.model.tolerance import bounds, exact, foreseen_bounds
from dlquiz.quiz import quantities
from dlquiz.quiz.folding import SPELLINGS, fold, says, term
from dlquiz.quiz.kinds.base import TypedPlace
from dlquiz.quiz.kinds.cloze import CLOZE, first_words, other_blanks
from dlquiz.quiz.kinds.order import ORDER
from dlquiz.quiz.kinds.output import canonical
from dlquiz.quiz.kinds.short import SHORT
from dlquiz.quiz.marking import neighbours, right_answer

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Picture = Callable[[Question], str]

BLANK = "\ue000"
"""Stands in a cloze's HTML where a blank is."""


def page_data(quiz: Quiz, picture: Picture) -> dict[str, Json]:
    """Return everything that the page's program reads."""
    return {
        **rules(quiz),
        "format_version": 1,
        "title": quiz.title,
        "lang": quiz.lang,
        "draw": quiz.draw,
        "questions": [
            {
                "id": question.id,
                "points": question.points,
                "variants": [question_data(quiz, one, picture) for one in variants(question)],
            }
            for question in quiz.questions
        ],
    }


def rules(quiz: Quiz) -> dict[str, Json]:
    """Return what marking in the page needs to know besides the question."""
    return {
        "decimalComma": quantities.decimal_comma(quiz.lang),
        "units": {name: [one.quantity, *_ratio(one.factor)] for name, one in quantities.UNITS.items()},
        "spellings": [
            [to_javascript(pattern.pattern), replacement.replace("\\", "$")] for pattern, replacement in SPELLINGS
        ],
    }


def question_data(quiz: Quiz, question: Question, picture: Picture) -> dict[str, Json]:
    """Return one concrete question."""
    shown = "" if isinstance(question, Cloze) else _blocks(question.stem)
    return {
        "kind": question.kind,
        "stem": shown + picture(question),
        "hints": [_blocks(hint) for hint in question.hints],
        "explain": _blocks(question.explain),
        "source": _line(question.source),
        "answer": "" if _is_code(question) else _line(right_answer(question, quiz.lang)),
        **_body(quiz, question),
    }


def _body(quiz: Quiz, question: Question) -> dict[str, Json]:
    match question:
        case Choice():
            wrong = [_option(text, False, why) for text, why in question.wrong.items()]
            return {"options": [_option(question.right, True, ""), *wrong]}
        case Multi():
            right = [_option(text, True, why or "") for text, why in question.right.items()]
            wrong = [_option(text, False, why) for text, why in question.wrong.items()]
            return {"options": [*right, *wrong], "partial": question.partial}
        case TrueFalse():
            return {"truth": question.answer}
        case Numeric():
            return _numeric(question)
        case Short():
            return _typed(SHORT.places(question)[0], neighbours(quiz, question))
        case Cloze():
            return _cloze(quiz, question)
        case Match():
            meanings = list(question.pairs.values())
            return _pairs(
                [(term, meanings.index(meaning)) for term, meaning in question.pairs.items()],
                [*meanings, *question.extra],
                question.why,
                ["" for _ in meanings] + [why or "" for why in question.extra.values()],
                question.partial,
            )
        case Order():
            return _order(question)
        case Categorise():
            groups = list(question.groups)
            placed = [(item, groups.index(group)) for item, group in question.items.items()]
            return _pairs(placed, groups, question.why, ["" for _ in groups], question.partial)
        case Output():
            return {
                "code": question.code,
                "accept": canonical(question.answer),
                "shown": question.answer,
                "reject": [[canonical(text), _line(why)] for text, why in question.reject.items()],
            }


def _is_code(question: Question) -> bool:
    """Whether the answer is shown as a block."""
    return isinstance(question, Output) or (isinstance(question, Order) and question.indent)


def _order(question: Order) -> dict[str, Json]:
    """Return all that is shown: first the items in their order, then what belongs nowhere."""
    levels = (*question.levels, *(-1 for _ in question.extra))
    reasons = (*(question.why.get(line, "") for line in question.lines), *question.extra.values())
    items: list[Json] = [
        {"html": _line(f"`{text}`" if question.indent else text), "why": _line(why or ""), "level": level}
        for text, level, why in zip(ORDER.options(question), levels, reasons, strict=True)
    ]
    free: list[Json] = [[i for i, one in enumerate(question.lines) if one in group] for group in question.any_order]
    found: dict[str, Json] = {"items": items, "count": len(question.items), "indent": question.indent, "free": free}
    shown: dict[str, Json] = {"shown": "\n".join(question.items)} if question.indent else {}
    return {**found, **shown, "partial": question.partial}


def _blocks(text: str) -> str:
    # One line is no list and no heading: "- 1 is negative." begins with a minus.
    return to_html(text if "\n" in text.strip() else mark_is_sign(text), mathml)


def _line(text: str) -> str:
    return to_inline_html(text, mathml) if text else ""


def _ratio(number: Fraction) -> list[Json]:
    return [str(number.numerator), str(number.denominator)]  # as texts: they may be larger than a page's numbers


def _option(text: str, right: bool, why: str) -> dict[str, Json]:
    return {"html": _line(text), "right": right, "why": _line(why)}


def _numeric(question: Numeric) -> dict[str, Json]:
    low, high = bounds(question.answer, question.tolerance)
    near: list[Json] = []
    for key, why in question.near.items():
        ends = foreseen_bounds(key, question.tolerance)
        near.append({"low": _ratio(ends[0]), "high": _ratio(ends[1]), "at": _ratio(exact(key)), "why": _line(why)})
    return {"low": _ratio(low), "high": _ratio(high), "unit": question.unit or "", "near": near}


def _form(text: str) -> dict[str, Json]:
    """Return an accepted or rejected text as the page compares it: as a pattern, or folded.

    ``slips`` says that another spelling of it may be a slip of the finger.
    """
    if is_pattern(text):
        try:
            compile_pattern(text)
        except ValueError:  # `reject` takes any text, also one that only looks like a pattern
            pass
        else:
            return {"pattern": to_javascript(text[1:-1]), "text": text}
    return {"folded": fold(text), "term": term(text), "text": text, "slips": not is_pattern(text)}


def _typed(place: TypedPlace, others: tuple[str, ...]) -> dict[str, Json]:
    # A neighbour that is accepted here is no other term.
    terms = [fold(text) for text in others if not any(says(accept, text) for accept in place.accept)]
    return {
        "accept": [_form(text) for text in place.accept],
        "typos": place.typos,
        "reject": [{**_form(text), "why": _line(why)} for text, why in place.reject.items()],
        "neighbours": list(dict.fromkeys(terms)),
    }


def _cloze(quiz: Quiz, question: Cloze) -> dict[str, Json]:
    terms = neighbours(quiz, question)
    blanks: list[Json] = [
        {**_typed(place, (*terms, *other_blanks(question, number))), "first": first}
        for number, (place, first) in enumerate(zip(CLOZE.places(question), first_words(question), strict=True))
    ]
    text = "".join(part if isinstance(part, str) else BLANK for part in question.parts)
    bank: list[Json] = list(CLOZE.options(question))
    return {"text": _blocks(text), "blanks": blanks, "bank": bank, "partial": question.partial}


def _pairs(
    pairs: list[tuple[str, int]], targets: list[str], why: Mapping[str, str], reasons: list[str], partial: str
) -> dict[str, Json]:
    return {
        "terms": [{"text": term, "html": _line(term), "to": to, "why": _line(why.get(term, ""))} for term, to in pairs],
        "targets": [
            {"text": text, "html": _line(text), "why": _line(reason)}
            for text, reason in zip(targets, reasons, strict=True)
        ],
        "partial": partial,
    }
