"""w is changed before db is computed, so that db belongs to the new w.

loses: test_path, test_divergence
"""

import numpy as np


def _errors(pred, y):
    if np.ndim(y) != 1 or np.shape(pred) != np.shape(y):
        raise ValueError("pred and y must both have the shape (N,)")
    return pred - y


def mse(pred, y):
    return float(np.mean(_errors(pred, y) ** 2))


def mse_grad(X, y, w, b):
    errors = _errors(X @ w + b, y)
    return 2 / len(y) * X.T @ errors, float(2 * errors.mean())


def gradient_descent(X, y, lr=0.1, steps=200):
    w, b, history = np.zeros(X.shape[1]), 0.0, []
    for _ in range(steps):
        history.append(mse(X @ w + b, y))
        dw, _ = mse_grad(X, y, w, b)
        w = w - lr * dw
        _, db = mse_grad(X, y, w, b)
        b = b - lr * db
    return w, b, history


def r2_score(y, pred):
    return float(1 - np.sum(_errors(pred, y) ** 2) / np.sum((y - y.mean()) ** 2))
