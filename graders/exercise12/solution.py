"""Reference solution of exercise 12."""

import numpy as np
import torch
from torch import nn


def assign(X: np.ndarray, C: np.ndarray) -> np.ndarray:
    squared = np.stack([((X - c) ** 2).sum(axis=1) for c in C], axis=1)
    return squared.argmin(axis=1)


def update(X: np.ndarray, labels: np.ndarray, C: np.ndarray) -> np.ndarray:
    new = C.copy()
    for j in range(len(C)):
        if (labels == j).any():
            new[j] = X[labels == j].mean(axis=0)
    return new


def inertia(X: np.ndarray, labels: np.ndarray, C: np.ndarray) -> float:
    return float(((X - C[labels]) ** 2).sum())


def kmeans(
    X: np.ndarray, k: int, seed: int = 0, iters: int = 50, restarts: int = 5
) -> tuple[np.ndarray, np.ndarray, float]:
    rng = np.random.default_rng(seed)
    runs = [_one_run(X, k, rng, iters) for _ in range(restarts)]
    return min(runs, key=lambda run: run[2])


def _one_run(X, k, rng, iters):
    """Draw k rows as centres, then assign and update until nothing moves."""
    C = X[rng.choice(len(X), size=k, replace=False)]
    for _ in range(iters):
        old, C = C, update(X, assign(X, C), C)
        if np.array_equal(old, C):
            break
    labels = assign(X, C)
    return C, labels, inertia(X, labels, C)


class Autoencoder(nn.Module):
    def __init__(self, n_in, n_code):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_in, 128), nn.ReLU(), nn.Linear(128, n_code))
        self.decoder = nn.Sequential(nn.Linear(n_code, 128), nn.ReLU(), nn.Linear(128, n_in), nn.Sigmoid())

    def forward(self, x):
        return self.decoder(self.encoder(x))


def make_autoencoder(n_in: int = 784, n_code: int = 32) -> torch.nn.Module:
    return Autoencoder(n_in, n_code)
