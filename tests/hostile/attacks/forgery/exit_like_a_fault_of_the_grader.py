"""End the process with the status that means a fault of our own.

item: exit
cause: crashed
control: pytest ends
"""

import os


def double(x):
    os._exit(70)
