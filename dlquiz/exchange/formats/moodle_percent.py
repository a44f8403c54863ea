"""Numbers as other programs write them: Moodle's list of weights, exact decimals."""

from decimal import Decimal
from fractions import Fraction

MOODLE = tuple(
    Fraction(text)
    for text in (
        "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5 0"
    ).split()
)
"""The weights that Moodle takes, in percent; it refuses a file with any other. Negative ones are the same."""


def moodle_percent(weight: Fraction) -> str:
    """Return the weight of Moodle's list that is nearest to a share of full marks, in percent."""
    wanted = abs(weight) * 100
    nearest = min(MOODLE, key=lambda one: abs(one - wanted))
    return f"{'-' if weight < 0 and nearest else ''}{decimal(nearest)}"


def is_in_list(weight: Fraction) -> bool:
    """Return whether Moodle has this weight, rounded to its five digits."""
    return any(abs(one - abs(weight) * 100) < Fraction(1, 10_000) for one in MOODLE)


def decimal(number: Fraction) -> str:
    """Write a number exactly if it has an end, else with as many digits as a float has."""
    if number.denominator == 1 and abs(number) < 10**17:
        return str(number.numerator)
    places = 0
    while places < 20 and (number * 10**places).denominator != 1:
        places += 1
    if places < 20 and abs(number) < 10**17:
        digits = str(abs(number.numerator * 10**places // number.denominator)).rjust(places + 1, "0")
        sign = "-" if number < 0 else ""
        return f"{sign}{digits[:-places]}.{digits[-places:]}"
    # Without an exponent: some readers know none.
    return f"{Decimal(repr(float(number))):f}"
