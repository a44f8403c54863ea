"""How each kind of foreign question becomes one of ours."""

import re
from collections.abc import Sequence
from fractions import Fraction

from dlquiz.exchange.draft import Draft, NotOurs, short
from dlquiz.exchange.explained import said_to
from dlquiz.exchange.neutral import (
    ChooseMany,
    ChooseOne,
    FillIn,
    Gap,
    MatchUp,
    NumberOption,
    Option,
    Partial,
    PutInOrder,
    SortInto,
    Truth,
    TypeNumber,
    TypeText,
)
from dlquiz.exchange.verdicts import only_judges
from dlquiz.model.common import accepts
from dlquiz.model.pattern import is_pattern
from dlquiz.model.placeholders import NO_REASON
from dlquiz.quiz.folding import fold, term
from dlquiz.text import storable

_NEAR = Fraction(2, 1000)
"""Weights in files are rounded: 33.33333, 33.3."""
_NEAR_SHARE = Fraction(5, 1000)
"""Shares of several right options also to whole percents: 33, 17."""

_TRUE = frozenset({"true", "t", "wahr", "vrai", "verdadero", "vero"})
_FALSE = frozenset({"false", "f", "falsch", "faux", "falso"})


def is_full(weight: Fraction) -> bool:
    """Return whether this weight means right."""
    return weight >= 1 - _NEAR


def percent(weight: Fraction) -> str:
    """Write a weight for a person."""
    return f"{float(weight * 100):.5g}%"


def _options(draft: Draft, options: tuple[Option, ...]) -> list[Option]:
    """Return the options with tidy texts: empty ones go, and a text that stands there again."""
    found: dict[str, Option] = {}
    for option in options:
        text = storable(option.text).strip()
        key = " ".join(text.split())
        if not text:
            draft.note("option", "an option without text was left out")
        elif key in found:
            draft.note("repeated option", f"'{short(text)}' stands there twice")
        else:
            found[key] = Option(text, option.weight, storable(option.feedback).strip())
    return list(found.values())


def choose_one(draft: Draft, body: ChooseOne) -> None:
    """Make ``choice``; ``truefalse`` if the options are just true and false."""
    options = _options(draft, body.options)
    right = [one for one in options if is_full(one.weight)]
    if not right:
        best = max(options, key=lambda one: one.weight, default=None)
        if best is None or best.weight <= 0:
            raise NotOurs("choice", "its right option has no text" if _right_is_blank(body) else "no option is right")
        draft.note("partial credit", f"'{short(best.text)}' earns {percent(best.weight)} in the file, here all")
        right = [best]
    key, others = right[0], right[1:]
    if others:
        listed = ", ".join(f"'{short(one.text)}'" for one in others)
        draft.note("another right option", f"a choice has one right option here; left out: {listed}")
    wrong = [one for one in options if one is not key and one not in others]
    if not wrong:
        raise NotOurs("choice", "there is no wrong option to choose")
    words = {one.text.casefold().rstrip(".") for one in options}
    if len(options) == 2 and words & _TRUE and words & _FALSE:
        is_true = key.text.casefold().rstrip(".") in _TRUE
        other = wrong[0]
        body_ = Truth(is_true, *((key.feedback, other.feedback) if is_true else (other.feedback, key.feedback)))
        draft.note("kind", "the options are just true and false: it is a truefalse question here", loss=False)
        truth(draft, body_)
        return
    _say_weights(draft, wrong)
    _say_order(draft, body)
    draft.kind = "choice"
    draft.praise(key.feedback, "the right option")
    draft.fields |= {"right": key.text, "wrong": draft.reasons([(one.text, one.feedback) for one in wrong])}


def _right_is_blank(body: ChooseOne | ChooseMany) -> bool:
    return any(one.weight > 0 and not one.text.strip() for one in body.options)


def _say_order(draft: Draft, body: ChooseOne | ChooseMany) -> None:
    if body.fixed:
        draft.note("order of options", "it is fixed in the file; here options are shuffled")


def _say_weights(draft: Draft, wrong: list[Option]) -> None:
    for one in wrong:
        if one.weight > 0:
            draft.note("partial credit", f"'{short(one.text)}' earns {percent(one.weight)} in the file, here nothing")
        elif one.weight < 0:
            draft.note("penalty", f"'{short(one.text)}' costs {percent(-one.weight)} in the file, here nothing")


