"""Numbers in QTI 1.2: exact, with a margin, as a range; and calculated questions, whose variants are listed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from dlquiz.exchange.formats.qti.decimal import fraction
from dlquiz.exchange.formats.qti.qti12_score import Condition, Scoring
from dlquiz.exchange.neutral import Body, Foreign, Note, NumberOption, TypeNumber, Unreadable
from dlquiz.exchange.xmlsafe import Element

_MOST = 200


def numbers(scoring: Scoring, box: str, shown: Callable[[Sequence[str]], str]) -> Body:
    """Return what numbers a box accepts."""
    answers = []
    general = {link for one in scoring.conditions if one.earns for link in one.shows}
    shared = {link for link in general if sum(link in one.shows for one in scoring.conditions) > 1}
    for condition in scoring.conditions:
        found = _span(condition, box)
        if not condition.sets or found is None:
            continue
        score = max(value for _, value in condition.sets)
        said = shown([link for link in condition.shows if link not in shared and link != "correct_fb"])
        answers.append(replace(found, weight=min(Fraction(1), score / scoring.best), feedback=said))
    if not answers:
        return Unreadable("numerical_question", "no number is right in the file")
    return TypeNumber(tuple(answers))


def _span(condition: Condition, box: str) -> NumberOption | None:
    exact: list[Fraction] = []
    low: list[Fraction] = []
    high: list[Fraction] = []
    for test in condition.test.walk("varequal", "vargt", "vargte", "varlt", "varlte"):
        value = fraction(test.text)
        if value is not None and test.get("respident") == box:
            {"vare": exact, "varg": low, "varl": high}[test.name[:4]].append(value)
    if low and high and min(low) <= max(high):
        answer = exact[0] if exact else None
        ranged = answer is None and low != high
        return NumberOption(min(low), max(high), Fraction(0), answer=answer, as_range=ranged)
    if exact:
        return NumberOption(exact[0], exact[0], Fraction(0), answer=exact[0])
    return None


def calculated(item: Element, question: Foreign) -> list[Foreign]:
    """Return one question for each listed variant of a calculated question; the formula itself is not used."""
    extension = next(item.walk("calculated"), None)
    sets = list(extension.walk("var_set")) if extension is not None else []
    tolerance = extension.text_at("answer_tolerance") if extension is not None else ""
    made: list[Foreign] = []
    for one in sets[:_MOST]:
        values = {var.get("name"): var.text.strip() for var in one.all("var")}
        answer = fraction(one.text_at("answer"))
        margin = _margin(tolerance, answer)
        if answer is None or margin is None or not values:
            continue
        stem = _filled(question.stem, values)
        if any(stem == other.stem for other in made):
            continue
        number = NumberOption(answer - margin, answer + margin, Fraction(1), answer=answer)
        made.append(replace(question, stem=stem, body=TypeNumber((number,))))
    if not made:
        return [question]
    why = f"a calculated question: each of its {len(made)} listed variants became a question, its formula was left out"
    return [replace(one, notes=(*one.notes, Note("formula", why))) for one in made]


def _filled(stem: str, values: Mapping[str, str]) -> str:
    """Put values in the place of ``[names]``."""
    return re.sub(r"\[\s*(\w+)\s*\]", lambda match: values.get(match[1], match[0]), stem)


def _margin(tolerance: str, answer: Fraction | None) -> Fraction | None:
    if answer is None:
        return None
    share = fraction(tolerance.strip().rstrip("%") or "0")
    if share is None or share < 0:
        return None
    return abs(answer) * share / 100 if tolerance.strip().endswith("%") else share
