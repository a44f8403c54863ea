"""A network with one hidden layer on the trusted side: forward pass and gradients, for every usual activation.

``params`` is a dict with W1 (D, H), b1 (H,), W2 (H, C), b2 (C,). Nothing here comes from a submission.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlquiz.grading.maths import softmax

__all__ = [
    "ACTIVATIONS",
    "LEFT_OUT",
    "LOSSES",
    "NAMES",
    "NONE",
    "Backward",
    "gradients",
    "gradients_of_rows",
    "hidden",
    "logits",
]

Array = NDArray[np.float64]
Params = Mapping[str, Array]
Function = Callable[[Array], NDArray[Any]]

NAMES = ("W1", "b1", "W2", "b2")


@dataclass(frozen=True, slots=True)
class Activation:
    """A function of every entry, and its derivative."""

    value: Function
    slope: Function


def _sigmoid(Z: Array) -> Array:
    small = np.exp(-np.abs(Z))
    result: Array = np.where(Z >= 0, 1, small) / (1 + small)
    return result


def _leaky(slope: float) -> Activation:
    return Activation(lambda Z: np.where(Z > 0, Z, slope * Z), lambda Z: np.where(Z > 0, 1.0, slope))


def _normal(Z: Array) -> Array:
    """Return the share of the standard normal distribution below each entry."""
    return np.array([0.5 * (1 + math.erf(z / math.sqrt(2))) for z in Z.ravel()]).reshape(Z.shape)


def _tanh_of_gelu(Z: Array) -> Array:
    result: Array = np.tanh(math.sqrt(2 / math.pi) * (Z + 0.044715 * Z**3))
    return result


def _slope_of_fast_gelu(Z: Array) -> Array:
    T = _tanh_of_gelu(Z)
    result: Array = 0.5 * (1 + T) + 0.5 * Z * (1 - T**2) * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * Z**2)
    return result


_SLOPES = (0.001, 0.002, *(number / 200 for number in range(1, 41)))
"""Slopes of leaky ReLU, up to 0.2 and so close that the next one is a right one within 1 %."""

ACTIVATIONS: dict[str, Activation] = {
    "ReLU": Activation(lambda Z: np.maximum(Z, 0), lambda Z: (Z > 0) * 1.0),
    "tanh": Activation(np.tanh, lambda Z: 1 - np.tanh(Z) ** 2),
    "sigmoid": Activation(_sigmoid, lambda Z: _sigmoid(Z) * (1 - _sigmoid(Z))),
    "ELU": Activation(
        lambda Z: np.where(Z > 0, Z, np.expm1(np.minimum(Z, 0))), lambda Z: np.exp(np.minimum(Z, 0))
    ),
    "GELU": Activation(
        lambda Z: Z * _normal(Z), lambda Z: _normal(Z) + Z * np.exp(-(Z**2) / 2) / math.sqrt(2 * math.pi)
    ),
    "GELU by tanh": Activation(lambda Z: 0.5 * Z * (1 + _tanh_of_gelu(Z)), _slope_of_fast_gelu),
    "SiLU": Activation(lambda Z: Z * _sigmoid(Z), lambda Z: _sigmoid(Z) * (1 + Z * (1 - _sigmoid(Z)))),
    "softplus": Activation(lambda Z: np.logaddexp(0, Z), _sigmoid),
    **{f"leaky ReLU with slope {slope:g}": _leaky(slope) for slope in _SLOPES},
}  # fmt: skip
"""ELU: D.-A. Clevert et al., arXiv:1511.07289; GELU and SiLU: D. Hendrycks, K. Gimpel, arXiv:1606.08415;
leaky ReLU: A. Maas et al., ICML 2013."""

NONE = "no activation"
"""The hidden layer is linear: a mistake, for messages."""
LEFT_OUT = "left out"
"""A derivative that is 1 everywhere: the activation is forgotten on the way back."""
_EVERY = {**ACTIVATIONS, NONE: Activation(lambda Z: Z, np.ones_like), LEFT_OUT: Activation(lambda Z: Z, np.ones_like)}

LOSSES: dict[str, Callable[[Array, Array], Array]] = {
    "the mean cross-entropy": lambda Z, T: softmax(Z) - T,
    "the squared error of the softmax": lambda Z, T: _through_softmax(softmax(Z), 2 * (softmax(Z) - T)),
    "the squared error of the logits, without a softmax": lambda Z, T: 2 * (Z - T),
    "the squared error of sigmoid outputs": lambda Z, T: 2 * (_sigmoid(Z) - T) * _sigmoid(Z) * (1 - _sigmoid(Z)),
    "the cross-entropy of sigmoid outputs": lambda Z, T: _sigmoid(Z) - T,
    "the softmax without the division by its sum": lambda Z, T: np.exp(Z) - T,
    "exp(logit - largest logit), not divided by its sum": lambda Z, T: np.exp(Z - Z.max(axis=1, keepdims=True)) - T,
    "a softmax over the batch, axis 0": lambda Z, T: softmax(Z.T).T - T,
    "the softmax alone: 1 is not subtracted at the right class": lambda Z, T: softmax(Z),
}
"""Gradients of one row at the logits Z, for one-hot targets T: the right one first, then what is often taken for it."""


def _through_softmax(P: Array, dP: Array) -> Array:
    result: Array = P * (dP - (dP * P).sum(axis=1, keepdims=True))
    return result


@dataclass(frozen=True, slots=True)
class Backward:
    """One way to compute gradients. The defaults are right; the others are mistakes that a message can name."""

    activation: str = "ReLU"
    loss: str = "the mean cross-entropy"
    slope: str | None = None
    """The activation whose derivative is taken, or `LEFT_OUT`; None: that of ``activation``."""
    new_W2: bool = False
    """W2 is changed before the gradient goes back through it."""
    summed: frozenset[str] = frozenset()
    """Biases whose gradient is summed over everything, not over the rows alone."""


RIGHT = Backward()


def hidden(X: Array, params: Params, activation: str = "ReLU") -> Array:
    """Return the outputs of the hidden layer, (N, H)."""
    return _EVERY[activation].value(X @ params["W1"] + params["b1"])


def logits(X: Array, params: Params, activation: str = "ReLU") -> Array:
    """Return the scores before the softmax, (N, C)."""
    return hidden(X, params, activation) @ params["W2"] + params["b2"]


def gradients(
    X: Array,
    y: NDArray[np.int64],
    params: Params,
    how: Backward = RIGHT,
    *,
    later: Params | None = None,
    weights: Array | None = None,
) -> dict[str, Array]:
    """Return the gradient of the mean loss for W1, b1, W2 and b2.

    Parameters
    ----------
    X : float array, shape (N, D)
    y : int array, shape (N,)
    params : dict
    how : Backward
        Activation and loss, and for messages a mistake.
    later : dict, optional
        The parameters after the step, for ``how.new_W2``.
    weights : array, shape (N,), optional
        How much each row counts, in place of 1/N.

    Notes
    -----
    I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, MIT Press 2016, section 6.5.
    """
    X, A, Z = np.asarray(X, float), hidden(X, params, how.activation), logits(X, params, how.activation)
    shares = np.full(len(y), 1 / len(y)) if weights is None else weights
    dZ = LOSSES[how.loss](Z, np.eye(Z.shape[1])[y]) * shares[:, None]
    back = later["W2"] if how.new_W2 and later is not None else params["W2"]
    dA = dZ @ back.T * _EVERY[how.slope or how.activation].slope(X @ params["W1"] + params["b1"])
    result = {"W1": X.T @ dA, "b1": dA.sum(axis=0), "W2": A.T @ dZ, "b2": dZ.sum(axis=0)}
    return {key: np.full_like(g, g.sum()) if key in how.summed else g for key, g in result.items()}


def gradients_of_rows(X: Array, y: NDArray[np.int64], params: Params, how: Backward = RIGHT) -> Array:
    """Return the gradient of each row's own loss for W2, (N, H, C): their mean is that of the batch."""
    Z = logits(X, params, how.activation)
    dZ = LOSSES[how.loss](Z, np.eye(Z.shape[1])[y])
    return hidden(X, params, how.activation)[:, :, None] * dZ[:, None, :]
