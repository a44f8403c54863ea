"""Return an array with eight axes: whoever shows only its corners still shows more than a million numbers.

item: answers that cost time
cause: none|protocol
control: script hangs
"""

import numpy as np


def double(x):
    return np.random.default_rng(0).integers(0, 99, size=(7,) * 8, dtype=np.uint8)
