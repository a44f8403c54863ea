"""Softmax and what goes wrong around it.

Softmax of a row z is ``exp(z) / sum(exp(z))`` (Goodfellow, Bengio and Courville,
"Deep Learning", MIT Press 2016, section 4.1). It is taken over the last axis.
"""

from collections.abc import Iterator

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_probabilities, near, number_text


def softmax(logits: Array, axis: int | None = -1) -> Array:
    """Return the softmax over ``axis``; None means over all entries together."""
    shifted = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=axis, keepdims=True), dtype=np.float64)


def softmax_of_logits(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the logits in the context, another axis, the whole array, the logits themselves, sigmoid."""
    z = context.array("logits")
    if (
        z is None
        or z.shape[-1] < 2
        or z.shape != got.shape
        or z.shape != expected.shape
        or distinct(z) < 3
        or not np.isfinite(z).all()
    ):
        return None
    if not near(softmax(z), expected, context):
        return None  # a gradient or a loss with respect to these logits, not their softmax
    for axis in range(z.ndim - 1):
        if near(softmax(z, axis), got, context) and not near(softmax(z, axis), expected, context):
            return Explanation(_axis_text(context, axis, got), 24)
    for theory, text in _instead_of_softmax(z):
        if not near(theory, expected, context) and near(theory, got, context):
            return Explanation(f"{context.subject} {text}", 26)
    return None


def _instead_of_softmax(z: Array) -> Iterator[tuple[Array, str]]:
    """Yield what is returned in its place, with the words for it."""
    yield softmax(z, None), _WHOLE
    yield z, "is the logits themselves: softmax was not applied."
    yield np.exp(z), _NOT_DIVIDED
    yield np.exp(z - z.max(axis=-1, keepdims=True)), _NOT_DIVIDED
    yield 1 / (1 + np.exp(-z)), "is the sigmoid of every logit on its own. Softmax divides by the sum of the whole row."
    yield softmax(-z), "is the softmax of −Z. Look for a sign that is wrong before the exponential."
    yield softmax(np.maximum(z, 0)), "is the softmax of ReLU(Z). The last layer has no ReLU: negative logits stay."
    yield z / z.sum(axis=-1, keepdims=True), "is every logit divided by the sum of its row: exp is missing."
    yield np.log(softmax(z)), "is the logarithm of the probabilities. Here the probabilities themselves are expected."
    if z.ndim == 2 and z.shape[0] == z.shape[1]:
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        text = "divides column j by the sum of row j. Keep the axis of the sum: keepdims=True."
        yield e / e.sum(axis=-1), text
        shifted = np.exp(z)
        yield shifted / shifted.sum(axis=-1), text


def sums_to_one_elsewhere(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, without logits, that the columns or all entries together sum to 1 where the rows should."""
    if not is_probabilities(expected) or got.shape != expected.shape or expected.ndim < 2 or (got < 0).any():
        return None
    if expected.shape[-2] < 2 or np.allclose(got.sum(axis=-1), 1, rtol=0, atol=1e-6) or distinct(got) < 3:
        return None
    for axis in range(got.ndim - 1):
        if got.shape[axis] > 1 and np.allclose(got.sum(axis=axis), 1, rtol=0, atol=1e-9):
            return Explanation(_axis_text(context, axis, got), 32)
    # One row that is right, and zeros elsewhere, sum to 1 as well.
    if abs(float(got.sum()) - 1) < 1e-9 and np.count_nonzero(got.sum(axis=-1) > 1e-6) > 1:
        return Explanation(f"{context.subject} {_WHOLE}", 32)
    return None


def twice(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise softmax of a softmax."""
    if not is_probabilities(expected) or got.shape != expected.shape or distinct(expected) < 3:
        return None
    if not near(softmax(expected), got, context):
        return None
    text = f"{context.subject} is the softmax of the expected one, as if softmax was applied twice."
    return Explanation(text, 34)


def not_normalised(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise that each row is right up to its own factor."""
    if not is_probabilities(expected) or got.shape != expected.shape or expected.shape[-1] < 3 or (got < 0).any():
        return None
    total = got.sum(axis=-1, keepdims=True)
    if (total == 0).any() or np.allclose(total, 1, rtol=0, atol=1e-6) or not near(expected, got / total, context):
        return None
    text = (
        f"{context.subject} is not normalised: divide every row by its sum, and you have the expected one. "
        f"(The first row sums to {number_text(float(total.ravel()[0]))}, expected 1.)"
    )
    return Explanation(text, 33)


def rows_do_not_sum_to_one(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise something that should be probabilities and is not: the least that can be said."""
    if not is_probabilities(expected) or got.shape != expected.shape:
        return None
    total = np.atleast_1d(got.sum(axis=-1)).ravel()
    wrong = np.flatnonzero(~np.isclose(total, 1, rtol=0, atol=1e-4))
    if not wrong.size:
        return None
    row = f"row {wrong[0]} of yours" if expected.ndim == 2 else "yours" if expected.ndim == 1 else "one of yours"
    text = f"Each row should be probabilities that sum to 1, but {row} sums to {number_text(float(total[wrong[0]]))}."
    return Explanation(text, 90)


_WHOLE = (
    "sums to 1 over all entries together; each row should sum to 1. "
    "Take the sum over the last axis only: axis=-1, keepdims=True."
)
_NOT_DIVIDED = "is the exponential, but not divided by its sum over the row."


def _axis_text(context: Context, axis: int, got: Array) -> str:
    which = "its columns sum to 1" if axis == 0 else f"its entries along axis {axis} sum to 1"
    if not np.allclose(got.sum(axis=-1), 1, rtol=0, atol=1e-6):
        which += ", but its rows do not" if axis == 0 else ", those along the last axis do not"
    return (
        f"{context.subject} is normalised over axis {axis}: {which}. "
        "Each row is one example: take the maximum and the sum over the last axis (axis=-1, keepdims=True)."
    )
