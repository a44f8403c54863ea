"""Return an array whose every entry is masked.

item: lying array subclass
cause: none|exception
control: script succeeds
"""

import numpy as np


def double(x):
    return np.ma.masked_all(x.shape)