def choose_many(draft: Draft, body: ChooseMany) -> None:
    """Make ``multi``."""
    options = _options(draft, body.options)
    right = [one for one in options if one.weight > 0]
    wrong = [one for one in options if one.weight <= 0]
    if not right and _right_is_blank(body):
        raise NotOurs("multi", "its right options have no text")
    if not right:
        raise NotOurs("multi", "no option is right, and our questions have at least one right option")
    if not wrong:
        raise NotOurs("multi", "every option is right, and our questions have at least one wrong option")
    _say_order(draft, body)
    draft.kind = "multi"
    reasons = {one.text: one.feedback or None for one in right}
    draft.fields |= {
        "right": reasons if any(reasons.values()) else list(reasons),
        "wrong": draft.reasons([(one.text, one.feedback) for one in wrong]),
        "partial": _by_weights(draft, right, wrong) if body.partial == "weights" else partial_of(draft, body, "net"),
    }


def _by_weights(draft: Draft, right: list[Option], wrong: list[Option]) -> Partial:
    share = Fraction(1, len(right))
    if any(abs(one.weight - share) > _NEAR_SHARE for one in right):
        draft.note("weights", "the right options do not weigh the same in the file; here they do")
    if all(one.weight == 0 for one in wrong):
        why = "ticking a wrong option costs nothing in the file; here it costs as much as a right one earns"
        draft.note("partial credit", why)
    elif any(abs(one.weight + share) > _NEAR_SHARE for one in wrong):
        draft.note("partial credit", "a wrong option costs more or less in the file than a right one earns; here not")
    return "net"


def partial_of(draft: Draft, body: ChooseMany | MatchUp | PutInOrder | SortInto | FillIn, *also: str) -> Partial:
    """Return how a partly right answer scores, if ours can do the same; else ``each``."""
    if body.partial in ("all", "each", *also):
        return body.partial
    draft.note("partial credit", "the file counts partly right answers in another way; here each part counts the same")
    return "each"


def truth(draft: Draft, body: Truth) -> None:
    """Make ``truefalse``; what is said to either answer stands in the explanation, which everybody reads."""
    right, wrong = (body.if_true, body.if_false) if body.answer else (body.if_false, body.if_true)
    draft.kind = "truefalse"
    draft.fields["answer"] = "true" if body.answer else "false"
    draft.praise(right, "the right answer")
    mistaken = draft.explaining(wrong, "the wrong answer")
    if mistaken:
        draft.explain(said_to(not body.answer, mistaken))
        draft.note("moved", "what the file says to the wrong answer stands in the explanation", loss=False)


def as_accepted(text: str, *, wildcards: bool = False, patterns: bool = False) -> str:
    r"""Write a foreign right text for ``accept``: ``col*r`` becomes ``/col.*r/``, and ``/x/`` is not a pattern."""
    text = " ".join(storable(text).split())
    if wildcards and re.search(r"(?<!\\)\*", text):
        parts = [re.escape(part.replace("\\*", "*")) for part in re.split(r"(?<!\\)\*", text)]
        return f"/{'.*'.join(parts)}/"
    text = text.replace("\\*", "*") if wildcards else text
    return f"/{re.escape(text)}/" if is_pattern(text) and not patterns else text


def type_text(draft: Draft, body: TypeText) -> None:
    """Make ``short``."""
    accept: list[str] = []
    others: list[Option] = []
    for one in body.options:
        if body.wildcards and one.text.strip() == "*" and not is_full(one.weight):
            if one.feedback or one.weight:
                draft.note("any other answer", "what the file says or gives to any other answer was left out")
            continue
        text = as_accepted(one.text, wildcards=body.wildcards, patterns=body.patterns)
        if not text:
            draft.note("answer", "an answer without text was left out")
        elif is_full(one.weight):
            accept += [text] if text not in accept and not _other_spelling(text, accept) else []
            draft.praise(one.feedback, "a right answer")
        else:
            others.append(Option(text, one.weight, one.feedback))
    if not accept:
        raise NotOurs("short", "no answer earns full marks")
    rejected = []
    _say_weights(draft, others)
    for one in others:
        if any(_accepts(text, one.text) for text in accept):
            draft.note("answer", f"'{short(one.text)}' is right by another line, which counts here")
        else:
            rejected.append((one.text, one.feedback))
    if body.case_sensitive:
        draft.note("capital letters", "they matter in the file; here they never do")
    draft.kind = "short"
    draft.fields |= {"accept": accept, "typos": body.typos, "reject": draft.reasons(rejected)}
    _leave_out_empty(draft, "typos", "reject")


