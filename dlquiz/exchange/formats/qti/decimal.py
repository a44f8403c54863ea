"""Numbers in foreign files, exactly."""

import re
from fractions import Fraction

_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d{1,3})?")
_LONGEST = 64


def decimal(number: Fraction) -> str:
    """Write a number with a point, exactly if that takes at most 30 places."""
    if number.denominator == 1:
        return str(number.numerator)
    for places in range(1, 31):
        scaled = number * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            return f"{'-' if number < 0 else ''}{digits[:-places]}.{digits[-places:]}"
    return repr(float(number))


def fraction(text: str) -> Fraction | None:
    """Read a number; None if it is none, or too long to be meant."""
    text = text.strip()
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text):
        return None
    return Fraction(text.replace(",", "."))
