"""The input is changed."""

import numpy as np

EXTRA = False


def double(x):
    x *= 2
    return x


def mean(x):
    return float(np.mean(x))
