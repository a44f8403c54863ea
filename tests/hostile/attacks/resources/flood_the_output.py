"""Print without end (bounded here to 68 MB, above the limit of 50).

item: output
cause: output|timeout
control: reader size
patience: 10
"""

import os


def double(x):
    block = b"all tests passed\n" * 4000
    for _ in range(1000):
        os.write(1, block)
    return x
