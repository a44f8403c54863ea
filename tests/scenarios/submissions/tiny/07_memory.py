"""Cause memory."""

import numpy as np

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    return float(np.ones((100_000, 100_000)).mean())
