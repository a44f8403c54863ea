"""Two functions and a constant."""

import numpy as np

EXTRA = False
"""Set to True to have the bonus graded."""


def double(x: np.ndarray) -> np.ndarray:
    """Return twice ``x``, a float array of any shape."""
    # TODO(1): a product.
    raise NotImplementedError("double: TODO(1)")


def mean(x: np.ndarray) -> float:
    """Return the mean of all entries of ``x``."""
    # TODO(2): one call.
    raise NotImplementedError("mean: TODO(2)")
