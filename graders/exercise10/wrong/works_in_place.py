"""The weights and the state are changed in place: the caller's arrays change.

loses: test_state_in_state_out
says: sgd changed its input w
"""

import numpy as np


def sgd(w, g, lr):
    w -= lr * g
    return w


def momentum(w, g, v, lr, beta=0.9):
    v *= beta
    v += g
    w -= lr * v
    return w, v


def rmsprop(w, g, s, lr, rho=0.9, eps=1e-8):
    s[...] = rho * s + (1 - rho) * g**2
    w -= lr * g / (np.sqrt(s) + eps)
    return w, s


def adam(w, g, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    m[:] = b1 * m + (1 - b1) * g
    v[:] = b2 * v + (1 - b2) * g**2
    w -= lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)
    return w, m, v
