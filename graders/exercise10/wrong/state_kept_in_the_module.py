"""The velocity and the running means live in the module; what the caller hands in is ignored.

loses: test_momentum, test_rmsprop, test_rmsprop_eps, test_adam_moments, test_state_in_state_out
may_lose: test_adam_step, test_adam_eps, test_adam_first_step
"""

import numpy as np

STATE = {}


def sgd(w, g, lr):
    return w - lr * g


def momentum(w, g, v, lr, beta=0.9):
    v = STATE["velocity", w.shape] = beta * STATE.get(("velocity", w.shape), 0.0) + g
    return w - lr * v, v


def rmsprop(w, g, s, lr, rho=0.9, eps=1e-8):
    s = STATE["s", w.shape] = rho * STATE.get(("s", w.shape), 0.0) + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def adam(w, g, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    m = STATE["m", w.shape] = b1 * STATE.get(("m", w.shape), 0.0) + (1 - b1) * g
    v = STATE["v", w.shape] = b2 * STATE.get(("v", w.shape), 0.0) + (1 - b2) * g**2
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps), m, v
