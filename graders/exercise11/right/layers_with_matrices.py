"""A class that remembers the forward pass, the centring matrix on the way back, random float32 numbers, prints."""

from __future__ import annotations

import numpy as np


class BatchNorm:
    def __init__(self, gamma: np.ndarray, beta: np.ndarray | float, eps: float) -> None:
        self.gamma, self.beta, self.eps = gamma, beta, eps

    def __call__(self, X: np.ndarray) -> np.ndarray:
        self.centring = np.eye(len(X)) - np.full((len(X), len(X)), 1 / len(X))
        centred = self.centring @ X
        self.std = np.sqrt(np.diag(centred.T @ centred) / len(X) + self.eps)
        self.xhat = centred / self.std
        return self.xhat * self.gamma + self.beta

    def backward(self, dout: np.ndarray) -> np.ndarray:
        along = np.mean(dout * self.xhat, axis=0)
        return self.gamma * (self.centring @ dout - along * self.xhat) / self.std


def dropout(X, p, rng, training=True):
    keep = 1.0 - p if training else 1.0
    print("dropout keeps", keep)
    out = X / keep
    if training:
        out[rng.random(size=X.shape, dtype=np.float32) > keep] = 0.0
    return out


def batchnorm(X, gamma, beta, running_mean, running_var, training=True, momentum=0.1, eps=1e-5):
    if training:
        out = BatchNorm(gamma, beta, eps)(X)
        statistics = np.stack([running_mean, running_var])
        now = np.stack([np.average(X, axis=0), np.cov(X, rowvar=False).diagonal()])
        new_mean, new_var = statistics + momentum * (now - statistics)
        return out, new_mean, new_var
    scale = gamma / np.sqrt(running_var + eps)
    return X * scale + (beta - running_mean * scale), running_mean, running_var


def batchnorm_backward(dout, X, gamma, eps=1e-5):
    layer = BatchNorm(gamma, 0.0, eps)
    layer(X)
    return layer.backward(dout), (dout * layer.xhat).sum(0), dout.sum(0)


def l2_penalty_grad(W, lam):
    return np.multiply(W, lam + lam)
