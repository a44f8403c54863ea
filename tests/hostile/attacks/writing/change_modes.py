"""Make private files readable and itself executable.

item: modes
cause: forbidden
control: bare succeeds
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
    path = "@SCRATCH@/secret.txt"
    return first_success(
        lambda: os.chmod(path, 0o6777) or "chmod",
        lambda: os.fchmod(os.open(path, os.O_RDONLY), 0o777) or "fchmod",
        lambda: os.chmod("secret.txt", 0o777, dir_fd=os.open("@SCRATCH@", os.O_PATH)) or "fchmodat",
        lambda: os.lchown(path, 65534, 65534) or "lchown",
        lambda: os.setxattr(path, "user.x", b"1") or "setxattr",
    )
