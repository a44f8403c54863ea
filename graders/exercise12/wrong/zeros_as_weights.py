"""All weights begin at 0, so that all units stay equal and only the last biases learn.

loses: test_learns_fresh_rows, test_autoencoder_of_digits
may_lose: test_every_weight_learns
says: Every row gets the same reconstruction
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
        self.encoder = nn.Sequential(nn.Linear(n_in, 128), nn.ReLU(), nn.Linear(128, n_code))
        self.decoder = nn.Sequential(nn.Linear(n_code, 128), nn.ReLU(), nn.Linear(128, n_in), nn.Sigmoid())
        for weight in self.parameters():
            nn.init.zeros_(weight)

    def forward(self, x):
        return self.decoder(self.encoder(x))


def make_autoencoder(n_in=784, n_code=32):
    return Autoencoder(n_in, n_code)
