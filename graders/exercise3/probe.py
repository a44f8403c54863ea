"""Functions to differentiate. They use their argument alone, and say so when its shape is not that of x.

``submission`` is the module under grading, set when this file is loaded.
Returned are arrays, never a verdict.
"""

import numpy as np


def _only_in_shape(function, shape):
    def f(z):
        if np.shape(z) != shape:
            raise ValueError(f"f was called with an array of shape {np.shape(z)}, but x has the shape {shape}")
        return float(function(z))

    return f


def _gradient(function, x, *eps):
    """Ask the learner's function for the gradient of ``function`` at x."""
    return submission.numerical_gradient(_only_in_shape(function, x.shape), x, *eps)  # noqa: F821 - set by the loader


def gradient_of_cubes(x, *eps):
    """Gradient of sum(z**3), by the learner's numerical_gradient, with or without eps."""
    x = np.array(x)
    return _gradient(lambda z: (z**3).sum(), x, *eps)


def gradient_of_product(x, A):
    """Gradient of sum((A @ z)**2): every entry of z meets the others of its column."""
    x = np.array(x)
    return _gradient(lambda z: ((A @ z) ** 2).sum(), x)


def x_after(x):
    """What the array x holds after the learner's numerical_gradient has used it."""
    x = np.array(x)
    _gradient(lambda z: (z**3).sum(), x)
    return x
