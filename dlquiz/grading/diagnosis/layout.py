"""The right numbers in the wrong places: transposed, swapped axes, another shape, another order."""

import math
from itertools import permutations

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_one_hot, is_plain, near


def other_shape(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise the same numbers in the same order, in an array of another shape."""
    if expected.shape == got.shape or expected.size != got.size or not distinct(expected):
        return None
    if expected.size > 1 and distinct(expected) < 2:
        return None
    if not near(expected.ravel(), got.ravel(), context):
        return None
    wanted = "a single number" if expected.ndim == 0 else f"shape {expected.shape}"
    cause = _shape_cause(expected, got)
    text = f"{context.subject} has the right values, but shape {got.shape}; expected {wanted}. {cause}"
    return Explanation(text, 10)


def missing_columns(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a table without its last columns, which hold only zeros: one-hot rows as wide as the largest label."""
    if expected.ndim != 2 or got.ndim != 2 or got.shape[0] != expected.shape[0] or got.shape[1] >= expected.shape[1]:
        return None
    width = got.shape[1]
    if width < 2 or distinct(got) < 1 or expected[:, width:].any() or not near(expected[:, :width], got, context):
        return None
    lost = expected.shape[1] - width
    text = (
        f"{context.subject} has {width} columns, expected {expected.shape[1]}. What is there is right; the last "
        f"{'column is' if lost == 1 else f'{lost} columns are'} missing, which "
        f"{'holds' if lost == 1 else 'hold'} only zeros here."
    )
    if is_one_hot(expected):
        text += " Take the width from the number of classes, not from the largest label in the batch."
    return Explanation(text, 11)


def transposed(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise rows and columns exchanged."""
    if expected.ndim != 2 or min(expected.shape) < 2:
        return None
    # Ones and zeros prove little, but not if the shape is the exchanged one, too.
    if distinct(expected) < 3 and not (is_one_hot(expected) and got.shape != expected.shape):
        return None
    if near(expected, expected.T, context) or not near(expected.T, got, context):
        return None
    text = (
        f"{context.subject} is the transpose of the expected one: its rows are the expected columns. "
        "Look for a .T that is missing or too many, for two lengths or two indices in the other order, or for a matrix "
        "product whose two factors are exchanged."
    )
    return Explanation(text, 12)


def swapped_axes(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise the axes of an array with three to five axes in another order."""
    if not 3 <= expected.ndim <= 5 or got.ndim != expected.ndim or distinct(expected) < 4:
        return None
    for axes in permutations(range(expected.ndim)):
        moved = expected.transpose(axes)
        if axes == tuple(range(expected.ndim)) or moved.shape != got.shape:
            continue
        if near(moved, got, context) and not (moved.shape == expected.shape and near(moved, expected, context)):
            back = tuple(int(i) for i in np.argsort(axes))
            text = (
                f"{context.subject} has the right values with its axes in another order: "
                f"transpose{back} of yours gives the expected one."
            )
            return Explanation(text, 13)
    return None


def reshaped_instead_of_transposed(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise ``reshape`` where axes have to be moved: ``.T``, or the channels of images to the front."""
    if not 2 <= expected.ndim <= 4 or got.shape != expected.shape or distinct(expected) < 4:
        return None
    if near(np.sort(expected, axis=None), np.sort(got, axis=None), context):
        for axes in permutations(range(expected.ndim)):
            moved = expected.transpose(axes).ravel()
            if near(moved, got.ravel(), context) and not near(moved, expected.ravel(), context):
                how = ".T" if expected.ndim == 2 else "transpose, or np.moveaxis"
                text = (
                    f"{context.subject} has the right numbers in the wrong places: this is what reshape gives where "
                    f"axes have to be moved ({how}). reshape keeps the order in which the numbers are read; "
                    "it moves no axis."
                )
                return Explanation(text, 14)
    return None


def columns_first(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise images, grey or with three channels, flattened column by column."""
    if expected.ndim != 2 or got.shape != expected.shape or distinct(expected) < 4:
        return None
    n, width = expected.shape
    for channels in (1, 3):
        pixels, rest = divmod(width, channels)
        for height in () if rest else _divisors(pixels):
            images = expected.reshape(n, height, pixels // height, channels)
            if not near(images[:1].swapaxes(1, 2).reshape(1, width), got[:1], context):
                continue  # the first image is quick to compare, all of them are not
            turned = images.swapaxes(1, 2).reshape(expected.shape)
            if near(turned, got, context) and not near(turned, expected, context):
                text = _column_text(height, pixels // height, context)
                return Explanation(f"{context.subject} {text}", 14)
    return None


def flipped(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise one axis in reverse order."""
    if got.shape != expected.shape or distinct(expected) < 4 or (is_plain(expected) and distinct(expected) < 8):
        return None
    for axis in range(expected.ndim):
        turned = np.flip(expected, axis)
        if near(turned, got, context) and not near(turned, expected, context):
            what = "" if expected.ndim == 1 else f" along axis {axis}"
            text = f"{context.subject} has the right values in reverse order{what}."
            return Explanation(text, 58)
    return None


def permuted(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise the right rows (or columns, or entries) in another order."""
    if got.shape != expected.shape or expected.ndim not in (1, 2) or distinct(expected) < 5:
        return None
    if is_plain(expected) and distinct(expected) < 12:
        return None
    words = ("entries",) if expected.ndim == 1 else ("rows", "columns")
    for axis, word in enumerate(words):
        if expected.shape[axis] < 3:
            continue
        a, b = _sorted_lines(expected, axis), _sorted_lines(got, axis)
        if near(a, b, context):
            text = (
                f"{context.subject} has the right {word}, but in another order. "
                f"Keep the {word} in the order in which they came."
            )
            return Explanation(text, 60)
    return None


def _column_text(height: int, width: int, context: Context) -> str:
    images = context.array("images")
    colour = width == 3 < height if images is None else images.ndim == 4 and width == 3
    grey = images is None or images.ndim == 3
    rows = (
        f"reads every {height} × {width} image column by column. Row 0 should "
        "come first, then row 1: this is the order that reshape uses without a transpose."
    )
    planes = (
        "holds all first numbers of the pixels, then all second, then all third ones (first red, then green, then "
        "blue). The three numbers of one pixel should stay side by side: this is the order that reshape uses."
    )
    # The numbers are the same; only the grader can say which of the two the images are.
    if colour and grey:
        return f"{rows} Or, if these are {height} pixels with three channels: it {planes}"
    return planes if colour else rows


def _divisors(n: int) -> list[int]:
    """Return the possible heights of an image with ``n`` pixels; the one nearest to a square comes first."""
    found = [d for d in range(2, n // 2 + 1) if n % d == 0]
    return sorted(found, key=lambda d: abs(math.log(d * d / n)))


def _sorted_lines(values: Array, axis: int) -> Array:
    lines = values if axis == 0 else values.T
    if lines.ndim == 1:
        return np.sort(lines)
    return np.asarray(lines[np.lexsort(lines.T[::-1])], dtype=np.float64)


def _shape_cause(expected: Array, got: Array) -> str:
    if got.shape == (*expected.shape, 1) and expected.ndim == 1:
        return "This is a column: an axis of length 1 is too many. Take the sum (or the mean) without keepdims=True."
    if got.ndim > expected.ndim and tuple(n for n in got.shape if n != 1) == tuple(n for n in expected.shape if n != 1):
        return "An axis of length 1 is too many: check keepdims=True, or a reshape."
    if got.ndim < expected.ndim and 1 in expected.shape:
        return "An axis of length 1 is missing: squeeze, flatten, and a sum or a maximum without keepdims=True drop it."
    if got.ndim == 1:
        return "Perhaps the array was made flat on the way: keep its axes."
    return "Use reshape, or sum and index over other axes."
