"""Print without end.

cause: output|timeout
"""

import os


def double(x):
    block = b"all tests passed\n" * 4000
    while True:
        os.write(1, block)
