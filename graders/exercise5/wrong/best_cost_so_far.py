"""history holds the smallest cost so far, which hides that the training diverges.

loses: test_history
says: history holds the smallest cost so far
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
        history.append(min([mse(X @ w + b, y), *history]))
        dw, db = mse_grad(X, y, w, b)
        w, b = w - lr * dw, b - lr * db
    return w, b, history


def r2_score(y, pred):
    return float(1 - np.sum(_errors(pred, y) ** 2) / np.sum((y - y.mean()) ** 2))
