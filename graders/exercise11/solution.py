"""Reference solution of exercise 11."""

import numpy as np


def dropout(X: np.ndarray, p: float, rng: np.random.Generator, training: bool = True) -> np.ndarray:
    if not training:
        return X
    kept = rng.random(X.shape) >= p
    return X * kept / (1 - p)


def batchnorm(
    X: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    mean, var = running_mean, running_var
    if training:
        mean, var = X.mean(axis=0), X.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1)
    out = gamma * (X - mean) / np.sqrt(var + eps) + beta
    return out, running_mean, running_var


def batchnorm_backward(
    dout: np.ndarray, X: np.ndarray, gamma: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    std = np.sqrt(X.var(axis=0) + eps)
    xhat = (X - X.mean(axis=0)) / std
    dgamma, dbeta = (dout * xhat).sum(axis=0), dout.sum(axis=0)
    dxhat = dout * gamma
    dX = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dX, dgamma, dbeta


def l2_penalty_grad(W: np.ndarray, lam: float) -> np.ndarray:
    return 2 * lam * W
