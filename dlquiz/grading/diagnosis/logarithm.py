"""Logarithms and exponentials: missing, too many, to another base, clipped."""

import math

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, is_simple, near
from dlquiz.grading.diagnosis.probabilities import softmax

_EPS = tuple(float(f"1e-{digits}") for digits in (15, 12, 10, *range(9, 2, -1), 11, 13, 14, *range(16, 31)))


def other_base(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a logarithm to the base 2 or 10 instead of e: every entry times 1 / ln(base)."""
    if not _enough(expected, got):
        return None
    for base in (2, 10):
        if near(expected / math.log(base), got, context):
            text = (
                f"{context.subject} is the expected one divided by ln {base} = {math.log(base):.4f}, as a logarithm "
                f"to the base {base} gives it. The natural logarithm is np.log."
            )
            return Explanation(text, 23)
    return None


def log_or_exp(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise the logarithm or the exponential of the expected value."""
    if not _enough(expected, got):
        return None
    text = "is exp of the expected one. Perhaps a logarithm is missing, or an exp is too many."
    theories = [(np.exp(expected), text)]
    if (expected > 0).all():
        log = np.log(expected)
        theories += [
            (log, "is the logarithm of the expected one. Perhaps an exp is missing, or a log is too many."),
            (-log, "is −log of the expected one. Perhaps a logarithm is too many."),
        ]
    for theory, text in theories:
        if near(theory, got, context) and not near(theory, expected, context):
            return Explanation(f"{context.subject} {text}", 42)
    return None


def clipped_log(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a cross-entropy whose logarithm was kept away from 0 by a small number."""
    labels, p = context.array("labels"), context.array("probabilities")
    if p is None and (logits := context.array("logits")) is not None:
        p = softmax(logits)
    if p is None or labels is None or p.ndim != 2 or labels.shape != (len(p),) or expected.size != 1 or got.size != 1:
        return None
    if not is_plain(labels) or labels.min() < 0 or labels.max() >= p.shape[1]:
        return None
    picked = p[np.arange(len(p)), labels.astype(np.intp)]
    for eps in _EPS:
        fitting = []
        for how, value in (("added to", picked + eps), ("used as a lower limit for", np.maximum(picked, eps))):
            loss = np.asarray(-np.log(value).mean()).reshape(got.shape)
            if near(loss, got, context) and not near(loss, expected.reshape(got.shape), context):
                fitting.append(how)
        if fitting:
            text = (
                f"{context.subject} is what comes out if {eps:g} is {' or '.join(fitting)} the probability before the "
                "logarithm. That hides how wrong a very wrong prediction is. "
                "Compute the logarithm of softmax from the logits: z − max(z) − log(sum(exp(z − max(z))))."
            )
            return Explanation(text, 25)
    return None


def _enough(expected: Array, got: Array) -> bool:
    """Say if equal numbers would prove something: three different ones, or a single pair of which none is simple."""
    if got.shape != expected.shape:
        return False
    if expected.size == 1:
        # ln 10 divided by ln 10 is 1, which is also what many a mistake gives.
        return not is_simple(float(expected.item())) and not is_simple(float(got.item()))
    return distinct(expected) >= 3
