"""Squared distances by a product of matrices, empty clusters drawn anew; a code behind a sigmoid, in a Sequential."""

import numpy as np
from torch import nn

_STEPS = ("encoder", "decoder")


def assign(X, C):
    d = -2.0 * (X @ C.T)
    d += (C * C).sum(1)[None]
    return d.argmin(1)


def update(X, labels, C):
    return np.vstack([np.average(X[labels == j], axis=0) if j in labels else C[j] for j in range(C.shape[0])])


def inertia(X, labels, C):
    return sum(((X[labels == j].astype(np.float64) - c) ** 2).sum() for j, c in enumerate(C))


def kmeans(X, k, seed=0, iters=50, restarts=5):
    rng = np.random.RandomState(seed)

    def start():
        low, high = X.min(0), X.max(0)
        return low + (high - low) * rng.rand(k, X.shape[1]) if X.shape[1] < 5 else X[rng.permutation(len(X))[:k]]

    def run():
        C = start()
        for _ in range(iters):
            labels = assign(X, C)
            new = update(X, labels, C)
            for j in set(range(k)) - set(labels.tolist()):
                new[j] = X[rng.randint(len(X))]
            if np.allclose(new, C, rtol=0, atol=1e-9):
                break
            C = new
        labels = assign(X, C)
        return C, labels, inertia(X, labels, C)

    return min([run() for _ in range(restarts)], key=lambda result: result[-1])


class Coder(nn.Sequential):
    def __getattr__(self, name):
        return super().__getattr__(str(_STEPS.index(name)) if name in _STEPS else name)


def make_autoencoder(n_in=784, n_code=32):
    down = nn.Sequential(nn.Linear(n_in, 256), nn.ReLU(), nn.Linear(256, n_code), nn.Sigmoid())
    up = nn.Sequential(nn.Linear(n_code, 256), nn.ReLU(), nn.Linear(256, n_in), nn.Hardsigmoid())
    for layer in (down[2], up[0]):
        nn.init.xavier_normal_(layer.weight, gain=3.0)
    return Coder(down, up)
