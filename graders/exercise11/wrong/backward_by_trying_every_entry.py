"""dX comes from trying every entry of X: right, but hundreds of times too slow.

loses: test_backward_speed
says: Is there a Python loop over every element?
"""

import numpy as np


def dropout(X, p, rng, training=True):
    if not training:
        return X
    kept = rng.random(X.shape) >= p
    return X * kept / (1 - p)


def batchnorm(X, gamma, beta, running_mean, running_var, training=True, momentum=0.1, eps=1e-5):
    mean, var = running_mean, running_var
    if training:
        mean, var = X.mean(axis=0), X.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * X.var(axis=0, ddof=1)
    out = gamma * (X - mean) / np.sqrt(var + eps) + beta
    return out, running_mean, running_var


def batchnorm_backward(dout, X, gamma, eps=1e-5):
    def loss(Z):
        return (dout * gamma * (Z - Z.mean(axis=0)) / np.sqrt(((Z - Z.mean(axis=0)) ** 2).mean(axis=0) + eps)).sum()

    dX = np.zeros(X.shape)
    for i in np.ndindex(X.shape):
        Z = X.astype(complex)
        Z[i] += 1e-30j
        dX[i] = loss(Z).imag / 1e-30
    xhat = (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    return dX, (dout * xhat).sum(axis=0), dout.sum(axis=0)


def l2_penalty_grad(W, lam):
    return 2 * lam * W
