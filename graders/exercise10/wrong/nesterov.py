"""momentum looks ahead, as Nesterov's form does: the step is lr * (g + beta * v).

loses: test_momentum, test_state_in_state_out
"""

import numpy as np


def sgd(w, g, lr):
    return w - lr * g


def momentum(w, g, v, lr, beta=0.9):
    v = beta * v + g
    return w - lr * (g + beta * v), v


def rmsprop(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def adam(w, g, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    m = b1 * m + (1 - b1) * g
    v = b2 * v + (1 - b2) * g**2
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), m, v