def _other_spelling(text: str, accept: Sequence[str]) -> bool:
    """Return whether a text is a term that is accepted already, joined or spelled in another way."""
    words = [one for one in accept if not is_pattern(one)]
    return not is_pattern(text) and any(fold(text) != fold(one) and term(text) == term(one) for one in words)


def _accepts(text: str, answer: str) -> bool:
    try:
        return accepts(text, answer)
    except ValueError:  # a pattern that we refuse: the model says so
        return False


def _leave_out_empty(draft: Draft, *names: str) -> None:
    for name in names:
        if not draft.fields[name]:
            del draft.fields[name]


def written(number: Fraction) -> str:
    """Write a number as our files have it; `NotOurs` if it is too large."""
    try:
        value = float(number)
    except OverflowError:
        raise NotOurs("numeric", "a number in it is too large") from None
    if number.denominator == 1 and abs(number) < 10**15:
        return str(number.numerator)
    return repr(value)


def type_number(draft: Draft, body: TypeNumber) -> None:
    """Make ``numeric``: the first answer with full marks counts, and what overlaps it."""
    full = [one for one in body.answers if is_full(one.weight)]
    if not full:
        raise NotOurs("numeric", "no answer earns full marks")
    key, low, high = full[0], full[0].low, full[0].high
    draft.praise(key.feedback, "the right answer")
    for one in full[1:]:
        if one.low <= high and one.high >= low:
            low, high = min(low, one.low), max(high, one.high)
            draft.praise(one.feedback, "the right answer")
        else:
            draft.note("another right answer", f"one number or range is right here; left out: {_span(one)}")
    middle = (low + high) / 2
    answer = key.answer if key.answer is not None else middle
    draft.kind = "numeric"
    draft.fields["answer"] = written(answer)
    if low != high:
        ranged = key.as_range or answer != middle
        draft.fields["tolerance"] = [written(low), written(high)] if ranged else written(high - middle)
    if body.unit:
        draft.fields["unit"] = storable(body.unit).strip()
    near = _near(draft, [one for one in body.answers if not is_full(one.weight)], low, high)
    if near:
        draft.fields["near"] = near


def _near(draft: Draft, others: list[NumberOption], low: Fraction, high: Fraction) -> dict[str, str]:
    near: dict[str, str] = {}
    for one in others:
        if one.weight > 0:
            draft.note("partial credit", f"{_span(one)} earns {percent(one.weight)} in the file, here nothing")
        elif one.weight < 0:
            draft.note("penalty", f"{_span(one)} costs {percent(-one.weight)} in the file, here nothing")
        key = one.answer if one.answer is not None else (one.low + one.high) / 2
        text = written(key)
        if not one.feedback and one.weight <= 0:
            continue  # wrong without a word: so is every other number
        if low <= key <= high or text in near:
            if one.feedback:
                draft.note("feedback", f"what is said to {_span(one)} was left out: another line holds there")
        elif one.high - one.low > max(2 * (high - low), abs(key) / 20):
            if one.feedback:
                draft.note("feedback", f"what is said to a whole range, {_span(one)}, was left out")
        else:
            if one.high - one.low != high - low:
                why = f"what is said to {_span(one)} is said to numbers around {text}, as near as a right one must be"
                draft.note("feedback", why, loss=False)
            near[text] = storable(one.feedback).strip() or draft.fill("reason for a wrong answer", NO_REASON)
    return near


def _span(one: NumberOption) -> str:
    if one.low == one.high:
        return f"{float(one.low):g}"
    return f"{float(one.low):g} to {float(one.high):g}"


def match_up(draft: Draft, body: MatchUp) -> None:
    """Make ``match``; ``categorise`` if several terms have the same meaning."""
    pairs = [(storable(term).strip(), storable(meaning).strip()) for term, meaning in body.pairs]
    terms = [" ".join(term.split()) for term, _ in pairs]
    if len(set(terms)) < len(terms):
        raise NotOurs("match", "a term stands there twice")
    if len(pairs) < 2:
        raise NotOurs("match", "there are fewer than two pairs")
    meanings = [" ".join(meaning.split()) for _, meaning in pairs]
    partial = partial_of(draft, body)
    if len(set(meanings)) < len(meanings):
        groups: dict[str, list[str]] = {}
        for (term, _), meaning in zip(pairs, meanings, strict=True):
            groups.setdefault(meaning, []).append(term)
        for one in body.extra:
            groups.setdefault(" ".join(storable(one.text).split()), [])
        draft.kind = "categorise"
        draft.fields |= {"groups": groups, "why": _about_terms(body), "partial": partial}
        _leave_out_empty(draft, "why")
        draft.note("kind", "several terms have the same meaning: it is a categorise question here", loss=False)
        return
    extra = {storable(one.text).strip(): one.feedback for one in body.extra}
    extra = {text: why for text, why in extra.items() if " ".join(text.split()) not in meanings}
    draft.kind = "match"
    reasons = {text: storable(why).strip() or None for text, why in extra.items()}
    draft.fields |= {
        "pairs": dict(pairs),
        "extra": reasons if any(reasons.values()) else list(reasons),
        "why": _about_terms(body),
        "partial": partial,
    }
    _leave_out_empty(draft, "extra", "why")


