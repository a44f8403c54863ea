"""Inputs for cases, drawn from a case's own generator.

Sizes differ from each other, biases are not zero and every class occurs, so
that a transposed matrix, a forgotten bias or a class count taken from the batch shows.
"""

import numpy as np
from numpy.typing import NDArray

_KINK = 1e-3
"""Pre-activations stay this far from 0, where ReLU has no derivative to compare with."""


def seed(rng: np.random.Generator) -> int:
    """Return a seed for a learner's function, 0 <= seed < 2**31."""
    return int(rng.integers(2**31))


def labels(rng: np.random.Generator, n: int, c: int) -> NDArray[np.int64]:
    """Return shuffled class labels of shape (n,), int64, in which each of ``c`` classes occurs (n >= c)."""
    y = np.concatenate([np.arange(c), rng.integers(0, c, size=n - c)])
    return rng.permutation(y).astype(np.int64)


def layer(
    rng: np.random.Generator, n: int, d: int, m: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return ``X (n, d), W (d, m), b (m,)``, float64, no bias near 0."""
    return rng.normal(size=(n, d)), rng.normal(size=(d, m)), _bias(rng, m)


def two_layer(
    rng: np.random.Generator, n: int = 7, d: int = 5, h: int = 6, c: int = 3
) -> tuple[NDArray[np.float64], NDArray[np.int64], dict[str, NDArray[np.float64]]]:
    """Return ``X (n, d), y (n,), params`` of a network with one hidden layer.

    ``params``: W1 (d, h), b1 (h,), W2 (h, c), b2 (c,). The first layer's
    pre-activations have both signs and none is closer to 0 than 1e-3.
    """
    while True:
        params = {
            "W1": rng.normal(size=(d, h)) / np.sqrt(d),
            "b1": _bias(rng, h),
            "W2": rng.normal(size=(h, c)) / np.sqrt(h),
            "b2": _bias(rng, c),
        }
        X = rng.normal(size=(n, d))
        Z = X @ params["W1"] + params["b1"]
        if np.abs(Z).min() > _KINK and (Z > 0).any() and (Z < 0).any():
            return X, labels(rng, n, c), params


def blobs(
    rng: np.random.Generator, n_train: int = 600, n_test: int = 300, n_features: int = 64, n_classes: int = 5
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32], NDArray[np.int64]]:
    """Return ``X_train, y_train, X_test, y_test`` of classes that exist nowhere else.

    Features are float32 in [0, 1]: each class is a random pattern with noise. The
    training rows are sorted by label. No table of a public data set knows them.
    """
    centres = rng.uniform(0.2, 0.8, size=(n_classes, n_features))
    parts = []
    for count in (n_train, n_test):
        y = labels(rng, count, n_classes)
        X = np.clip(centres[y] + rng.normal(scale=0.15, size=(count, n_features)), 0, 1)
        parts.append((X.astype(np.float32), y))
    (X_train, y_train), (X_test, y_test) = parts
    order = np.argsort(y_train, kind="stable")
    return X_train[order], y_train[order], X_test, y_test


def _bias(rng: np.random.Generator, size: int) -> NDArray[np.float64]:
    signs = np.where(rng.random(size) < 0.5, -1.0, 1.0)
    return rng.uniform(0.2, 1.0, size=size) * signs
