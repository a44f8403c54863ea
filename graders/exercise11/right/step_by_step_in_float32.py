"""The backward pass in small steps along the graph, everything in float32, the biased running variance."""

import numpy as np


def dropout(X, p, rng, training=True):
    if not training:
        return X.astype(np.float32)
    mask = (rng.uniform(0, 1, X.shape) < 1 - p).astype(np.float32)
    return X.astype(np.float32) * mask * np.float32(1 / (1 - p))


def forward(X, gamma, beta, mean, var, eps):
    centred = X - mean
    inverse = 1 / np.sqrt(var + eps)
    return gamma * (centred * inverse) + beta, centred, inverse


def batchnorm(X, gamma, beta, running_mean, running_var, training=True, momentum=0.1, eps=1e-5):
    X = X.astype(np.float32)
    if not training:
        return forward(X, gamma, beta, running_mean, running_var, eps)[0], running_mean.copy(), running_var.copy()
    mean = np.mean(X, axis=0)
    var = np.mean(np.square(X - mean), axis=0)
    out, _, _ = forward(X, gamma, beta, mean, var, eps)
    keep = 1 - momentum
    return out, keep * running_mean + momentum * mean, keep * running_var + momentum * var


def batchnorm_backward(dout, X, gamma, eps=1e-5):
    dout, X, gamma = (array.astype(np.float32) for array in (dout, X, gamma))
    n = np.float32(len(X))
    mean = X.sum(axis=0) / n
    var = np.square(X - mean).sum(axis=0) / n
    _, centred, inverse = forward(X, gamma, 0, mean, var, np.float32(eps))
    dgamma = np.einsum("nd,nd->d", dout, centred * inverse)
    dbeta = np.einsum("nd->d", dout)
    dnormalised = dout * gamma
    dcentred = dnormalised * inverse
    dinverse = (dnormalised * centred).sum(axis=0)
    dvar = dinverse * np.float32(-0.5) * inverse**3
    dcentred = dcentred + dvar * 2 / n * centred
    dmean = -dcentred.sum(axis=0)
    return dcentred + dmean / n, dgamma, dbeta


def l2_penalty_grad(W, lam):
    return (W.astype(np.float32) * np.float32(lam)) * 2
