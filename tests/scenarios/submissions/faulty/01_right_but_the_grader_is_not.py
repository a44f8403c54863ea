"""The reference."""

import numpy as np

EXTRA = True


def double(x: np.ndarray) -> np.ndarray:
    """Return twice ``x``."""
    return 2 * x


def mean(x: np.ndarray) -> float:
    """Return the mean of all entries of ``x``."""
    return float(np.mean(x))
