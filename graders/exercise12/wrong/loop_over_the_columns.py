"""assign has a Python loop over every column of every row.

loses: test_assign_speed
says: Is there a Python loop over every element?
"""

import numpy as np
from torch import nn


def assign(X, C):
    labels = np.zeros(len(X), dtype=int)
    for i, row in enumerate(X.tolist()):
        smallest = np.inf
        for j, centre in enumerate(C.tolist()):
            squared = 0.0
            for a, b in zip(row, centre, strict=True):
                squared += (a - b) ** 2
            if squared < smallest:
                smallest, labels[i] = squared, j
    return labels


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
            old, C = C, update(X, _quickly(X, C), C)
            if np.array_equal(old, C):
                break
        labels = _quickly(X, C)
        value = inertia(X, labels, C)
        if best is None or value < best[2]:
            best = C, labels, value
    return best


def _quickly(X, C):
    return (-2 * X @ C.T + (C**2).sum(axis=1)).argmin(axis=1)


class Autoencoder(nn.Module):
    def __init__(self, n_in, n_code):
        super().__init__()
        self.encoder = nn.Linear(n_in, n_code)
        self.decoder = nn.Sequential(nn.Linear(n_code, n_in), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def make_autoencoder(n_in=784, n_code=32):
    return Autoencoder(n_in, n_code)
