"""Open pipes until there are no descriptors left (bounded here to 400 descriptors, where 256 are allowed).

item: descriptors
cause: exception
control: bare succeeds
"""

import os


def attack():
    return [os.pipe() for _ in range(200)][-1]
