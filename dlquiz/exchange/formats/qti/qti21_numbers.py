"""Numbers in QTI 2.x: exact, with a margin, or between bounds, as the declarations and the rules say."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from dlquiz.exchange.formats.qti.decimal import fraction
from dlquiz.exchange.neutral import NumberOption
from dlquiz.exchange.xmlsafe import Element

_BOUNDS = ("gte", "gt", "lte", "lt")


def number_options(
    processing: Element | None, declared: Element, correct: Sequence[str], weights: Mapping[str, Fraction]
) -> tuple[NumberOption, ...]:
    """Return what numbers a response accepts: by the rules about it, else its right answer, else its mapping."""
    answer = fraction(correct[0]) if correct else None
    found = list(_spans(processing, declared.get("identifier"), answer)) if processing is not None else []
    if not found and answer is not None:
        found = [NumberOption(answer, answer, Fraction(1), answer=answer)]
    if not found:
        keys = ((fraction(key), weight) for key, weight in weights.items())
        found = [NumberOption(k, k, weight, answer=k) for k, weight in keys if k is not None]
    return tuple(found)


def _spans(processing: Element, name: str, answer: Fraction | None) -> Iterator[NumberOption]:
    for rule in processing.walk("equal"):
        if answer is not None and _is_about(rule, name) and not rule.first("mapResponse"):
            margins = [fraction(part) for part in rule.get("tolerance").split()] or [Fraction(0)]
            low, high = margins[0], margins[-1]
            if low is None or high is None:
                continue
            if rule.get("toleranceMode") == "relative":
                low, high = abs(answer) * low / 100, abs(answer) * high / 100
            yield NumberOption(answer - low, answer + high, Fraction(1), answer=answer)
    ends: dict[str, list[Fraction]] = {bound: [] for bound in _BOUNDS}
    for rule in processing.walk(*_BOUNDS):
        if _is_about(rule, name):
            values = [fraction(one.text) for one in rule.all("baseValue")]
            ends[rule.name] += [value for value in values if value is not None]
    lows, highs = ends["gte"] + ends["gt"], ends["lte"] + ends["lt"]
    if len(lows) == len(highs) == 1 and lows[0] <= highs[0]:
        inside = answer if answer is not None and lows[0] <= answer <= highs[0] else None
        middle = (lows[0] + highs[0]) / 2
        yield NumberOption(lows[0], highs[0], Fraction(1), answer=inside or middle, as_range=True)


def _is_about(rule: Element, name: str) -> bool:
    names = {one.get("identifier") for one in rule.walk("variable", "correct")} - {""}
    return not names or name in names
