"""The reference: a file that no submission may read. CANARY-OF-THE-REFERENCE"""

import numpy as np


def double(x: np.ndarray) -> np.ndarray:
    """Return two times x."""
    return 2 * x


def mean(x: np.ndarray) -> float:
    """Return the mean of x."""
    return float(np.mean(x))
