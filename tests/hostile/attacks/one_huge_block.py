"""Ask for one block larger than allowed.

cause: memory
"""

import numpy as np


def double(x):
    return np.ones(10**9)
