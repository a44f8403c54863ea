"""Sums and means over the wrong axis, or not taken at all."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, near

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
                return Explanation(text, 15)
    return None


def over_reduced(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise one number where a row (or more) is expected: the sum or the mean was taken over all axes."""
    if got.size != 1 or expected.ndim == 0 or distinct(expected) < 2:
        return None
    for word, value in (("sum", expected.sum()), ("mean", expected.mean())):
        if value and near(np.asarray(value), got.reshape(()), context):
            text = (
                f"{context.subject} is one number, the {word} of all entries of the expected one. np.{word} without an "
                "axis adds up everything: name the axis over which to add (axis=0 for the rows of a batch)."
            )
            return Explanation(text, 15)
    return None


def every_pair(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a table of all pairs whose diagonal is the expected result: (N,) met (N, 1), or `p[:, y]`."""
    if expected.ndim != 1 or got.shape != expected.shape * 2 or distinct(expected) < 3:
        return None
    if not near(expected, np.diagonal(got), context):
        return None
    n = expected.shape[0]
    fact = f"{context.subject} is a table of shape ({n}, {n}), and its diagonal is the expected result. "
    if _of_one_row_and_one_column(got, context):
        cause = (
            f"It looks as if an array of shape ({n},) met one of shape ({n}, 1): NumPy combined every entry "
            "with every other. Give both the same shape first."
        )
    else:
        cause = (
            "Perhaps [:, y] stands where [np.arange(N), y] is meant (one column in each row), or a matrix product "
            "where row times row is meant."
        )
    return Explanation(fact + cause, 15)


def _of_one_row_and_one_column(table: Array, context: Context) -> bool:
    """Say if a table is a row plus a column, or a row times a column, in every entry."""
    row, column, corner = table[:1], table[:, :1], table[0, 0]
    if distinct(row) < 2 or distinct(column) < 2:
        return False
    return near(row + column - corner, table, context) or (corner != 0 and near(row * column / corner, table, context))


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
    return Explanation(text, 14)


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
            return Explanation(text, 18)
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
