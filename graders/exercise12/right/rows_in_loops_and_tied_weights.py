"""Loops over the rows, NumPy's global generator, random labels as the start; one matrix for both directions."""

import random

import numpy as np
import torch


def assign(X, C):
    labels = []
    for row in X:
        differences = C - row
        labels.append(int((differences * differences).sum(axis=1).argmin()))
    return np.array(labels)


def update(X, labels, C):
    sums, counts = {}, {}
    for row, label in zip(X, labels, strict=True):
        label = int(label)
        sums[label] = sums.get(label, 0) + row.astype(np.float64)
        counts[label] = counts.get(label, 0) + 1
    return np.array([sums[j] / counts[j] if j in counts else C[j] for j in range(len(C))])


def inertia(X, labels, C):
    total = 0.0
    for i in range(len(X)):
        total += float(np.sum((X[i].astype(float) - C[labels[i]]) ** 2))
    return total


def kmeans(X, k, seed=0, iters=50, restarts=5):
    np.random.seed(seed)
    random.seed(seed)
    results = []
    for _ in range(restarts):
        labels = np.random.randint(0, k, size=len(X))
        fallback = X[random.sample(range(len(X)), k)]
        C = update(X, labels, fallback)
        for _ in range(iters):
            labels = _fast(X, C)
            C = np.array(
                [X[labels == j].mean(axis=0) if np.any(labels == j) else X[np.random.randint(len(X))] for j in range(k)]
            )
        labels = _fast(X, C)
        results.append((((X - C[labels]) ** 2).sum(), C, labels))
    results.sort(key=lambda one: one[0])
    value, C, labels = results[0]
    return C, labels, value


def _fast(X, C):
    return np.linalg.norm(X[:, None] - C, axis=2).argmin(1) if len(X) < 500 else np.array([_closest(x, C) for x in X])


def _closest(x, C):
    return ((C - x) ** 2).sum(1).argmin()


class Tied(torch.nn.Module):
    def __init__(self, n_in, n_code):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.randn(n_code, n_in) / n_in**0.5)
        self.down = torch.nn.Parameter(torch.zeros(n_code))
        self.up = torch.nn.Parameter(torch.zeros(n_in))

    def encoder(self, x):
        return torch.nn.functional.linear(x, self.weight, self.down)

    def decoder(self, code):
        return (code @ self.weight + self.up).sigmoid()

    def forward(self, x):
        return self.decoder(self.encoder(x))


make_autoencoder = lambda n_in=784, n_code=32: Tied(n_in, n_code)  # noqa: E731 - a style learners use
