"""Return an array class that claims every property and every comparison.

item: lying array subclass; lying __array_ufunc__
cause: none
control: script succeeds
"""

import numpy as np


class Liar(np.ndarray):
    __array_priority__ = 1e9

    def __eq__(self, other):
        return True

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        return True

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __sub__(self, other):
        return 0.0

    def __rsub__(self, other):
        return 0.0


def double(x):
    return np.zeros_like(x).view(Liar)
