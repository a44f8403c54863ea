"""Save an array to disk.

cause: forbidden
control: yes
"""

import numpy as np


def attack():
    np.save("@SCRATCH@/stolen.npy", np.ones(3))
    return "saved"
