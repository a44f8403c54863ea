"""A class with a small random start from a seed, einsum, np.float64 everywhere; ValueError from an own helper."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


def same_length(a: np.ndarray, b: np.ndarray) -> None:
    if not (a.ndim == b.ndim == 1 and a.size == b.size):
        raise ValueError("two rows of numbers of the same length are needed")


@dataclass
class LinearModel:
    w: np.ndarray
    b: np.ndarray
    history: list[float] = field(default_factory=list)

    def __call__(self, X):
        return np.einsum("nd,d->n", X, self.w) + self.b

    def slopes(self, X, y):
        e = self(X) - y
        return np.einsum("nd,n->d", X, e) * 2 / e.size, 2 * np.average(e)


def mse(pred, y):
    same_length(pred, y)
    return np.square(np.subtract(pred, y)).mean()


def mse_grad(X, y, w, b):
    model = LinearModel(w, b)
    same_length(model(X), y)
    return model.slopes(X, y)


def gradient_descent(X, y, lr=0.1, steps=200):
    rng = np.random.RandomState(0)
    model = LinearModel(0.01 * rng.randn(X.shape[1]), np.zeros(1))
    for _ in range(steps):
        model.history.append(mse(model(X), y))
        dw, db = model.slopes(X, y)
        model.w, model.b = model.w - lr * dw, model.b - lr * db
    return model.w, model.b, model.history


def r2_score(y, pred):
    same_length(y, pred)
    total, rest = ((y - y.mean()) ** 2).sum(), ((y - pred) ** 2).sum()
    return (total - rest) / total
