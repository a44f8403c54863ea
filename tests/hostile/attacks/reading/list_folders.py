"""List folders: the root, temporary files, the course, the scratch folder, other processes.

item: workspace; other submissions
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


def attack():
    folders = ("/", "/tmp", "@SCRATCH@", "@COURSE@", "/proc", "/proc/self/fd", "/dev", "/home", "/root", "/etc", ".")
    return first_success(*(lambda path=path: os.listdir(path) for path in folders))
