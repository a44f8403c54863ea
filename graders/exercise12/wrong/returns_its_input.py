"""The network returns its input: there is no code, and nothing to learn.

loses: test_bottleneck, test_every_weight_learns, test_autoencoder_of_digits
says: The network returns its input
"""

import numpy as np
from torch import nn


def assign(X, C):
    squared = (X**2).sum(axis=1, keepdims=True) - 2 * X @ C.T + (C**2).sum(axis=1)
    return squared.argmin(axis=1)


def update(X, labels, C):
    new = C.copy()
    for j in range(len(C)):
        if (labels == j).any():
            new[j] = X[labels == j].mean(axis=0)
    return new


def inertia(X, labels, C):
    return float(((X - C[labels]) ** 2).sum())


def kmeans(X, k, seed=0, iters=50, restarts=5):
    rng = np.random.default_rng(seed)
    best = None
    for _ in range(restarts):
        C = X[rng.choice(len(X), size=k, replace=False)]
        for _ in range(iters):
            old, C = C, update(X, assign(X, C), C)
            if np.array_equal(old, C):
                break
        labels = assign(X, C)
        value = inertia(X, labels, C)
        if best is None or value < best[2]:
            best = C, labels, value
    return best


class Autoencoder(nn.Module):
    def __init__(self, n_in, n_code):
        super().__init__()
        self.n_code = n_code

    def encoder(self, x):
        return x[:, : self.n_code]

    def decoder(self, code):
        return code

    def forward(self, x):
        return x.clone()


def make_autoencoder(n_in=784, n_code=32):
    return Autoencoder(n_in, n_code)
