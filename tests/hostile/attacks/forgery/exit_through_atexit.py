"""Register an exit function that ends the process with status 0.

item: atexit
cause: none
control: script succeeds
"""

import atexit
import os

atexit.register(os._exit, 0)


def double(x):
    return x
