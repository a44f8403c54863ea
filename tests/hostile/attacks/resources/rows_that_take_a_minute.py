"""Return two rows so long that a grader which looks for equal rows takes half a minute: a field for each column.

item: answers that cost time
cause: none
control: script hangs
patience: 2
"""

import numpy as np


def double(x):
    rows = np.zeros((2, 1_200_000), np.float16)
    rows[0, 0] = 1
    return rows
