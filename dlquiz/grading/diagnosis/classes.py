"""Classes and labels: off by one, argmin for argmax, the wrong axis."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain

FAMILY = "classes"


def one_hot_shifted(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a one-hot table with every 1 one column too far left or right."""
    if expected.ndim != 2 or got.shape != expected.shape or len(expected) < 3 or expected.shape[1] < 3:
        return None
    if not _is_one_hot(expected) or len(np.unique(expected.argmax(axis=1))) < 2:
        return None
    for step, side in ((1, "right"), (-1, "left")):
        rolled = np.roll(expected, step, axis=1)
        dropped = rolled.copy()
        dropped[:, 0 if step == 1 else -1] = 0
        if (rolled == got).all() or (dropped == got).all():
            text = (
                f"In your {context.name} every 1 stands one column too far to the {side}. "
                "Classes count from 0: class k belongs in column k."
            )
            return Explanation(text, FAMILY, 28)
    return None


def off_by_one(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise labels that count from 1."""
    if got.shape != expected.shape or not is_plain(expected) or distinct(expected) < 3 or (expected < 0).any():
        return None
    for step, word in ((1, "large"), (-1, "small")):
        if (expected + step == got).all():
            text = f"Every entry of your {context.name} is 1 too {word}. Classes and indices count from 0."
            return Explanation(text, FAMILY, 28)
    return None


def another_choice(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with logits or probabilities in the context, argmin, or argmax over the wrong axis."""
    scores = context.array("logits")
    scores = context.array("probabilities") if scores is None else scores
    if scores is None or scores.ndim != 2 or len(scores) < 3 or expected.shape != (len(scores),):
        return None
    if not np.array_equal(scores.argmax(axis=1), expected):
        return None
    if np.array_equal(scores.argmin(axis=1), got):
        text = f"{context.subject} holds the least likely classes: argmin was taken, argmax is expected."
        return Explanation(text, FAMILY, 28)
    if np.array_equal(scores.argmax(axis=0), got):
        text = f"{context.subject} is argmax over axis 0 (one per column). Each row is one example: use axis=-1."
        return Explanation(text, FAMILY, 28)
    return None


def _is_one_hot(values: Array) -> bool:
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())
