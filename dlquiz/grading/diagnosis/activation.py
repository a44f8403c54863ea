"""The activation function: missing, too many, another one, or its mask in the backward pass."""

from collections.abc import Callable

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, near

FAMILY = "activation"


def _sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)), dtype=np.float64)


def _relu(z: Array) -> Array:
    return np.maximum(z, 0)


_FUNCTIONS: tuple[tuple[str, Callable[[Array], Array]], ...] = (
    ("ReLU", _relu),
    ("sigmoid", _sigmoid),
    ("tanh", lambda z: np.asarray(np.tanh(z), dtype=np.float64)),
    ("leaky ReLU with slope 0.01", lambda z: np.where(z > 0, z, 0.01 * z)),
    ("leaky ReLU with slope 0.1", lambda z: np.where(z > 0, z, 0.1 * z)),
)


def before_activation(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with Z in the context, Z itself where an activation of it is expected, or another activation."""
    z = context.array("pre_activation")
    if z is None or z.shape != got.shape or z.shape != expected.shape or distinct(z) < 3:
        return None
    if near(z, got, context):
        right = next((word for word, function in _FUNCTIONS if near(function(z), expected, context)), "the activation")
        text = f"{context.subject} is the value before the activation: {right} was not applied."
        return Explanation(text, FAMILY, 24)
    for word, function in _FUNCTIONS:
        value = function(z)
        if near(value, got, context) and not near(value, expected, context):
            right = next((w for w, f in _FUNCTIONS if near(f(z), expected, context)), "")
            wanted = f"; {right} is expected" if right else "; no activation is expected here"
            return Explanation(f"{context.subject} is {word} of Z (before the activation){wanted}.", FAMILY, 24)
    return None


def extra_activation(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise an activation or another simple function on top of the expected value."""
    if got.shape != expected.shape or distinct(expected) < 3:
        return None
    negative = bool((expected < 0).any())
    theories: list[tuple[Array, str]] = []
    if negative:
        theories += [
            (_relu(expected), "is the expected one with all negative values replaced by 0. "
                              "A ReLU (or a clip at 0) is applied where none should be."),
            (np.abs(expected), "has the right sizes, but no minus signs: an absolute value is taken somewhere."),
            (np.minimum(expected, 0), "keeps the negative values and sets the positive ones to 0: "
                                      "the comparison or the mask is the wrong way round."),
        ]  # fmt: skip
    else:
        theories.append((np.sqrt(expected), "is the square root of the expected one."))
    theories += [
        (_sigmoid(expected), "is the sigmoid of the expected one: one activation too many."),
        (np.tanh(expected), "is the tanh of the expected one: one activation too many."),
        (expected**2, "is the square of the expected one."),
        (np.clip(expected, 0, 1), "is the expected one cut off at 0 and 1 (a clip)."),
        (np.clip(expected, -1, 1), "is the expected one cut off at −1 and 1 (a clip)."),
    ]
    if (expected != 0).all():
        theories.append((1 / expected, "is 1 divided by the expected one: numerator and denominator are exchanged."))
    for rank, (theory, text) in enumerate(theories):
        if distinct(theory) >= 2 and near(theory, got, context) and not near(theory, expected, context):
            return Explanation(f"{context.subject} {text}", FAMILY, 40 + rank)
    return None


def missing_mask(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a backward pass that is right where the expected gradient is not 0, and not 0 elsewhere."""
    if got.shape != expected.shape:
        return None
    zero = expected == 0
    kept, lost = int((~zero).sum()), int((zero & (got != 0)).sum())
    if kept < 3 or lost < 1 or distinct(expected) < 3 or not near(expected[~zero], got[~zero], context):
        return None
    z = context.array("pre_activation")
    if z is not None and z.shape == expected.shape and (zero == (z <= 0)).all():
        if near(_relu(z), expected, context):
            text = f"{context.subject} is right where Z > 0, but ReLU gives 0 where Z is negative, and yours does not."
            return Explanation(text, FAMILY, 35)
        if not (got[z < 0] != 0).any():
            text = (
                f"In your {context.name} the gradient flows where Z is exactly 0. "
                "The derivative of ReLU at 0 counts as 0 here: use Z > 0, not Z >= 0."
            )
            return Explanation(text, FAMILY, 35)
        text = f"In your {context.name} the gradient flows where Z < 0. Multiply by the derivative of ReLU: (Z > 0)."
        return Explanation(text, FAMILY, 35)
    if lost < 3:
        return None
    text = (
        f"{context.subject} is right wherever the expected one is not 0, but {lost} entries that should be 0 are not. "
        "Look at the condition (or the mask) that decides what becomes 0."
    )
    return Explanation(text, FAMILY, 37)
