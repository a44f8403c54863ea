"""Return sixteen million bytes that become eight times as many as soon as somebody computes with them.

item: answers that cost memory
cause: none|protocol
control: script ends|hangs
"""

import numpy as np


def double(x):
    return np.zeros((16_000_000 // x.size, *x.shape), np.uint8)
