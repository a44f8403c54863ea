"""Matrix products of what the grader named: the factors exchanged, or a transpose too many or missing."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, near

_SHOWN = {"inputs": "X", "weights": "W"}
_SKIP = {"labels", "bias", "logits", "probabilities", "images"}


def other_product(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise ``W @ X`` or ``X @ W.T`` where ``X @ W`` is expected, with or without the bias."""
    if expected.ndim != 2 or got.ndim != 2 or distinct(expected) < 3 or distinct(got) < 3:
        return None
    named = [(_SHOWN.get(key, key), array) for key, array in context.arrays().items() if key not in _SKIP]
    named = [(name, array) for name, array in named if array.ndim == 2 and array.size <= _LARGEST]
    bias = context.array("bias")
    right = _found(named, expected, bias, context)
    wrong = None if right is None else _found(named, got, bias, context)
    if right is None or wrong is None or wrong.split(" + ")[0] == right.split(" + ")[0]:
        return None  # a mistake with the bias alone has its own words
    text = f"{context.subject} is {wrong}; expected {right}. "
    if right.startswith("X @ W"):
        text += "Every row of X is one example, so X stands on the left. "
    text += "Write the shapes beside each line, with sizes that all differ: then only one of the two fits."
    return Explanation(text, 10)


_LARGEST = 10_000


def _found(named: list[tuple[str, Array]], target: Array, bias: Array | None, context: Context) -> str | None:
    """Return the product that gives ``target``, in words."""
    for text, value in _products(named):
        if value.shape != target.shape or distinct(value) < 3:
            continue
        if near(value, target, context):
            return text
        if bias is not None and bias.shape == value.shape[1:] and near(value + bias, target, context):
            return f"{text} + b"
        if bias is not None and bias.shape == value.shape[:1] and near(value + bias[:, None], target, context):
            return f"{text} + b[:, None]"
    return None


def _products(named: list[tuple[str, Array]]) -> Iterator[tuple[str, Array]]:
    for (one, a), (other, b) in permutations(named, 2):
        for left_name, left in ((one, a), (f"{one}.T", a.T)):
            for right_name, right in ((other, b), (f"{other}.T", b.T)):
                if left.shape[1] == right.shape[0]:
                    yield f"{left_name} @ {right_name}", np.asarray(left @ right)
