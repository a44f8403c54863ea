"""End the process with the status a shell shows for SIGKILL.

cause: crashed
"""

import os


def double(x):
    os._exit(137)
