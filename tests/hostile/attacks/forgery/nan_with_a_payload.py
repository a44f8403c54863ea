"""Return complex numbers whose parts are signalling NaNs with a payload, not greater than any tolerance.

item: non-finite frame; odd numbers
cause: none
control: script succeeds
"""

import numpy as np


def double(x):
    bits = np.full((*x.shape, 2), 0x7FF0_DEAD_0000_0001, np.uint64)
    return bits.view(np.complex128)[..., 0]
