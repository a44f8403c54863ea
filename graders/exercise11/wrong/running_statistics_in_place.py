"""batchnorm changes running_mean and running_var in place: the caller's arrays change.

loses: test_inputs_stay_as_they_are
says: batchnorm changed its input running_mean
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
        running_mean *= 1 - momentum
        running_mean += momentum * mean
        running_var *= 1 - momentum
        running_var += momentum * X.var(axis=0, ddof=1)
    out = gamma * (X - mean) / np.sqrt(var + eps) + beta
    return out, running_mean, running_var


def batchnorm_backward(dout, X, gamma, eps=1e-5):
    std = np.sqrt(X.var(axis=0) + eps)
    xhat = (X - X.mean(axis=0)) / std
    dxhat = dout * gamma
    dX = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / std
    return dX, (dout * xhat).sum(axis=0), dout.sum(axis=0)


def l2_penalty_grad(W, lam):
    return 2 * lam * W
