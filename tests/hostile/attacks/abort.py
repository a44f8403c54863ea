"""Abort.

cause: crashed
"""

import os


def double(x):
    os.abort()
