"""Right without the bonus, and chatty."""

import numpy as np

EXTRA = False


print("loading")


def double(x):
    print("doubling", x.shape)
    return x + x


def mean(x):
    return float(np.mean(x))
