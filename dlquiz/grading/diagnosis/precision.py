"""Rounded, cut to whole numbers, wrapped around, or computed in float32."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, number_text


def whole_numbers(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise fractions cut off: an integer array was written to, or // was used."""
    if got.shape != expected.shape or is_plain(expected) or not is_plain(got) or np.abs(expected).max() < 1:
        return None
    if distinct(expected) < 3 or distinct(got) < 2:
        return None
    for theory, how, cause in (
        (np.trunc(expected), "cut off", _CUT_OFF),
        (np.floor(expected), "rounded down", "Often // divides where / is meant. "),
        (np.rint(expected), "rounded", "Is there a np.round, a np.rint or a round(…) too many? "),
    ):
        if (theory == got).all():
            text = f"{context.subject} is the expected one {how} to whole numbers. {cause}Return the fractions, too."
            return Explanation(text, 16)
    return None


_CUT_OFF = "Often an array of integers was written to (make it with dtype float), or // divides where / is meant. "


def wrapped(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise uint8 arithmetic: everything modulo 256."""
    if got.shape != expected.shape or not is_plain(expected) or distinct(expected) < 2:
        return None
    if ((expected >= 0) & (expected < 256)).all() or not (np.mod(expected, 256) == got).all():
        return None
    what = "the images" if context.array("images") is not None else "such numbers"
    text = (
        f"{context.subject} is the expected one modulo 256: it wraps around at 256, as uint8 does (250 + 10 gives 4). "
        f"Turn {what} into another type before you calculate with them."
    )
    return Explanation(text, 16)


def rounded(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise rounding to a few decimals."""
    if got.shape != expected.shape or distinct(expected) < 3 or distinct(got) < 2:
        return None
    decimals = next((n for n in range(1, 7) if np.allclose(np.round(got, n), got, rtol=1e-12, atol=0)), None)
    # Rounding moves some entry by a good part of the last decimal. Nice numbers that are a little off are not it.
    if decimals is None or float(np.abs(got - expected).max()) < 0.05 * 10.0**-decimals:
        return None
    if not np.allclose(np.round(expected, decimals), got, rtol=1e-12, atol=0):
        return None
    text = f"{context.subject} is the expected one rounded to {decimals} decimals. Return the numbers as they are."
    return Explanation(text, 50)


def float32(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise results right to about seven digits, in numbers that float32 can hold."""
    if got.shape != expected.shape or distinct(expected) < (3 if expected.size > 1 else 1) or is_plain(got):
        return None
    scale = float(np.abs(expected).max())
    apart = got - expected
    if float(np.abs(apart).max()) > 4e-6 * scale or (got.astype(np.float32) != got).any():
        return None
    if expected.size > 2 and np.allclose(apart, apart.flat[0], rtol=1e-6, atol=0):
        return None  # rounding differs from entry to entry
    text = (
        f"{context.subject} agrees to about 7 digits, and every entry is a number that float32 can hold. "
        "Most probably it was computed in float32: keep float64 all the way if float64 comes in."
    )
    return Explanation(text, 80)


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
    return Explanation(text, 85)
