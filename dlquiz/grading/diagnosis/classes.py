"""Classes and labels: off by one, whole columns of a one-hot table, argmin for argmax, the wrong axis."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_one_hot, is_plain, near


def one_hot_shifted(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a one-hot table with every 1 one column too far left or right."""
    if expected.ndim != 2 or got.shape != expected.shape or len(expected) < 3 or expected.shape[1] < 3:
        return None
    if not is_one_hot(expected) or len(np.unique(expected.argmax(axis=1))) < 2:
        return None
    for step, side in ((1, "right"), (-1, "left")):
        rolled = np.roll(expected, step, axis=1)
        dropped = rolled.copy()
        dropped[:, 0 if step == 1 else -1] = 0
        if (rolled == got).all() or (dropped == got).all():
            text = f"In your {context.own} every 1 stands one column too far to the {side}."
            if context.about_classes():
                text += " Classes count from 0: class k belongs in column k."
            return Explanation(text, 28)
    return None


def one_hot_columns(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise ``table[:, y] = 1``: whole columns of ones."""
    if (
        not is_one_hot(expected)
        or got.shape != expected.shape
        or len(expected) < 2
        or (expected == got).all()
        or got.all()
    ):
        return None
    if not (got == np.tile(expected.any(axis=0), (len(expected), 1))).all():
        return None
    text = (
        f"In your {context.own} the column of every class that occurs holds only ones. table[:, y] means all rows of "
        "these columns; table[np.arange(N), y] means one column in each row."
    )
    return Explanation(text, 28)


def off_by_one(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise whole numbers that are all one too large or too small: labels that count from 1, for example."""
    if got.shape != expected.shape or not is_plain(expected) or (expected < 0).any():
        return None
    if distinct(expected) < 3 and not (context.about_classes() and expected.size > 4 and distinct(expected) > 1):
        return None
    for step, word in ((1, "large"), (-1, "small")):
        if (expected + step == got).all():
            if context.about_classes():
                cause = "Classes and indices count from 0."
            else:
                cause = "Look for a 1 that is missing or too many (if these are classes or indices, they count from 0)."
            return Explanation(f"Every entry of your {context.own} is 1 too {word}. {cause}", 28)
    return None


def another_choice(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with logits or probabilities in the context, another choice than the largest entry of each row."""
    scores = context.array("logits")
    scores = context.array("probabilities") if scores is None else scores
    if scores is None or scores.ndim != 2 or len(scores) < 3 or expected.shape != (len(scores),):
        return None
    if not np.array_equal(scores.argmax(axis=1), expected):
        return None
    text = ""
    if np.array_equal(scores.argmin(axis=1), got):
        text = "holds the class with the smallest score of each row, as argmin gives it; argmax is expected."
        if scores.shape[1] == 2:
            text = (
                "holds the other one of the two classes in every row. Perhaps a comparison is the wrong way round, or "
                "argmin is taken; the class with the larger score is expected."
            )
    elif np.array_equal(scores.argmax(axis=0), got):
        text = "is argmax over axis 0 (one per column). Each row is one example: use axis=-1."
    elif got.shape == expected.shape and near(scores.max(axis=1), got, context):
        text = "holds the largest number of every row. Its place is expected: argmax, not max."
    return Explanation(f"{context.subject} {text}", 28) if text else None
