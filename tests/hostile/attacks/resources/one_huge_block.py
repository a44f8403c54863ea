"""Ask for one block larger than allowed (320 MB where 192 MiB are).

item: memory in one block
cause: memory
control: bare succeeds
patience: 10
"""

import numpy as np


def attack():
    return np.ones(40_000_000).nbytes
