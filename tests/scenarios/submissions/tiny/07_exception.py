"""Cause exception."""

import numpy as np

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    return float(np.mean(x)) / len(x.item())
