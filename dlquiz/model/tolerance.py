"""What counts as right around a number. Exact: 0.1 + 0.2 is 0.3 here."""

from fractions import Fraction
from typing import TypeAlias

Margin: TypeAlias = float | str | tuple[float, float]
"""How far off a number may be: absolute, ``"5%"`` of it, or the range from one number to another."""


def exact(number: float | str) -> Fraction:
    """Return the decimal number as written."""
    return Fraction(str(number).strip())


def bounds(answer: float | str, tolerance: Margin) -> tuple[Fraction, Fraction]:
    """Return the smallest and the largest right number."""
    if isinstance(tolerance, tuple):
        return exact(tolerance[0]), exact(tolerance[1])
    centre = exact(answer)
    margin = abs(centre) * exact(tolerance[:-1]) / 100 if isinstance(tolerance, str) else exact(tolerance)
    return centre - margin, centre + margin


def foreseen_bounds(number: str, tolerance: Margin) -> tuple[Fraction, Fraction]:
    """Return what counts as a foreseen wrong number: a range is that of the answer, and holds for no other number."""
    return (exact(number), exact(number)) if isinstance(tolerance, tuple) else bounds(number, tolerance)
