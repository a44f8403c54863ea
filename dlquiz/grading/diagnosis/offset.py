"""Everything plus something: a bias that is missing or added twice, a constant."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, near, number_text


def bias(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise that the named bias is missing, doubled, subtracted or added along the wrong axis."""
    b = context.array("bias")
    if b is None or not b.any() or got.shape != expected.shape or not got.any():
        return None
    try:
        row = np.broadcast_to(b, expected.shape)
    except ValueError:
        return None
    for times, text in _BIAS:
        if near(expected + times * row, got, context):
            return Explanation(f"{context.subject} {text}", 19)
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1] == b.size and len(np.unique(b)) > 1:
        turned = b.reshape(-1, 1)
        if near(expected - row + turned, got, context):
            text = (
                f"{context.subject} has the bias added along the wrong axis: "
                "b[j] belongs to column j, the same for every row."
            )
            return Explanation(text, 11)  # where X @ W is symmetric, the result is also a transpose
    return None


def same_row(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise that every row differs by the same numbers: what a missing bias looks like when nobody named it."""
    if expected.ndim != 2 or got.shape != expected.shape or expected.shape[0] < 2 or distinct(expected) < 4:
        return None
    apart = (got - expected)[0]
    if distinct(apart) < 2 or not _larger_than_rounding(apart, expected, context):
        return None
    # A table of equal rows stays one when anything is done to it: it proves nothing.
    if near(np.broadcast_to(expected[0], expected.shape), expected, context):
        return None
    if not near(expected + apart, got, context):
        return None
    text = (
        f"Every row of your {context.own} differs from the expected one by the same numbers. Look for one row of "
        f"numbers that is added or subtracted{'' if context.is_gradient else ' (a bias, a mean)'}: it may be missing, "
        "there twice, or not the right one."
    )
    return Explanation(text, 36)


def constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise one number added everywhere."""
    if got.shape != expected.shape or distinct(expected) < 3:
        return None
    apart = got - expected
    c = float(np.median(apart))
    if not _larger_than_rounding(np.array([c]), expected, context) or not near(expected + c, got, context):
        return None
    shown = number_text(abs(c))
    text = (
        f"{context.subject} is {shown} too {'large' if c > 0 else 'small'} in every entry. "
        "Look for one constant that is added or subtracted and should not be, or that is missing."
    )
    return Explanation(text, 62)


_BIAS = (
    (-1, "is the expected one without the bias. Add b to every row."),
    (1, "is the expected one plus the bias. Perhaps it is added twice: once is enough."),
    (-2, "is the expected one with the bias subtracted instead of added."),
)


def _larger_than_rounding(apart: Array, expected: Array, context: Context) -> bool:
    scale = float(np.max(np.abs(expected), initial=0.0))
    return bool(np.max(np.abs(apart)) > 100 * (context.atol + max(context.rtol, 1e-7) * scale))
