"""End the process with the status a shell shows for SIGKILL.

item: exit; killing itself
cause: crashed
control: pytest ends
"""

import os


def double(x):
    os._exit(137)
