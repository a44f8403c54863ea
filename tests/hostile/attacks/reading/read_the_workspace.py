"""Read the workspace: another exercise's file and the progress store.

item: workspace
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
        "@SCRATCH@/workspace/target/target.py",
        "@SCRATCH@/workspace/.dlquiz/progress.sqlite3",
    ]
    return first_success(*(lambda path=path: read(path) for path in paths))
