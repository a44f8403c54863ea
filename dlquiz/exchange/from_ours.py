"""Turn our questions into what other formats can say, and note whatever they cannot.

A writer says what its format `Can` hold. A kind that it cannot hold is rewritten as the nearest one that it can, or
dropped; parametric questions become one question for each variant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.explained import split_said
from dlquiz.exchange.ids import Ids
from dlquiz.exchange.neutral import (
    Body,
    ChooseMany,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    Note,
    NumberOption,
    Option,
    Partial,
    PutInOrder,
    SortInto,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.rewrite import rewritten
from dlquiz.exchange.spellings import spellings
from dlquiz.model.params import variants
from dlquiz.model.pattern import is_pattern
from dlquiz.model.placeholders import without
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
from dlquiz.quiz.folding import same_word


class Lost(Protocol):
    """How a loss is noted."""

    def __call__(self, what: str, why: str, *, loss: bool = True) -> None:
        """Note it."""


RIGHT, WRONG = Fraction(1), Fraction(0)


@dataclass(frozen=True, slots=True)
class Can:
    """What a format can hold. ``bodies`` are kinds of `Body`; ``partials`` the ways to score each of them."""

    bodies: frozenset[type[Body]]
    many: frozenset[Partial] = frozenset({"net"})
    parts: frozenset[Partial] = frozenset({"each"})
    hints: bool = False
    tags: bool = True
    points: bool = False
    units: bool = False
    typos: bool = False
    patterns: bool = False
    reject: bool = True
    near: bool = True
    extra_reasons: bool = False
    pair_reasons: bool = False
    """Whether something can be said about each term of a match."""
    ranges: bool = True
    answer_in_range: bool = False
    """Whether a range may have a best answer that is not its middle."""
    same_meanings: bool = True
    """Whether several terms of a match may have the same meaning."""
    summary: bool = False
    """Whether the quiz as a whole has a text."""
    lang: bool = False


def from_ours(quiz: Quiz, can: Can, ledger: Ledger) -> tuple[Foreign, ...]:
    """Return the quiz's questions as a format with these abilities can hold them; the ledger gets what is lost.

    Each question's ``name`` is its id, unique also for variants and for questions that had to be divided.
    """
    _settings(quiz, can, ledger)
    ids = Ids()
    for question in quiz.questions:
        ids.new(question.id)
    return tuple(one for question in quiz.questions for one in _question(question, can, ledger, ids))


def _settings(quiz: Quiz, can: Can, ledger: Ledger) -> None:
    if quiz.draw is not None:
        ledger.changed("", "draw", f"that a sitting draws {quiz.draw} of the questions was left out")
    if quiz.summary and not can.summary:
        ledger.changed("", "summary", "it has no place there")
    if quiz.topic is not None:
        ledger.changed("", "topic", "it has no place there", loss=False)
    if quiz.lang != "en" and not can.lang:
        ledger.changed("", "lang", f"that the quiz is in '{quiz.lang}' has no place there", loss=False)


def _question(question: Question, can: Can, ledger: Ledger, ids: Ids) -> Iterator[Foreign]:
    ledger.read(question.id)
    every = variants(question)
    if len(every) > 1:
        ledger.changed(question.id, "params", f"each of the {len(every)} variants became a question of its own")
    written = []
    for variant in every:
        for foreign in rewritten(as_foreign(variant), can.bodies, same_meanings=can.same_meanings):
            fitted = _fit(foreign, can)
            for note in fitted.notes:
                ledger.changed(question.id, note.what, note.why, loss=note.loss)
            if _answerable(fitted.body):
                written.append(replace(fitted, notes=()))
            else:
                ledger.changed(question.id, "part", "a part has no answer that this format can hold")
    if not written:
        ledger.dropped(question.id, question.kind, "this format has nothing like it")
    for number, one in enumerate(written):
        name = question.id if len(written) == 1 and len(every) == 1 else ids.new(f"{question.id[:36]}-{number + 1}")
        yield replace(one, name=name, identifier=name, origin=question.id)


def _answerable(body: Body) -> bool:
    return not isinstance(body, TypeText) or any(one.weight == 1 for one in body.options)


def as_foreign(question: Question) -> Foreign:
    """Return a concrete question as it is, with every loss that no format could avoid noted."""
    notes = []
    stem = question.stem
    if question.image is not None:
        stem += f"\n\n(Picture: {question.alt})" if question.alt else ""
        notes.append(Note("image", "pictures do not travel; the words that describe it stand in its place"))
    if isinstance(question, Order | Categorise) and question.why:
        notes.append(Note("why", "the sentences about single entries have no place there"))
    if isinstance(question, Order):
        notes += _parsons(question)
    if isinstance(question, Numeric) and isinstance(question.tolerance, str):
        notes.append(Note("tolerance", f"{question.tolerance} became the number that it is of the answer", loss=False))
    if question.ignore:
        notes.append(Note("ignore", "settings of quiz lint have no place there", loss=False))
    if isinstance(question, Cloze):
        stem = ""
    if isinstance(question, Output):
        stem = f"{stem}\n\n```python\n{question.code}\n```"
        notes.append(Note("kind", "the output of a program became a short answer; nobody checks it by running it"))
    body, explain = _body(question), without(question.explain)
    if isinstance(body, Truth):
        explain, if_true, if_false = split_said(explain)
        body = replace(body, if_true=if_true, if_false=if_false)
    return Foreign(
        body,
        stem,
        name=question.id,
        identifier=question.id,
        explain=explain,
        source=without(question.source),
        tags=question.tags,
        hints=question.hints,
        points=question.points,
        notes=tuple(notes),
    )


def _parsons(question: Order) -> list[Note]:
    """Note what no other format asks of steps in order."""
    notes = []
    if question.indent:
        notes.append(Note("indent", "how far a line stands to the right is not asked there"))
    if question.extra:
        notes.append(Note("extra", "what belongs nowhere has no place there; only the right items are shown"))
    if question.any_order:
        notes.append(Note("any_order", "only the order of the file is right there"))
    return notes


def _body(question: Question) -> Body:
    match question:
        case Choice():
            return ChooseOne((Option(question.right, RIGHT), *_wrong(question.wrong)))
        case Multi():
            share = Fraction(1, len(question.right))
            right = (Option(text, share, without(why)) for text, why in question.right.items())
            penalty = -share if question.partial == "net" else WRONG
            return ChooseMany((*right, *_wrong(question.wrong, penalty)), question.partial)
        case TrueFalse():
            return Truth(question.answer)
        case Numeric():
            return _numbers(question)
        case Short():
            right = (Option(text, RIGHT) for text in question.accept)
            options = (*right, *_wrong(question.reject))
            return TypeText(options, typos=question.typos, patterns=True, spellings=True)
        case Cloze():
            return _fill_in(question)
        case Match():
            extra = tuple(Option(text, WRONG, without(why)) for text, why in question.extra.items())
            why = tuple((term, without(text)) for term, text in question.why.items())
            return MatchUp(tuple(question.pairs.items()), extra, question.partial, why)
        case Order():
            marks = "`" if question.indent else ""
            return PutInOrder(tuple(f"{marks}{line}{marks}" for line in question.lines), question.partial)
        case Categorise():
            return SortInto(tuple(question.groups.items()), question.partial)
        case Output():
            answer = Option(" ".join(question.answer.split()), RIGHT)
            reject = {" ".join(text.split()): why for text, why in question.reject.items()}
            # A short answer does not tell capital letters apart: what differs only there is right.
            wrong = {text: why for text, why in reject.items() if text.casefold() != answer.text.casefold()}
            return TypeText((answer, *_wrong(wrong)))


def _wrong(reasons: dict[str, str], weight: Fraction = WRONG) -> tuple[Option, ...]:
    return tuple(Option(text, weight, without(why)) for text, why in reasons.items())


def _numbers(question: Numeric) -> TypeNumber:
    low, high = bounds(question.answer, question.tolerance)
    ranged = not isinstance(question.tolerance, str | int | float)
    right = NumberOption(low, high, RIGHT, answer=exact(question.answer), as_range=ranged)
    near = []
    for key, why in question.near.items():
        # A percentage is one of the foreseen number here, as in our marking.
        around = foreseen_bounds(key, question.tolerance)
        near.append(NumberOption(*around, WRONG, without(why), answer=exact(key)))
    return TypeNumber((right, *near), question.unit or "")


def _fill_in(question: Cloze) -> FillIn:
    listed = bool(question.wrong)
    reject = _wrong(question.reject)
    parts = tuple(
        part
        if isinstance(part, str)
        else Gap((*(Option(text, RIGHT) for text in part.variants), *_but(reject, part.variants)), listed)
        for part in question.parts
    )
    return FillIn(parts, _wrong(question.wrong), question.typos, question.partial, patterns=True, spellings=not listed)


def _but(reject: tuple[Option, ...], variants: tuple[str, ...]) -> tuple[Option, ...]:
    right = {text.casefold() for text in variants}
    return tuple(one for one in reject if one.text.casefold() not in right)


def _fit(foreign: Foreign, can: Can) -> Foreign:
    """Leave out what the format cannot hold, with a note for each thing."""
    notes = list(foreign.notes)

    def lost(what: str, why: str, *, loss: bool = True) -> None:
        notes.append(Note(what, why, loss))

    if foreign.hints and not can.hints:
        lost("hints", "they have no place there")
        foreign = replace(foreign, hints=())
    if foreign.tags and not can.tags:
        lost("tags", "they have no place there")
        foreign = replace(foreign, tags=())
    if foreign.points != 1 and not can.points:
        lost("points", f"that it is worth {foreign.points:g} points has no place there")
        foreign = replace(foreign, points=1.0)
    body = _fit_body(foreign.body, can, lost)
    if isinstance(body, TypeNumber) and isinstance(foreign.body, TypeNumber) and foreign.body.unit and not body.unit:
        foreign = replace(foreign, stem=f"{foreign.stem} (Answer in {foreign.body.unit}.)")
    return replace(foreign, body=body, notes=tuple(notes))


def _fit_body(body: Body, can: Can, lost: Lost) -> Body:
    match body:
        case ChooseMany():
            return _fit_many(body, can, lost)
        case TypeText():
            return _fit_text(body, can, lost)
        case TypeNumber():
            return _fit_number(body, can, lost)
        case MatchUp():
            return _fit_match(body, can, lost)
        case PutInOrder() | SortInto() | FillIn():
            if body.partial not in can.parts:
                lost("partial", f"'{body.partial}' has no place there")
                body = replace(body, partial="each")
            if isinstance(body, FillIn) and body.typos and not can.typos:
                lost("typos", "misspelt answers are not forgiven there")
                body = replace(body, typos=0)
            return _fit_blanks(body, lost) if isinstance(body, FillIn) and body.spellings else body
        case _:
            return body


def _fit_match(body: MatchUp, can: Can, lost: Lost) -> MatchUp:
    if body.partial not in can.parts:
        lost("partial", f"'{body.partial}' has no place there")
        body = replace(body, partial="each")
    if body.why and not can.pair_reasons:
        lost("why", "the sentences about single entries have no place there")
        body = replace(body, why=())
    if any(one.feedback for one in body.extra) and not can.extra_reasons:
        lost("extra", "the reasons why a meaning fits nothing have no place there")
        body = replace(body, extra=tuple(replace(one, feedback="") for one in body.extra))
    return body


def _fit_many(body: ChooseMany, can: Can, lost: Lost) -> ChooseMany:
    if body.partial not in can.many:
        lost("partial", f"'{body.partial}' has no place there; right ticks less wrong ticks count instead")
        share = Fraction(1, sum(one.weight > 0 for one in body.options))
        options = (one if one.weight > 0 else replace(one, weight=-share) for one in body.options)
        body = ChooseMany(tuple(options), "net")
    return body


def _fit_text(body: TypeText, can: Can, lost: Lost) -> TypeText:
    options = body.options
    if body.typos and not can.typos:
        lost("typos", "misspelt answers are not forgiven there")
    if body.patterns and not can.patterns:
        patterns = [one.text for one in options if is_pattern(one.text)]
        if patterns:
            lost("pattern", f"{', '.join(patterns)} cannot be written there; the other accepted texts stay")
        options = tuple(one for one in options if not is_pattern(one.text))
    if not can.reject and any(one.weight < 1 for one in options):
        lost("reject", "foreseen wrong answers have no place there")
        options = tuple(one for one in options if one.weight == 1)
    if body.spellings:
        options = _spelled(options, lost)
    return replace(body, options=options, typos=body.typos if can.typos else 0, spellings=False)


def _fit_blanks(body: FillIn, lost: Lost) -> FillIn:
    gaps = (
        replace(part, options=_spelled(part.options, lost)) if isinstance(part, Gap) else part for part in body.parts
    )
    return replace(body, parts=tuple(gaps), spellings=False)


def _spelled(options: tuple[Option, ...], lost: Lost) -> tuple[Option, ...]:
    """Add the other spellings of right words; a program that compares letters forgives nothing else."""
    right = {text: one for one in options if one.weight == 1 for text in spellings(one.text)}
    if any(not is_pattern(text) and re.search(r"[^\W\d_]", text) for text in right):
        lost(
            "spelling", "only the listed spellings are right there; here also accents and a final full stop may differ"
        )
    others = (one for one in options if one.weight != 1 and not any(same_word(one.text, text) for text in right))
    return (*(replace(one, text=text) for text, one in right.items()), *others)


def _fit_number(body: TypeNumber, can: Can, lost: Lost) -> TypeNumber:
    right, *near = body.answers
    if right.as_range and not can.answer_in_range and right.answer is not None:
        if right.answer * 2 != right.low + right.high:
            lost("answer", f"{float(right.answer):g} itself has no place there, only the range around it")
        right = replace(right, answer=None)
    if right.as_range and right.low == right.high:
        lost("tolerance", "a range of one number became that number", loss=False)
        right = replace(right, as_range=False)
    elif right.as_range and not can.ranges:
        lost("tolerance", "the range became a number and its tolerance", loss=False)
        right = replace(right, as_range=False)
    if near and not can.near:
        lost("near", "foreseen wrong numbers have no place there")
        near = []
    if body.unit and not can.units:
        lost("unit", f"'{body.unit}' is asked for in the text, and not checked")
    return TypeNumber((right, *near), body.unit if can.units else "")
