"""Layers as dataclasses with a cache, partial functions and lambdas; f is called on copies."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

import numpy as np

log_sum_exp = lambda Z: np.logaddexp.reduce(Z, axis=1)  # noqa: E731 - a style learners use


@dataclass
class Dense:
    W: np.ndarray
    b: np.ndarray
    X: np.ndarray | None = None
    grads: dict[str, np.ndarray] = field(default_factory=dict)

    def forward(self, X: np.ndarray) -> np.ndarray:
        self.X = X
        return X @ self.W + self.b

    def backward(self, dout: np.ndarray) -> np.ndarray:
        dX, self.grads["W"], self.grads["b"] = linear_backward(dout, self.X, self.W)
        return dX


class Relu:
    def forward(self, Z):
        self.on = Z > 0
        return Z * self.on

    def backward(self, dout):
        return np.where(self.on, dout, 0)


def cross_entropy(logits, y):
    right = logits[range(len(y)), y]
    return (log_sum_exp(logits) - right).sum() / len(y)


def cross_entropy_grad(logits, y):
    p = np.exp(logits - log_sum_exp(logits)[:, None])
    hot = np.zeros_like(p)
    hot[np.arange(y.size), y] = 1
    return np.divide(p - hot, y.shape[0])


def linear_backward(dout, X, W):
    ones = np.ones(X.shape[0])
    return np.matmul(dout, W.transpose()), np.matmul(X.transpose(), dout), ones @ dout


def relu_backward(dout, Z):
    layer = Relu()
    layer.forward(Z)
    return layer.backward(dout)


def loss_and_grads(X, y, params):
    first, relu, second = Dense(params["W1"], params["b1"]), Relu(), Dense(params["W2"], params["b2"])
    out = X
    for layer in (first, relu, second):
        out = layer.forward(out)
    back = cross_entropy_grad(out, y)
    for layer in (second, relu, first):
        back = layer.backward(back)
    grads = {f"{k}{n}": layer.grads[k] for n, layer in ((1, first), (2, second)) for k in "Wb"}
    return cross_entropy(out, y), grads


def _central(f, x, step, eps):
    return (f(x + step) - f(x - step)) / (2 * eps)


def numerical_gradient(f, x, eps=1e-5):
    slope = partial(_central, f, x, eps=eps)
    steps = np.eye(x.size) * eps
    return np.array([slope(step=s.reshape(x.shape)) for s in steps]).reshape(x.shape)
