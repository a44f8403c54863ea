"""linear computes every product in Python.

loses: test_linear_is_fast_enough
says: Is there a Python loop over every element?
"""

import numpy as np


def relu(Z):
    return np.maximum(Z, 0)


def sigmoid(Z):
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def softmax(Z):
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


def linear(X, W, b):
    n, d = X.shape
    m = W.shape[1]
    out = np.zeros((n, m))
    for i in range(n):
        for j in range(m):
            total = b[j]
            for k in range(d):
                total += X[i, k] * W[k, j]
            out[i, j] = total
    return out


def mlp_forward(X, params):
    hidden = relu(linear(X, params["W1"], params["b1"]))
    return softmax(linear(hidden, params["W2"], params["b2"]))


def predict(X, params):
    return np.argmax(mlp_forward(X, params), axis=1)
