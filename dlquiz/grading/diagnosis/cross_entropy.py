"""The cross-entropy of softmax, its gradient, and the ReLU in the backward pass.

The gradient of the mean loss with respect to the logits is ``(p - onehot) / N``
(Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.2.2).
"""

import numpy as np
from numpy.typing import NDArray

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, near
from dlquiz.grading.diagnosis.probabilities import softmax


def loss(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with logits and labels in the context, a loss from other probabilities or without the logarithm."""
    z, y = context.array("logits"), context.array("labels")
    if z is None or y is None or z.ndim != 2 or y.shape != z.shape[:1] or expected.size != 1 or got.size != 1:
        return None
    if not is_plain(y) or y.min() < 0 or y.max() >= z.shape[1] or len(y) < 2:
        return None
    rows, columns = np.arange(len(y)), y.astype(np.intp)
    right = softmax(z)[rows, columns]
    theories = (
        (-np.log(softmax(z, 0)[rows, columns]).mean(), "comes from a softmax over the batch (axis 0): use axis=-1."),
        (-np.log(softmax(z, None)[rows, columns]).mean(), "comes from a softmax over the whole array: use axis=-1."),
        ((1 - right).mean(), "is the mean of 1 − p: the logarithm is missing."),
        (-right.mean(), "is minus the mean probability: the logarithm is missing."),
        (-np.log(right.mean()), "is the logarithm of a mean. Take the logarithm first, then the mean."),
    )
    for value, text in theories + _tables(z, columns):
        if abs(value - round(value)) < 1e-4:
            continue  # probabilities that are nearly 0 or 1 all give it, and so does a constant
        theory = np.asarray(value).reshape(got.shape)
        if near(theory, got, context) and not near(theory, expected.reshape(got.shape), context):
            return Explanation(f"{context.subject} {text}", 25)
    return None


_ONE_IN_EACH_ROW = "[:, y] means all rows of the columns in y; [np.arange(N), y] means one column in each row."


def _tables(z: Array, columns: NDArray[np.intp]) -> tuple[tuple[np.floating, str], ...]:
    """Return what comes of ``p[:, y]``: N numbers for every row, and not one."""
    counts = np.bincount(columns, minlength=z.shape[1])
    if (counts == counts[0]).all():
        return ()  # so does a mean over all classes
    n, shifted = len(z), z - z.max(axis=1, keepdims=True)
    table = -(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))[:, columns]
    what = f"−log(p[:, y]), a table of {n} × {n} numbers"
    more = f"Perhaps [:, y] stands where [np.arange(N), y] is meant: {_ONE_IN_EACH_ROW}"
    return (
        (table.mean(), f"is the mean over {what}; expected the mean of {n} numbers, one for each row. {more}"),
        (table.sum() / n, f"is the sum of {what}, divided by {n}; expected one number for each row. {more}"),
    )


def gradient(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the logits in the context, a mistake in (p - onehot) / N."""
    z = context.array("logits")
    if z is None or z.ndim != 2 or z.shape != expected.shape or z.shape != got.shape or distinct(z) < 4:
        return None
    n = len(z)
    p = softmax(z)
    if (one_hot := _right_classes(p, expected)) is None:
        return None
    for value, text in (
        (p, "is made of the probabilities alone: 1 is not subtracted in the column of the right class."),
        (p + one_hot, "has 1 added in the column of the right class, where it should be subtracted."),
        (softmax(z, 0) - one_hot, "comes from a softmax over the batch (axis 0): use axis=-1."),
        (softmax(z, None) - one_hot, "comes from a softmax over the whole array: use axis=-1."),
        (z - one_hot, "is made of the logits: the formula needs the probabilities, softmax(logits)."),
    ):
        for divisor, more in ((n, ""), (1, " And the mean over the batch (1/N) is missing.")):
            if near(value / divisor, got, context):
                return Explanation(f"{context.subject} {text}{more}", 27)
    return None


def whole_columns(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the logits in the context, ``p[:, y] -= 1``: 1 less in every row, at every class in y."""
    z = context.array("logits")
    if z is None or z.ndim != 2 or z.shape != expected.shape or z.shape != got.shape or len(z) < 2:
        return None
    p, n = softmax(z), len(z)
    if (one_hot := _right_classes(p, expected)) is None:
        return None
    columns = one_hot.any(axis=0)
    # Where every class occurs, 1 is missing everywhere, which proves nothing unless the probabilities are varied.
    if columns.sum() < 2 or (columns.all() and distinct(p) < 4):
        return None
    where = "every column" if columns.all() else f"the columns {_listed(np.flatnonzero(columns))}"
    for divisor, more in ((n, ""), (1, " And the mean over the batch (1/N) is missing.")):
        if near((p - columns) / divisor, got, context):
            text = (
                f"{context.subject} has 1 subtracted in {where} of every row; expected in one column of each row, that "
                f"of its right class. Perhaps p[:, y] stands where p[np.arange(N), y] is meant: {_ONE_IN_EACH_ROW}"
            )
            return Explanation(text + more, 27)
    return None


def _right_classes(p: Array, expected: Array) -> Array | None:
    """Return the one-hot labels for which ``expected`` is the gradient of the mean loss; None if it is no such."""
    found = p - len(p) * expected
    one_hot = np.rint(found)
    fits = np.allclose(one_hot, found, rtol=0, atol=1e-5) and (one_hot.sum(axis=1) == 1).all()
    return np.asarray(one_hot, dtype=np.float64) if fits else None


def _listed(numbers: NDArray[np.intp]) -> str:
    *first, last = map(str, numbers)
    return f"{', '.join(first)} and {last}"


def relu_backward(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with Z (and perhaps dout) in the context, ReLU itself where its derivative is needed."""
    z, dout = context.array("pre_activation"), context.array("dout")
    if z is None or z.shape != got.shape or z.shape != expected.shape or distinct(expected) < 3:
        return None
    if np.isin(got, (0, 1)).all() and ((got == 1) == (z > 0)).all() and (expected[z <= 0] == 0).all():
        text = f"{context.subject} is the derivative of ReLU alone: 1 where Z > 0, else 0. Multiply it by dout."
        return Explanation(text, 29)
    if near(expected * np.maximum(z, 0), got, context):
        text = f"{context.subject} is multiplied by ReLU(Z). Multiply by its derivative: 1 where Z > 0, else 0."
        return Explanation(text, 33)
    if dout is None or dout.shape != got.shape or near(np.maximum(dout, 0), expected, context):
        return None
    if near(np.maximum(dout, 0), got, context):
        text = f"{context.subject} is ReLU of the gradient. The sign of Z decides what passes, not the sign of dout."
        return Explanation(text, 33)
    return None
