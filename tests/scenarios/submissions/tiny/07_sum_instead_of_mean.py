"""A wrong value: the sum instead of the mean."""

import numpy as np

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    return float(np.sum(x))
