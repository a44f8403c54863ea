"""Save an array to disk.

item: files
cause: forbidden
control: bare succeeds
"""

import numpy as np


def attack():
    np.save("@SCRATCH@/stolen.npy", np.ones(3))
    return "saved"
