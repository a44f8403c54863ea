"""k-means++ by broadcasting, a class for a run; a deeper network with batch norm, dropout and a code with ReLU."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn as nn


def _squared(X: np.ndarray, C: np.ndarray) -> np.ndarray:
    return np.square(X[:, None, :] - C[None, :, :]).sum(axis=2)


def assign(X, C):
    return np.argmin(_squared(X, C), axis=1).astype(np.int32)


def update(X, labels, C):
    counts = np.bincount(labels, minlength=len(C))[:, None]
    one_hot = (labels[:, None] == np.arange(len(C))).astype(X.dtype)
    return np.where(counts > 0, one_hot.T @ X / np.maximum(counts, 1), C)


def inertia(X, labels, C):
    difference = X - np.take(C, labels, axis=0)
    return float(np.einsum("ij,ij->", difference, difference, dtype=np.float64))


@dataclass
class Run:
    X: np.ndarray
    centres: np.ndarray
    labels: np.ndarray | None = None

    def go(self, iters: int) -> Run:
        for _ in range(iters):
            labels = assign(self.X, self.centres)
            if self.labels is not None and np.array_equal(labels, self.labels):
                break
            self.labels = labels
            self.centres = update(self.X, labels, self.centres)
        self.labels = assign(self.X, self.centres)
        return self


def _spread(X, k, rng):
    rows = [int(rng.integers(len(X)))]
    while len(rows) < k:
        squared = _squared(X, X[rows]).min(axis=1).astype(float)
        rows.append(int(rng.choice(len(X), p=squared / squared.sum())))
    return X[rows]


def kmeans(X, k, seed=0, iters=50, restarts=5):
    best, lowest = None, float("inf")
    for number in range(restarts):
        run = Run(X, _spread(X, k, np.random.default_rng([seed, number]))).go(iters)
        value = inertia(X, run.labels, run.centres)
        if value < lowest:
            best, lowest = run, value
    return [best.centres, best.labels, lowest]


def make_autoencoder(n_in=784, n_code=32):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(
                nn.Linear(n_in, 256), nn.BatchNorm1d(256), nn.ReLU(), nn.Dropout(0.1), nn.Linear(256, n_code), nn.ReLU()
            )
            self.decoder = nn.Sequential(nn.Linear(n_code, 256), nn.LeakyReLU(0.1), nn.Linear(256, n_in))

        def forward(self, x):
            return torch.sigmoid(self.decoder(self.encoder(x)))

    print("network with", sum(p.numel() for p in Net().parameters()), "parameters")
    return Net()
