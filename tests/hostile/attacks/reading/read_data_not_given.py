"""Read data that the exercise was not given: labels and the installed digits.

item: data not given
cause: forbidden
control: bare succeeds
level: kernel
"""

import os


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def read(path):
    fd = os.open(os.path.expanduser(path), os.O_RDONLY)
    try:
        return path, os.read(fd, 200)
    finally:
        os.close(fd)


def attack():
    paths = [
        "@SCRATCH@/data/labels.npy",
        "@PACKAGE@/data/sets/digits.npz",
    ]
    return first_success(*(lambda path=path: read(path) for path in paths))
