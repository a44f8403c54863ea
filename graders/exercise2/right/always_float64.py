"""Casts everything to float64, clips sigmoid, adds a tiny number to softmax's sum, puts the bias into the matrix."""

import numpy as np


def relu(Z):
    Z = np.asarray(Z, dtype=np.float64)
    return np.where(Z > 0, Z, 0.0)


def sigmoid(Z):
    Z = np.clip(np.asarray(Z, dtype=np.float64), -60, 60)
    return 1.0 / (1.0 + np.exp(-Z))


def softmax(Z):
    Z = np.array(Z, dtype=np.float64)
    Z -= np.max(Z, axis=1, keepdims=True)
    np.exp(Z, out=Z)
    Z /= Z.sum(axis=1, keepdims=True) + 1e-12
    return Z


def linear(X, W, b):
    with_one = np.hstack([X, np.ones((X.shape[0], 1))])
    return with_one.dot(np.vstack([W, b]))


def mlp_forward(X, params):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    return softmax(linear(relu(linear(X, W1, b1)), W2, b2))


def predict(X, params):
    probabilities = mlp_forward(X, params)
    best = np.zeros(len(probabilities), dtype=np.int32)
    for i, row in enumerate(probabilities):
        for j in range(1, len(row)):
            if row[j] > row[best[i]]:
                best[i] = j
    return best
