"""Everything times one number: a forgotten mean, a second 1/N, a sign."""

import math

import numpy as np

from dlquiz.grading.diagnosis.base import (
    Array,
    Context,
    Explanation,
    distinct,
    is_plain,
    is_simple,
    near,
    number_text,
)

_WORDS = {"batch_size": "the batch size", "n_classes": "the number of classes", "n_features": "the number of features"}


def sign(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times -1."""
    if not distinct(expected) or not near(-expected, got, context):
        return None
    example = ""
    if expected.ndim == 2 and "n_classes" in context.numbers():
        example = " (onehot − p instead of p − onehot, for example)"
    text = (
        f"{context.subject} is exactly the expected one with the opposite sign. Look for a difference taken the wrong "
        f"way round{example}, or for a minus that is missing or one too many."
    )
    return Explanation(text, 20)


def named_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times a number that the grader named (batch size, class count), or its inverse."""
    factor = _factor(expected, got, context, evidence=1 if expected.size == 1 else 2)
    if factor is None or (expected.size == 1 and is_plain(expected)):
        return None
    size = abs(factor)
    sign = "minus " if factor < 0 else ""
    sizes = {key: value for key, value in context.numbers().items() if value > 1 and key != "axis"}
    for key, value in sorted(sizes.items(), key=lambda item: item[0] != "batch_size"):
        names = [_WORDS.get(other, f"`{other}`") for other, same in sizes.items() if same == value]
        word = _WORDS.get(key, f"`{key}`") if len(names) == 1 else " and also ".join(names)
        for power, rank in ((1, 22), (-1, 22), (2, 26), (-2, 26), (0.5, 28), (-0.5, 28)):
            if abs(power) == 2 and value < 3:
                continue  # 4 is 2², and much else
            if math.isclose(size, value**power, rel_tol=1e-6):
                return Explanation(_named_text(context, word, value, power, sign), rank)
    return None


def common_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times 2, 1/2, 255, 1/255 or 255/256."""
    factor = _factor(expected, got, context, evidence=1 if expected.size == 1 else 2)
    # One simple number is twice another by chance too often: 0.5 and 1 are two accuracies.
    if factor is None or (expected.size == 1 and is_simple(float(expected.item()))):
        return None
    for value, text in _COMMON:
        if math.isclose(factor, value, rel_tol=1e-6):
            return Explanation(f"{context.subject} is exactly {text}", 24)
    return None


def own_maximum(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise an array that was divided by its own largest entry, where a fixed number is meant."""
    factor = _factor(expected, got, context, evidence=3)
    if factor is None or factor < 0 or not math.isclose(float(got.max()), 1, rel_tol=1e-6) or (expected < 0).any():
        return None
    text = (
        f"{context.subject} is {number_text(factor)} times the expected one in every entry of this batch, and its "
        "largest entry is exactly 1. Perhaps it is divided by the largest value that it holds. "
        "Then the result for one example depends on the others: divide by a number that is always the same."
    )
    return Explanation(text, 25)


def any_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times one number that has no name."""
    factor = _factor(expected, got, context, evidence=3)
    if factor is None or abs(factor) < 1e-6 or abs(abs(factor) - 1) < 1e-4:
        return None
    shown = number_text(factor)
    exactly = "exactly" if math.isclose(float(shown), factor, rel_tol=1e-9) else "about"
    text = (
        f"{context.subject} is {exactly} {shown} times the expected one in every entry, for these inputs. "
        "Look for a constant factor that is missing or too many, or for something that is computed from the inputs "
        "(a largest value, a sum) where a fixed number is meant."
    )
    return Explanation(text, 70)


_COMMON = (
    (2.0, "2 times the expected one. Look for a 2 that is too many, or a 1/2 that is missing. Often it is the 2 of "
          "the derivative of a square, or a slope over a distance of 2 · eps that is divided by eps only."),
    (0.5, "half the expected one. Look for a 2 that is missing, or a 1/2 that is too many: "
          "does the definition in the stub have a 1/2?"),
    (255.0, "255 times the expected one. Grey values run from 0 to 255: is there a division by 255 missing?"),
    (1 / 255, "the expected one divided by 255. Perhaps the values were divided by 255 once too often."),
    (255 / 256, "255/256 of the expected one. The largest grey value is 255: divide by 255, not by 256."),
)  # fmt: skip


def _named_text(context: Context, word: str, value: float, power: float, sign: str) -> str:
    n = number_text(value)
    more = " Its sign is the opposite one, too." if sign else ""
    if word == "the batch size" and power == 1:
        return (
            f"{context.subject} is exactly {sign}{n} times the expected one, and {n} is the batch size. "
            f"If a mean over the batch is meant, divide by the batch size once.{more}"
        )
    if word == "the batch size" and power == -1:
        return (
            f"{context.subject} is exactly {sign}the expected one divided by {n}, and {n} is the batch size. "
            f"Often the 1/N of a mean comes in once too often, or a mean is taken where a sum is meant.{more}"
        )
    if word == "the number of classes" and power == -1:
        return (
            f"{context.subject} is exactly {sign}the expected one divided by {n}, and {n} is the number of classes. "
            "A mean over a whole table also divides by the number of classes: "
            f"add up over the classes, and take the mean over the batch only.{more}"
        )
    how = {
        1: f"{n} times the expected one",
        -1: f"the expected one divided by {n}",
        2: f"{n}² times the expected one",
        -2: f"the expected one divided by {n}²",
        0.5: f"√{n} times the expected one",
        -0.5: f"the expected one divided by √{n}",
    }[power]
    return (
        f"{context.subject} is exactly {sign}{how}, and {n} is {word}. "
        f"Look where this number comes in: a sum, a mean or a division by it may be missing or too many.{more}"
    )


def _factor(expected: Array, got: Array, context: Context, *, evidence: int) -> float | None:
    """Return k with ``got = k * expected`` in every entry and k other than 1; None if there is no such k."""
    varied = distinct(expected if evidence < 3 else np.abs(expected))
    if expected.shape != got.shape or varied < evidence:
        return None
    largest = np.unravel_index(int(np.argmax(np.abs(expected))), expected.shape)
    factor = float(got[largest] / expected[largest])
    if factor == 0 or not math.isfinite(factor) or math.isclose(factor, 1, rel_tol=1e-6):
        return None
    return factor if near(factor * expected, got, context) else None
