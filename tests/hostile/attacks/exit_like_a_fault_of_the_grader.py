"""End the process with the status that means a fault of our own.

cause: crashed
"""

import os


def double(x):
    os._exit(70)
