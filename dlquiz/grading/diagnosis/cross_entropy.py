"""The cross-entropy of softmax, its gradient, and the ReLU in the backward pass.

The gradient of the mean loss with respect to the logits is ``(p - onehot) / N``
(Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, section 6.2.2).
"""

import numpy as np

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
    for value, text in theories:
        if abs(value - round(value)) < 1e-4:
            continue  # probabilities that are nearly 0 or 1 all give it, and so does a constant
        theory = np.asarray(value).reshape(got.shape)
        if near(theory, got, context) and not near(theory, expected.reshape(got.shape), context):
            return Explanation(f"{context.subject} {text}", 25)
    return None


def gradient(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the logits in the context, a mistake in (p - onehot) / N."""
    z = context.array("logits")
    if z is None or z.ndim != 2 or z.shape != expected.shape or z.shape != got.shape or distinct(z) < 4:
        return None
    n = len(z)
    p = softmax(z)
    one_hot = np.rint(p - n * expected)
    if not np.allclose(one_hot, p - n * expected, rtol=0, atol=1e-5) or (one_hot.sum(axis=1) != 1).any():
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
