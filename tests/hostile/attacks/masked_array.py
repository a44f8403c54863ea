"""Return an array whose every entry is masked.

cause: none|exception
"""

import numpy as np


def double(x):
    return np.ma.masked_all(x.shape)
