"""Abort.

item: abort
cause: crashed
control: pytest ends
"""

import os


def double(x):
    os.abort()
