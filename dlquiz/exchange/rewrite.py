"""Say a question in another way, for a format that does not have its kind."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from fractions import Fraction

from dlquiz.exchange.conversion_report import Ledger
from dlquiz.exchange.neutral import (
    Body,
    ChooseOne,
    FillIn,
    Foreign,
    Gap,
    MatchUp,
    Note,
    NumberOption,
    Option,
    PutInOrder,
    SortInto,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.model.pattern import is_pattern

_RIGHT, _WRONG = Fraction(1), Fraction(0)


def rewritten(question: Foreign, bodies: Set[type[Body]], *, same_meanings: bool = True) -> Iterator[Foreign]:
    """Yield the question, or questions of the allowed kinds that ask the same; nothing if there are none."""
    body = question.body
    if type(body) in bodies:
        yield question
        return
    match body:
        case Truth() if ChooseOne in bodies:
            options = (
                Option("True", _RIGHT if body.answer else _WRONG, body.if_true),
                Option("False", _WRONG if body.answer else _RIGHT, body.if_false),
            )
            note = Note("kind", "it became a choice between True and False", loss=False)
            yield replace(question, body=ChooseOne(options), notes=(*question.notes, note))
        case TypeNumber() if TypeText in bodies:
            yield _number_as_text(question, body)
        case PutInOrder() if MatchUp in bodies:
            pairs = tuple((item, str(place)) for place, item in enumerate(body.items, 1))
            note = Note("kind", "an order became a match of items and positions")
            yield replace(question, body=MatchUp(pairs, (), body.partial), notes=(*question.notes, note))
        case SortInto() if MatchUp in bodies and same_meanings:
            pairs = tuple((item, group) for group, items in body.groups for item in items)
            empty = tuple(Option(group, _WRONG) for group, items in body.groups if not items)
            note = Note("kind", "it became a match, in which several items have the same meaning", loss=False)
            yield replace(question, body=MatchUp(pairs, empty, body.partial), notes=(*question.notes, note))
        case MatchUp() if ChooseOne in bodies:
            meanings = [meaning for _, meaning in body.pairs]
            yield from _one_by_one(question, body.pairs, meanings, body.extra, dict(body.why))
        case SortInto() if ChooseOne in bodies:
            pairs = tuple((item, group) for group, items in body.groups for item in items)
            yield from _one_by_one(question, pairs, [group for group, _ in body.groups], (), {})
        case FillIn():
            yield from _gap_by_gap(question, body, bodies)
        case _:
            return


def _number_as_text(question: Foreign, body: TypeNumber) -> Foreign:
    options = tuple(
        Option(f"{float(one.answer if one.answer is not None else (one.low + one.high) / 2):.15g}", one.weight)
        for one in body.answers
    )
    note = Note("kind", "a number became a text that must be written exactly so; a tolerance has no place there")
    return replace(question, body=TypeText(options), notes=(*question.notes, note))


def _one_by_one(
    question: Foreign,
    pairs: tuple[tuple[str, str], ...],
    meanings: list[str],
    extra: tuple[Option, ...],
    why: Mapping[str, str],
) -> Iterator[Foreign]:
    note = Note("kind", f"it became {len(pairs)} choices, one for each entry")
    others = dict.fromkeys(meanings, "") | {one.text: one.feedback for one in extra}
    for term, meaning in pairs:
        wrong = (Option(text, _WRONG, said) for text, said in others.items() if text != meaning)
        options = (Option(meaning, _RIGHT, why.get(term, "")), *wrong)
        yield replace(
            question, stem=f"{question.stem}\n\n{term}", body=ChooseOne(options), notes=(*question.notes, note)
        )


def _gap_by_gap(question: Foreign, body: FillIn, bodies: Set[type[Body]]) -> Iterator[Foreign]:
    """Ask for one blank at a time; in the others stands what fits."""
    gaps = body.gaps
    why = "a text with blanks became a question with one" if len(gaps) == 1 else f"it became {len(gaps)} questions"
    note = Note("kind", f"{why}: this format has no such texts")
    for asked in gaps:
        text = "".join(
            part if isinstance(part, str) else "_____" if part is asked else _shown(part) for part in body.parts
        )
        stem = "\n\n".join(part for part in (question.stem, text) if part)
        filled = _gap_body(asked, body, bodies)
        if filled is not None:
            yield replace(question, stem=stem, body=filled, notes=(*question.notes, note))


def _shown(gap: Gap) -> str:
    return next((one.text for one in gap.options if one.weight == 1 and not is_pattern(one.text)), "_____")


def _gap_body(gap: Gap, body: FillIn, bodies: Set[type[Body]]) -> Body | None:
    right = [one for one in gap.options if one.weight == 1]
    if gap.listed and ChooseOne in bodies:
        others = [_shown(one) for one in body.gaps if one is not gap]
        mine = {one.text.casefold() for one in right}
        bank = [*(Option(text, _WRONG) for text in others), *body.wrong]
        wrong = {one.text: one for one in bank if one.text.casefold() not in mine}
        return ChooseOne((right[0], *wrong.values()))
    if TypeText in bodies:
        return TypeText(gap.options, typos=body.typos, patterns=True, spellings=body.spellings)
    return None


def number(text: str) -> NumberOption:
    """Return exactly this number, as right."""
    value = Fraction(text)
    return NumberOption(value, value, _RIGHT, answer=value)


def exact_blanks(question: Foreign, ledger: Ledger) -> Foreign | None:
    """Leave out patterns and foreseen wrong words of blanks, for a format that lists exact right texts.

    None, with an entry in the ledger, if nothing is left of a blank.
    """
    body = question.body
    if not isinstance(body, FillIn):
        return question
    parts: list[str | Gap] = []
    for part in body.parts:
        if isinstance(part, str):
            parts.append(part)
            continue
        kept = tuple(one for one in part.options if one.weight == 1 and not is_pattern(one.text))
        if any(is_pattern(one.text) for one in part.options):
            ledger.changed(question.origin, "pattern", "patterns cannot be written there; other words stay")
        if any(one.weight < 1 for one in part.options):
            ledger.changed(question.origin, "reject", "foreseen wrong answers have no place there")
        if not kept:
            ledger.dropped(question.origin, "cloze", "a blank accepts only a pattern, which cannot be written there")
            return None
        parts.append(replace(part, options=kept))
    return replace(question, body=replace(body, parts=tuple(parts)))
