"""End the process with status 0.

cause: crashed
"""

import os


def double(x):
    os._exit(0)
