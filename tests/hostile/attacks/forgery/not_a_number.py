"""Return NaN everywhere, which is not greater than any tolerance.

item: non-finite frame
cause: none
control: script succeeds
"""

import numpy as np


def double(x):
    return np.full(x.shape, np.nan)
