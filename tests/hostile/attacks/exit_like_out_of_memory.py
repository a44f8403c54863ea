"""End the process as libraries do without memory.

cause: memory
"""

import os


def double(x):
    os._exit(127)
