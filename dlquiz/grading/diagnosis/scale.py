"""Everything times one number: a forgotten mean, a second 1/N, a sign."""

import math

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, near, number_text

FAMILY = "scale"

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
    return Explanation(text, FAMILY, 20)


def named_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times a number that the grader named (batch size, class count), or its inverse."""
    factor = _factor(expected, got, context, evidence=1 if expected.size == 1 else 2)
    if factor is None or (expected.size == 1 and is_plain(expected)):
        return None
    size = abs(factor)
    flipped = " (and its sign is the opposite one)" if factor < 0 else ""
    sizes = {key: value for key, value in context.numbers().items() if value > 1 and key != "axis"}
    for key, value in sorted(sizes.items(), key=lambda item: item[0] != "batch_size"):
        names = [_WORDS.get(other, f"`{other}`") for other, same in sizes.items() if same == value]
        word = _WORDS.get(key, f"`{key}`") if len(names) == 1 else " and also ".join(names)
        for power, rank in ((1, 22), (-1, 22), (2, 26), (-2, 26), (0.5, 28), (-0.5, 28)):
            if abs(power) == 2 and value < 3:
                continue  # 4 is 2², and much else
            if math.isclose(size, value**power, rel_tol=1e-6):
                return Explanation(_named_text(context, word, value, power) + flipped, FAMILY, rank)
    return None


def common_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times 2, 1/2, 255, 1/255 or 255/256."""
    factor = _factor(expected, got, context, evidence=1 if expected.size == 1 else 2)
    # One simple number is twice another by chance too often: 0.5 and 1 are two accuracies.
    if factor is None or (expected.size == 1 and _is_simple(float(expected.item()))):
        return None
    for value, text in _COMMON:
        if math.isclose(factor, value, rel_tol=1e-6):
            return Explanation(f"{context.subject} is exactly {text}", FAMILY, 24)
    return None


def any_constant(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise everything times one number that has no name."""
    factor = _factor(expected, got, context, evidence=3)
    if factor is None or abs(factor) < 1e-6 or abs(abs(factor) - 1) < 1e-4:
        return None
    shown = number_text(factor)
    exactly = "exactly" if math.isclose(float(shown), factor, rel_tol=1e-9) else "about"
    text = (
        f"{context.subject} is {exactly} {shown} times the expected one in every entry. "
        "So the formula is right up to one constant factor: look for a missing or an extra one."
    )
    return Explanation(text, FAMILY, 70)


_COMMON = (
    (2.0, "2 times the expected one. The derivative of a square brings a factor 2: "
          "check whether a 2 is too many here, or a 1/2 is missing."),
    (0.5, "half the expected one. A factor 2 is missing, or a 1/2 is too many: "
          "check the definition in the stub for a 1/2."),
    (255.0, "255 times the expected one. Grey values run from 0 to 255: divide by 255 once."),
    (1 / 255, "the expected one divided by 255. The values were divided by 255 once too often."),
    (255 / 256, "255/256 of the expected one. The largest grey value is 255, so divide by 255, not by 256."),
)  # fmt: skip


def _named_text(context: Context, word: str, value: float, power: float) -> str:
    n = number_text(value)
    if word == "the batch size" and power == 1:
        return (
            f"{context.subject} is exactly {n} times the expected one, and {n} is the batch size. "
            "The loss is a mean over the batch: divide by the batch size once."
        )
    if word == "the batch size" and power == -1:
        return (
            f"{context.subject} is exactly the expected one divided by {n}, and {n} is the batch size. "
            "The 1/N of the mean belongs in one place only: here it comes in once too often."
        )
    if word == "the number of classes" and power == -1:
        return (
            f"{context.subject} is exactly the expected one divided by {n}, and {n} is the number of classes. "
            "A mean over the whole table also divides by the number of classes: "
            "add up over the classes, and take the mean over the batch only."
        )
    how = {
        1: f"{n} times the expected one",
        -1: f"the expected one divided by {n}",
        2: f"{n}² times the expected one",
        -2: f"the expected one divided by {n}²",
        0.5: f"√{n} times the expected one",
        -0.5: f"the expected one divided by √{n}",
    }[power]
    verb = "divide by it" if power > 0 else "divide by it less often"
    return f"{context.subject} is exactly {how}, and {n} is {word}. Check where the formula says to {verb}."


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


def _is_simple(value: float) -> bool:
    """Say if a number is a fraction with a small denominator, like 0.5 or 0.125."""
    return any(abs(value * n - round(value * n)) < 1e-9 for n in range(1, 101))
