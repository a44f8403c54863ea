"""Become another user, enter namespaces, change the root, outlive the server, be dumpable.

item: privileges
cause: forbidden|exception
control: bare succeeds
"""

import ctypes
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


def libc(name, *args):
    function = getattr(ctypes.CDLL(None, use_errno=True), name)
    if function(*args) == -1:
        raise PermissionError(ctypes.get_errno(), name)
    return name


def attack():
    return first_success(
        lambda: os.setuid(0) or "setuid",
        lambda: os.setgroups([0]) or "setgroups",
        lambda: libc("unshare", 0x10000000),
        lambda: os.chroot("/") or "chroot",
        lambda: libc("mount", b"none", b"/tmp", b"tmpfs", 0, None),
        lambda: libc("prctl", 1, 0, 0, 0, 0),
        lambda: libc("prctl", 4, 1, 0, 0, 0),
        lambda: libc("personality", 0x40000),
        lambda: os.setsid() or "setsid",
        lambda: os.sethostname("x") or "hostname" if hasattr(os, "sethostname") else os.chroot("/"),
        lambda: os.nice(-5),
        lambda: libc("syscall", 248, b"user", b"d", b"x", 1, -3),
        lambda: libc("syscall", 425, 4, 0),
        lambda: libc("syscall", 323, 0),
        lambda: libc("syscall", 298, 0, 0, -1, -1, 0),
        lambda: libc("syscall", 321, 0, 0, 0),
    )
