"""Marking a number with an optional unit: ``numeric``."""

from fractions import Fraction

from dlquiz.model.quiz import Numeric
from dlquiz.quiz import numbers
from dlquiz.quiz.mark import Answer, Mark, OptionFeedback, as_text, right, unclear, wrong
from dlquiz.quiz.text import printable


def mark_numeric(question: Numeric, answer: Answer, lang: str = "en") -> Mark:
    """Mark a number.

    The value must lie within the tolerance (ends included), compared exactly, without rounding. A unit is
    converted if both are known (``4096 KiB`` is ``4 MiB``); the mark says whether the number, the unit or both
    are wrong.
    """
    text = as_text(answer)
    if text is None:
        return unclear("Please give one number.")
    # A real number from a JSON file is written with a point, whatever the language.
    found = numbers.read(text, lang if isinstance(answer, str) else "en")
    if isinstance(found, numbers.Unreadable):
        return unclear(found.why)
    if len(found) > 1:
        either = " or ".join(numbers.written(r.value, lang) for r in found)
        return unclear(
            f"“{text.strip()}” can be read in two ways: {either}. Please write the number you mean like that."
        )
    return _mark_reading(question, found[0], lang)


def _mark_reading(question: Numeric, reading: numbers.Reading, lang: str) -> Mark:
    wanted = question.unit or ""
    if wanted and not reading.unit:
        if numbers.unit(wanted) != numbers.unit(""):
            return unclear("Please write the unit after your number.")
        wanted = ""
    value, same_unit = _convert(reading, wanted)
    if value is None:
        if not wanted:
            return unclear(f"“{printable(reading.unit)}” was not expected here. Please write just the number.")
        return _other_unit(question, reading)
    if _fits(question, value):
        return right()
    as_typed = _fits(question, reading.value)
    if as_typed and not same_unit:
        return wrong(
            f"The number is right, but the unit is not: “{printable(reading.unit)}” should be “{wanted or 'no unit'}”."
        )
    near = _foreseen(question, value)
    is_wrong = "The unit is right, but the number is not. " if wanted and same_unit else ""
    return wrong(f"{is_wrong}The answer is {shown_number(question, lang)}.", near)


def _convert(reading: numbers.Reading, wanted: str) -> tuple[Fraction | None, bool]:
    """Return the value in the wanted unit, or None if they measure different things; and if they are one unit."""
    ours, theirs = numbers.unit(wanted), numbers.unit(reading.unit)
    if ours is None or theirs is None:
        same = numbers.same_word(wanted, reading.unit)
        return (reading.value, True) if same else (None, False)
    if ours.quantity != theirs.quantity:
        return None, False
    return reading.value * theirs.factor / ours.factor, ours == theirs


def _other_unit(question: Numeric, reading: numbers.Reading) -> Mark:
    if _fits(question, reading.value):
        return wrong(
            f"The number is right, but the unit is not: “{printable(reading.unit)}” should be “{question.unit}”."
        )
    return wrong(f"Neither the number nor the unit is right. The answer is {shown_number(question, 'en')}.")


def exact(text: object) -> Fraction:
    """Read an author's number exactly: always with a point, never with groups. ``5%`` is 0.05."""
    plain = str(text).strip()
    if plain.endswith("%"):
        return Fraction(plain[:-1].strip()) / 100
    return Fraction(plain)


def bounds(question: Numeric, centre: Fraction | None = None) -> tuple[Fraction, Fraction]:
    """Return the smallest and largest value that count as ``centre`` (the right answer if None)."""
    middle = exact(question.answer) if centre is None else centre
    tolerance = question.tolerance
    if not isinstance(tolerance, str | int | float):
        low, high = (exact(end) for end in tolerance)
        return (min(low, high), max(low, high)) if centre is None else (middle, middle)
    text = str(tolerance).strip()
    width = abs(exact(text)) * abs(middle) if text.endswith("%") else abs(exact(text))
    return middle - width, middle + width


def _fits(question: Numeric, value: Fraction) -> bool:
    low, high = bounds(question)
    return low <= value <= high


def _foreseen(question: Numeric, value: Fraction) -> tuple[OptionFeedback, ...]:
    """Return the author's words for a wrong number that was foreseen; the nearest one, if several fit."""
    found = []
    for key, why in question.near.items():
        centre = exact(key)
        low, high = bounds(question, centre)
        if low <= value <= high:
            found.append((abs(value - centre), OptionFeedback(str(key), True, False, why)))
    return tuple(feedback for _, feedback in sorted(found, key=lambda pair: pair[0])[:1])


def shown_number(question: Numeric, lang: str) -> str:
    """Write the right number with its unit, without its tolerance."""
    value = numbers.written(exact(question.answer), lang)
    return f"{value} {question.unit}" if question.unit else value


def shown_answer(question: Numeric, lang: str = "en") -> str:
    """Write the right answer, with its tolerance, for a person."""
    low, high = bounds(question)
    if low == high:
        return shown_number(question, lang)
    return f"{shown_number(question, lang)} (from {numbers.written(low, lang)} to {numbers.written(high, lang)} counts)"
