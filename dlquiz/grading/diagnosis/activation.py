"""The activation function: missing, too many, another one, or its mask in the backward pass."""

from collections.abc import Callable

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, near, number_text


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
    rights = [word for word, function in _FUNCTIONS if near(function(z), expected, context)]
    if near(z, got, context) and rights:
        text = f"{context.subject} is the value before the activation: {rights[0]} was not applied."
        return Explanation(text, 24)
    if "sigmoid" in rights and near(1 - expected, got, context):
        text = (
            f"{context.subject} is 1 minus the expected one, which is the sigmoid of −Z. "
            "Look at the sign in the exponent: 1 / (1 + exp(−z))."
        )
        return Explanation(text, 24)
    for word, function in _FUNCTIONS:
        value = function(z)
        if near(value, got, context) and not near(value, expected, context):
            if not rights and not near(z, expected, context):
                return None  # what is expected here is no activation of Z
            wanted = f"; {rights[0]} is expected" if rights else "; no activation is expected here"
            return Explanation(f"{context.subject} is {word} of Z (before the activation){wanted}.", 24)
    return None


def extra_activation(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise an activation or another simple function on top of the expected value."""
    if got.shape != expected.shape or distinct(expected) < 3:
        return None
    theories: list[tuple[Array, str]] = []
    if (expected < 0).any():
        theories += [
            (_relu(expected), "is the expected one with all negative values replaced by 0, as a ReLU or a clip at 0 "
                              "does. Perhaps one is applied where none should be."),
            (np.abs(expected), "is the absolute value of the expected one: the sizes are right, the minus signs are "
                               "lost."),
            (np.minimum(expected, 0), "keeps the negative values and sets the positive ones to 0. "
                                      "Perhaps a comparison or a mask is the wrong way round."),
        ]  # fmt: skip
    else:
        theories.append((np.sqrt(expected), "is the square root of the expected one."))
    theories += [
        (_sigmoid(expected), "is the sigmoid of the expected one. Perhaps there is one activation too many."),
        (np.tanh(expected), "is the tanh of the expected one. Perhaps there is one activation too many."),
        (expected**2, "is the square of the expected one."),
        (np.clip(expected, 0, 1), "is the expected one cut off at 0 and 1 (a clip)."),
        (np.clip(expected, -1, 1), "is the expected one cut off at −1 and 1 (a clip)."),
    ]
    if (expected != 0).all():
        theories.append(
            (1 / expected, "is 1 divided by the expected one. Perhaps numerator and denominator are exchanged.")
        )
    theories.append((1 - expected, "is 1 minus the expected one. For a sigmoid, look at the sign in the exponent."))
    largest = float(got.max())
    if np.count_nonzero(expected > largest) > 1 and distinct(got) >= 3:
        text = f"is the expected one cut off at {number_text(largest)}: nothing is larger."
        theories.append((np.minimum(expected, largest), text))
    for rank, (theory, text) in enumerate(theories):
        if distinct(theory) >= 2 and near(theory, got, context) and not near(theory, expected, context):
            return Explanation(f"{context.subject} {text}", 40 + rank)
    return None


def missing_mask(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a backward pass that is right where the expected gradient is not 0, and not 0 elsewhere."""
    if got.shape != expected.shape:
        return None
    zero = expected == 0
    # What is as small as rounding is as good as 0.
    wrong = np.abs(got) > max(context.atol, 1e-6 * float(np.abs(expected).max()))
    kept, lost = int((~zero).sum()), int((zero & wrong).sum())
    if kept < 3 or lost < 1 or distinct(expected) < 3 or not near(expected[~zero], got[~zero], context):
        return None
    z = context.array("pre_activation")
    if z is not None and z.shape == expected.shape and (zero == (z <= 0)).all():
        if 0 < (wrong & (z < 0)).sum() < 0.5 * (z < 0).sum():
            return None  # some entries went wrong, not the mask
        if near(_relu(z), expected, context):
            text = f"{context.subject} is right where Z > 0, but ReLU gives 0 where Z is negative, and yours does not."
            return Explanation(text, 35)
        if not wrong[z < 0].any():
            text = (
                f"In your {context.own} the gradient flows where Z is exactly 0. "
                "The derivative of ReLU at 0 counts as 0 here: use Z > 0, not Z >= 0."
            )
            return Explanation(text, 35)
        text = (
            f"{context.subject} is right where Z > 0, but not 0 where Z < 0: the gradient flows where Z < 0. "
            "Multiply by the derivative of ReLU: (Z > 0)."
        )
        return Explanation(text, 35)
    if lost < 3:
        return None
    text = (
        f"{context.subject} is right wherever the expected one is not 0, but {lost} entries that should be 0 are not. "
        "Look at the condition (or the mask) that decides what becomes 0."
    )
    return Explanation(text, 37)
