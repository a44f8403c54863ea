"""einsum, boolean masks, softmax through the log-sum-exp; predict from the logits."""

import numpy as np


def relu(Z):
    out = Z.copy()
    out[out < 0] = 0
    return out


def sigmoid(Z):
    out = np.empty_like(Z)
    positive = Z >= 0
    out[positive] = 1 / (1 + np.exp(-Z[positive]))
    e = np.exp(Z[~positive])
    out[~positive] = e / (1 + e)
    return out


def softmax(Z):
    m = Z.max(axis=-1)[:, None]
    log_sum = m + np.log(np.exp(Z - m).sum(axis=-1)[:, None])
    return np.exp(Z - log_sum)


def linear(X, W, b):
    return np.einsum("ij,jk->ik", X, W) + b[np.newaxis, :]


def _logits(X, params):
    return linear(relu(linear(X, params["W1"], params["b1"])), params["W2"], params["b2"])


def mlp_forward(X, params):
    return softmax(_logits(X, params))


def predict(X, params):
    return np.argsort(_logits(X, params), axis=1)[:, -1]
