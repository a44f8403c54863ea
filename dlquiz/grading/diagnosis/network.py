"""A network with one hidden layer: the same forward and backward pass with one classic mistake in it.

With ``inputs`` and ``params`` (and ``labels`` for a loss or a gradient) in the context, the network is computed again
with each mistake; what gives the learner's numbers is told.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, near
from dlquiz.grading.diagnosis.probabilities import softmax

_Function: TypeAlias = Callable[[Array], Array]

_ACTIVATIONS: dict[str, tuple[_Function, _Function]] = {
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(np.float64)),
    "tanh": (lambda z: np.tanh(z), lambda z: 1 - np.tanh(z) ** 2),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
    "leaky ReLU": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
}
_NONE: tuple[_Function, _Function] = (lambda z: z, np.ones_like)


@dataclass(frozen=True)
class _Network:
    """The way a network is computed; each field is a place where mistakes are made."""

    activation: tuple[_Function, _Function]
    first_bias: bool = True
    second_bias: bool = True
    relu_on_logits: bool = False
    back_through_activation: bool = True
    second_layer_sees: str = "A1"

    def forward(self, x: Array, params: dict[str, Array]) -> tuple[Array, Array, Array]:
        """Return Z1, A1 and the logits."""
        z1 = x @ params["W1"] + (params["b1"] if self.first_bias else 0)
        a1 = self.activation[0](z1)
        logits = a1 @ params["W2"] + (params["b2"] if self.second_bias else 0)
        return z1, a1, np.maximum(logits, 0) if self.relu_on_logits else logits

    def gradients(self, x: Array, one_hot: Array, params: dict[str, Array]) -> dict[str, Array]:
        """Return the gradients of the mean cross-entropy."""
        z1, a1, logits = self.forward(x, params)
        dlogits = (softmax(logits) - one_hot) / len(x)
        da1 = dlogits @ params["W2"].T
        dz1 = da1 * self.activation[1](z1) if self.back_through_activation else da1
        seen = {"A1": a1, "Z1": z1}[self.second_layer_sees]
        return {"W1": x.T @ dz1, "b1": dz1.sum(axis=0), "W2": seen.T @ dlogits, "b2": dlogits.sum(axis=0)}


def forward(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise logits, probabilities or a loss of a network whose forward pass has one mistake."""
    x, params = context.array("inputs"), context.parameters()
    if x is None or not params or got.shape != expected.shape or not _fit(x, params):
        return None
    if got.size > 1 and distinct(got) < 2:
        return None
    for name, functions in _ACTIVATIONS.items():
        right = _Network(functions)
        for output in _outputs(context):
            if not _agrees(output(right.forward(x, params)[2]), expected, context):
                continue
            for network, text in _forward_mistakes(right, name):
                if _agrees(output(network.forward(x, params)[2]), got, context):
                    return Explanation(f"{context.subject} is what comes out {text}", 17)
    return None


def backward(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a gradient of a network whose backward pass (or forward pass) has one mistake."""
    x, params, one_hot = context.array("inputs"), context.parameters(), _one_hot(context)
    if x is None or not params or one_hot is None or got.shape != expected.shape or not _fit(x, params):
        return None
    if one_hot.shape != (len(x), params["W2"].shape[1]) or distinct(expected) < 2:
        return None
    for name, functions in _ACTIVATIONS.items():
        right = _Network(functions)
        true = right.gradients(x, one_hot, params)
        keys = [key for key in true if _agrees(true[key], expected, context)]
        for key in keys:
            for network, text in (*_backward_mistakes(right, name), *_forward_mistakes(right, name)):
                if _agrees(network.gradients(x, one_hot, params)[key], got, context):
                    return Explanation(f"{context.subject} is what comes out {text}", 17)
    return None


def _forward_mistakes(right: _Network, name: str) -> Iterator[tuple[_Network, str]]:
    yield replace(right, activation=_NONE), f"without {name} in the hidden layer: the second layer works on Z1 itself."
    for other, functions in _ACTIVATIONS.items():
        if other != name:
            yield replace(right, activation=functions), f"with {other} in the hidden layer; {name} is expected."
    yield replace(right, first_bias=False), "without the bias b1 of the hidden layer."
    yield replace(right, second_bias=False), "without the bias b2 of the last layer."
    yield replace(right, first_bias=False, second_bias=False), "without both biases, b1 and b2."
    yield (
        replace(right, relu_on_logits=True),
        "with a ReLU on the logits. The last layer has none: negative logits stay.",
    )


def _backward_mistakes(right: _Network, name: str) -> Iterator[tuple[_Network, str]]:
    yield (
        replace(right, back_through_activation=False),
        f"if the gradient does not go back through {name}: dZ1 is dA1 times the derivative of {name} at Z1.",
    )
    yield (
        replace(right, second_layer_sees="Z1"),
        f"if dW2 is made with Z1. The input of the second layer is A1, the result of {name}.",
    )


def _outputs(context: Context) -> Iterator[_Function]:
    yield lambda logits: logits
    yield softmax
    table = _one_hot(context)
    if table is not None:
        yield lambda logits: np.asarray(-(np.log(softmax(logits)) * table).sum() / len(table))


def _one_hot(context: Context) -> Array | None:
    y, params = context.array("labels"), context.parameters()
    if y is None or not params or y.ndim != 1 or not is_plain(y):
        return None
    width = params["W2"].shape[-1]
    return np.eye(width)[y.astype(np.intp)] if y.min() >= 0 and y.max() < width else None


def _fit(x: Array, params: dict[str, Array]) -> bool:
    """Say if the shapes belong to one network."""
    if x.ndim != 2 or params["W1"].ndim != 2 or params["W2"].ndim != 2 or x.size > _LARGEST:
        return False
    d, h = params["W1"].shape
    return x.shape[1] == d and params["W2"].shape[0] == h and params["b1"].shape == (h,)


_LARGEST = 100_000


def _agrees(theory: Array, value: Array, context: Context) -> bool:
    """Say if two results agree; an expected gradient may come from finite differences, good to some nine digits."""
    if theory.size == value.size == 1:
        theory = theory.reshape(value.shape)
    if theory.shape != value.shape:
        return False
    scale = float(np.max(np.abs(theory), initial=0.0))
    return near(theory, value, context) or bool(scale and (np.abs(theory - value) <= 1e-7 * scale).all())