def _about_terms(body: MatchUp) -> dict[str, str]:
    said = ((storable(term).strip(), storable(text).strip()) for term, text in body.why)
    return {term: text for term, text in said if text and not only_judges(text)}


def fill_in(draft: Draft, body: FillIn) -> None:
    """Make ``cloze``; ``numeric`` of a text with one gap for a number, whose tolerance a blank would lose."""
    if len(body.gaps) == 1 and body.gaps[0].numbers and not body.gaps[0].options:
        _number_in_text(draft, body)
        return
    rejected: dict[str, str] = {}
    bank = {storable(one.text).strip(): one.feedback for one in body.wrong}
    written_parts = []
    listed = [gap.listed for gap in body.gaps]
    if any(listed) and not all(listed):
        draft.note("lists to choose from", "some blanks are chosen from a list in the file; here all are typed")
    if len(listed) > 1 and all(listed) and not body.wrong:
        draft.note("lists to choose from", "each blank has its own list in the file; here they share one")
    for part in body.parts:
        if isinstance(part, str):
            written_parts.append(re.sub(r"\[\[", "[ [", re.sub(r"\]\]", "] ]", storable(part))))
        else:
            written_parts.append(_blank(draft, part, bank if all(listed) else rejected, patterns=body.patterns))
    fits = [part.casefold() for part in _all_right(body)]
    stem = f"{draft.fields['stem']}\n\n" if draft.fields["stem"] else ""
    draft.kind = "cloze"
    draft.fields["stem"] = (stem + "".join(written_parts)).strip()
    for name, words in (("wrong", bank), ("reject", rejected)):
        found = [(text, why) for text, why in words.items() if text.casefold() not in fits]
        draft.fields[name] = draft.reasons(found)
    draft.fields |= {"typos": body.typos, "partial": partial_of(draft, body)}
    _leave_out_empty(draft, "wrong", "reject", "typos")


def _number_in_text(draft: Draft, body: FillIn) -> None:
    text = "".join(part if isinstance(part, str) else "____" for part in body.parts)
    draft.fields["stem"] = "\n\n".join(part for part in (draft.fields["stem"], storable(text).strip()) if part)
    draft.note("kind", "a text with one blank for a number is a numeric question here", loss=False)
    type_number(draft, TypeNumber(body.gaps[0].numbers))


def _all_right(body: FillIn) -> list[str]:
    return [" ".join(one.text.split()) for gap in body.gaps for one in gap.options if is_full(one.weight)]


def _blank(draft: Draft, gap: Gap, wrong: dict[str, str], *, patterns: bool) -> str:
    variants: list[str] = []
    for one in gap.options:
        text = as_accepted(one.text, patterns=patterns)
        if not text or text == "*":
            draft.note("any other answer", "what the file says to any other answer was left out")
        elif is_full(one.weight):
            variants += [text] if not _other_spelling(text, variants) else []
            draft.praise(one.feedback, "a right answer")
        else:
            if one.weight > 0:
                draft.note("partial credit", f"'{short(text)}' earns {percent(one.weight)} in the file, here nothing")
            if one.feedback or gap.listed:
                wrong.setdefault(text, one.feedback)
    for number in gap.numbers:
        if is_full(number.weight):
            text = written(number.answer if number.answer is not None else number.low)
            if number.low != number.high:
                draft.note("tolerance", f"a blank takes only exact texts here, not {_span(number)}")
            else:
                draft.note("number", f"a blank compares letters: another spelling of {text} is wrong here")
            variants.append(text)
    if not variants:
        raise NotOurs("cloze", "a blank has no answer that earns full marks")
    if any("|" in text or "]]" in text or "[[" in text for text in variants):
        raise NotOurs("cloze", "an answer of a blank holds | or brackets, which mark blanks here")
    return f"[[{'|'.join(dict.fromkeys(variants))}]]"
