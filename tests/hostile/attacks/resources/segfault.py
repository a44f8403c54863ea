"""Read address 0.

item: segmentation fault
cause: crashed
control: pytest ends
"""

import ctypes


def double(x):
    return ctypes.string_at(0)
