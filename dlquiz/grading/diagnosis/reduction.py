"""Sums and means over the wrong axis, or not taken at all."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, near

FAMILY = "reduction"

_SKIP = {"labels"}  # numbers of classes are not something to add up


def not_reduced(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise an array that still has the axis over which the expected one was added up."""
    if got.ndim != expected.ndim + 1 or distinct(expected) < (2 if expected.ndim else 1) or distinct(got) < 3:
        return None
    for axis in range(got.ndim):
        if got.shape[axis] < 2:
            continue
        for word, reduced in (("sum", got.sum(axis=axis)), ("mean", got.mean(axis=axis))):
            if near(expected, reduced, context):
                text = (
                    f"{context.subject} still has one axis too many: take the {word} over axis {axis}, "
                    f"and you have the expected one, of shape {expected.shape}."
                )
                return Explanation(text, FAMILY, 15)
    return None


def every_pair(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise (N,) and (N, 1) combined by broadcasting: a table of all pairs."""
    if expected.ndim != 1 or got.shape != expected.shape * 2 or distinct(expected) < 3:
        return None
    if not near(expected, np.diagonal(got), context):
        return None
    n = expected.shape[0]
    text = (
        f"{context.subject} is a table of shape ({n}, {n}), and its diagonal is the expected result. "
        f"An array of shape ({n},) met one of shape ({n}, 1), and NumPy combined every entry with every other. "
        "Give both the same shape first."
    )
    return Explanation(text, FAMILY, 15)


def repeated(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise the expected row, repeated once for every example."""
    if got.ndim != expected.ndim + 1 or got.ndim < 2 or got.shape[0] < 2 or distinct(expected) < 2:
        return None
    if not near(np.broadcast_to(expected, got.shape), got, context):
        return None
    text = (
        f"{context.subject} has shape {got.shape}: every row is the expected result of shape {expected.shape}. "
        "It is needed once, not once for every row."
    )
    return Explanation(text, FAMILY, 14)


def wrong_axis(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the array that is added up in the context, another axis, or mean for sum."""
    if distinct(expected) < (3 if expected.size > 2 else 1) or (expected.size <= 2 and is_plain(expected)):
        return None
    for key, array in context.arrays().items():
        if key in _SKIP or array.ndim < 2 or array.size <= expected.size:
            continue
        right = _reductions(array, expected, context)
        if not right:
            continue
        wrong = [way for way in _reductions(array, got, context) if way not in right]
        if wrong:
            text = f"{context.subject} is the {wrong[0]} of {key}; expected the {right[0]}."
            return Explanation(text, FAMILY, 18)
    return None


def _reductions(array: Array, target: Array, context: Context) -> list[str]:
    """Return the sums, means and maxima of ``array`` that give ``target``, in words; kept axes are ignored."""
    flat = target.squeeze()
    ways: list[str] = []
    axes: tuple[int | None, ...] = (*range(array.ndim), None)
    for word, function in (("sum", np.sum), ("mean", np.mean), ("maximum", np.max)):
        for axis in axes:
            value = np.asarray(function(array, axis=axis), dtype=np.float64)
            if near(value.squeeze(), flat, context):
                ways.append(f"{word} over axis {axis}" if axis is not None else f"{word} over all entries")
    return ways
