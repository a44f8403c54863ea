"""Rounded, cut to whole numbers, wrapped around, or computed in float32."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, number_text

FAMILY = "precision"


def whole_numbers(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise fractions cut off: an integer array was written to, or // was used."""
    if got.shape != expected.shape or is_plain(expected) or not is_plain(got) or np.abs(expected).max() < 1:
        return None
    if distinct(expected) < 3 or distinct(got) < 2:
        return None
    for theory, how in (
        (np.trunc(expected), "cut off"),
        (np.floor(expected), "rounded down"),
        (np.rint(expected), "rounded"),
    ):
        if (theory == got).all():
            text = (
                f"{context.subject} is the expected one {how} to whole numbers. An array of integers was written to, "
                "or // divides where / is meant: make the array with dtype float."
            )
            return Explanation(text, FAMILY, 16)
    return None


def wrapped(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise uint8 arithmetic: everything modulo 256."""
    if got.shape != expected.shape or not is_plain(expected) or distinct(expected) < 2:
        return None
    if ((expected >= 0) & (expected < 256)).all() or not (np.mod(expected, 256) == got).all():
        return None
    text = (
        f"{context.subject} wraps around at 256, as uint8 does (250 + 10 gives 4). "
        "Turn the images into floats before you calculate with them."
    )
    return Explanation(text, FAMILY, 16)


def rounded(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise rounding to a few decimals."""
    if got.shape != expected.shape or distinct(expected) < 3 or distinct(got) < 2:
        return None
    for decimals in range(1, 7):
        theory = np.round(expected, decimals)
        if (theory == got).all() or np.allclose(theory, got, rtol=1e-12, atol=0):
            text = f"{context.subject} is rounded to {decimals} decimals. Return the numbers as they are."
            return Explanation(text, FAMILY, 50)
    return None


def float32(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise results right to about seven digits, in numbers that float32 can hold."""
    if got.shape != expected.shape or distinct(expected) < (3 if expected.size > 1 else 1) or is_plain(got):
        return None
    scale = float(np.abs(expected).max())
    if float(np.abs(got - expected).max()) > 4e-6 * scale or (got.astype(np.float32) != got).any():
        return None
    text = (
        f"{context.subject} agrees to about 7 digits: it was computed in float32. "
        "Keep float64 all the way if float64 comes in."
    )
    return Explanation(text, FAMILY, 80)


def small_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise results that are nearly right everywhere: what a small constant in a division or logarithm does."""
    if got.shape != expected.shape or distinct(expected) < 3 or (expected == 0).any():
        return None
    apart = float(np.abs((got - expected) / expected).max())
    if not 1e-8 < apart < 1e-4:
        return None
    text = (
        f"{context.subject} is nearly right: the largest relative error is {number_text(float(f'{apart:.1g}'))}, too "
        "much for rounding in float64. A small constant (like 1e-8) that is added or missing does this; "
        "so does float32 on the way, and a difference quotient that uses one side only."
    )
    return Explanation(text, FAMILY, 85)
