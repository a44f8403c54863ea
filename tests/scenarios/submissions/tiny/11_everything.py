"""Everything right, and the bonus."""

import numpy as np

EXTRA = True


def double(x):
    return 2 * x


def mean(x):
    return float(np.mean(x))
