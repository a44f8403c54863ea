"""kmeans subtracts the mean from the array X of the caller.

loses: test_kmeans_finds_groups
says: kmeans changed its input X
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
    if X.flags.writeable:
        mean = X.mean(axis=0)
        X -= mean
    else:
        mean = np.zeros(X.shape[1])
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
    C, labels, value = best
    return C + mean, labels, value


class Autoencoder(nn.Module):
    def __init__(self, n_in, n_code):
        super().__init__()
        self.encoder = nn.Linear(n_in, n_code)
        self.decoder = nn.Sequential(nn.Linear(n_code, n_in), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def make_autoencoder(n_in=784, n_code=32):
    return Autoencoder(n_in, n_code)
