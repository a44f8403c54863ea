"""End the process as libraries do without memory.

item: exit
cause: memory
control: pytest ends
"""

import os


def double(x):
    os._exit(127)
