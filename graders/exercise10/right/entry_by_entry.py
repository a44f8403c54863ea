"""Plain Python loops over the entries, the math module, lists instead of tuples."""

import math

import numpy as np


def _entries(function, *arrays):
    """Call a function of numbers for every entry; one array for each of its results."""
    rows = [function(*map(float, entry)) for entry in zip(*(array.ravel() for array in arrays), strict=True)]
    return [np.array(column).reshape(arrays[0].shape) for column in zip(*rows, strict=True)]


def sgd(w, g, lr):
    return _entries(lambda wi, gi: (wi - lr * gi,), w, g)[0]


def momentum(w, g, v, lr, beta=0.9):
    def one(wi, gi, vi):
        vi = vi * beta + gi
        return wi - vi * lr, vi

    return _entries(one, w, g, v)


def rmsprop(w, g, s, lr, rho=0.9, eps=1e-8):
    def one(wi, gi, si):
        si = si + (1 - rho) * (gi * gi - si)
        return wi - lr / (math.sqrt(si) + eps) * gi, si

    return _entries(one, w, g, s)


def adam(w, g, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    def one(wi, gi, mi, vi):
        mi += (1 - b1) * (gi - mi)
        vi += (1 - b2) * (gi**2 - vi)
        return wi - lr * (mi / (1 - math.pow(b1, t))) / (eps + math.sqrt(vi / (1 - math.pow(b2, t)))), mi, vi

    return _entries(one, w, g, m, v)
