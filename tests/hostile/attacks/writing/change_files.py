"""Write, append, truncate, delete, rename, link, and change modes, times and attributes.

item: files; modes
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


P = "@SCRATCH@/victim.txt"


def write(flags):
    fd = os.open(P, flags)
    os.write(fd, b"spoilt")
    os.close(fd)
    return flags


def attack():
    return first_success(
        lambda: write(os.O_WRONLY),
        lambda: write(os.O_RDWR | os.O_APPEND),
        lambda: os.open(P, os.O_RDONLY | os.O_TRUNC),
        lambda: os.truncate(P, 0),
        lambda: os.chmod(P, 0o777) or "chmod",
        lambda: os.chown(P, os.getuid(), -1) or "chown",
        lambda: os.utime(P, (1, 1)) or "utime",
        lambda: os.setxattr(P, "user.x", b"1") or "xattr",
        lambda: os.rename(P, P + ".moved") or "rename",
        lambda: os.link(P, P + ".link") or "link",
        lambda: os.symlink(P, P + ".symlink") or "symlink",
        lambda: os.unlink(P) or "unlink",
        lambda: os.rmdir("@SCRATCH@/empty") or "rmdir",
    )
