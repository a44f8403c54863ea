"""Warn ten thousand times with a long text.

item: output
cause: none
control: reader size
patience: 10
"""

import warnings


def double(x):
    warnings.simplefilter("always")
    for number in range(600):
        warnings.warn("A" * 10_000 + str(number), RuntimeWarning, stacklevel=1)
    return x
