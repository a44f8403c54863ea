"""The bias as the weight of a column of ones, norms instead of means, a column y flattened, an array as history."""

import numpy as np


def with_ones(X):
    return np.hstack([X, np.ones((X.shape[0], 1))])


def mse(pred, y):
    e = np.ravel(pred) - np.ravel(y)
    return np.linalg.norm(e) ** 2 / e.size


def mse_grad(X, y, w, b):
    A = with_ones(X)
    theta = np.append(w, b)
    g = 2.0 * A.T.dot(A.dot(theta) - y.flatten()) / A.shape[0]
    return g[:-1], g[-1]


def gradient_descent(X, y, lr=0.1, steps=200):
    A, target = with_ones(X), y.reshape(-1)
    theta = np.zeros(A.shape[1])
    history = np.empty(steps)
    for k in range(steps):
        e = A @ theta - target
        history[k] = e @ e / len(e)
        theta -= lr * (2 / len(e)) * (A.T @ e)
    return theta[:-1], theta[-1], history


def r2_score(y, pred):
    y, pred = y.squeeze(), pred.squeeze()
    return 1 - np.mean((y - pred) ** 2) / y.var()
