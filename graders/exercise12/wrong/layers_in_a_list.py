"""The layers lie in plain lists, where the module does not find their weights.

loses: test_every_weight_learns, test_learns_fresh_rows, test_autoencoder_of_digits
says: The network has no weights that could be learnt
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
        self.down = [nn.Linear(n_in, 128), nn.ReLU(), nn.Linear(128, n_code)]
        self.up = [nn.Linear(n_code, 128), nn.ReLU(), nn.Linear(128, n_in), nn.Sigmoid()]

    def encoder(self, x):
        for layer in self.down:
            x = layer(x)
        return x

    def decoder(self, x):
        for layer in self.up:
            x = layer(x)
        return x

    def forward(self, x):
        return self.decoder(self.encoder(x))


def make_autoencoder(n_in=784, n_code=32):
    return Autoencoder(n_in, n_code)
