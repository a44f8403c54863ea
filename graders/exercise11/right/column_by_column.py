"""Plain loops over columns and rows, the binomial distribution for the mask, lists instead of tuples."""

import math

import numpy as np


def dropout(X, p, rng, training=True):
    if training and p > 0:
        mask = rng.binomial(1, 1 - p, size=X.shape)
        return np.where(mask == 1, X / (1 - p), 0.0)
    return X.copy()


def moments(column):
    n = len(column)
    mean = math.fsum(column) / n
    return mean, math.fsum((x - mean) ** 2 for x in column) / n


def batchnorm(X, gamma, beta, running_mean, running_var, training=True, momentum=0.1, eps=1e-5):
    n, d = X.shape
    out, means, variances = np.empty((n, d)), list(running_mean), list(running_var)
    for j in range(d):
        mean, var = moments(X[:, j].tolist()) if training else (running_mean[j], running_var[j])
        if training:
            means[j] += momentum * (mean - means[j])
            variances[j] += momentum * (var * n / (n - 1) - variances[j])
        for i in range(n):
            out[i, j] = gamma[j] * (X[i, j] - mean) / math.sqrt(var + eps) + beta[j]
    return [out, np.array(means), np.array(variances)]


def batchnorm_backward(dout, X, gamma, eps=1e-5):
    n, d = X.shape
    dX, dgamma, dbeta = np.empty((n, d)), [], []
    for j in range(d):
        mean, var = moments(X[:, j].tolist())
        std = math.sqrt(var + eps)
        xhat = [(x - mean) / std for x in X[:, j]]
        dgamma.append(sum(d * x for d, x in zip(dout[:, j], xhat, strict=True)))
        dbeta.append(sum(dout[:, j]))
        for i in range(n):
            dX[i, j] = gamma[j] / (n * std) * (n * dout[i, j] - dbeta[-1] - xhat[i] * dgamma[-1])
    return [dX, np.array(dgamma), np.array(dbeta)]


def l2_penalty_grad(W, lam):
    grad = np.zeros(W.shape)
    for i in np.ndindex(W.shape):
        grad[i] = lam * (W[i] + W[i])
    return grad
