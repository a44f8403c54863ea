"""Trace, read, limit, slow down and pin a process of the test.

item: processes
cause: forbidden|exception
control: bare succeeds
level: kernel
"""

import ctypes
import os
import resource


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
        lambda: os.setpriority(os.PRIO_PROCESS, int("@VICTIM@"), 5) or "priority",
        lambda: os.sched_setaffinity(int("@VICTIM@"), {0}) or "affinity",
        lambda: resource.prlimit(int("@VICTIM@"), resource.RLIMIT_CORE),
        lambda: resource.prlimit(int("@VICTIM@"), resource.RLIMIT_CPU, (1, 1)),
        lambda: libc("ptrace", 16, int("@VICTIM@"), 0, 0),
        lambda: libc("process_vm_readv", int("@VICTIM@"), 0, 0, 0, 0, 0),
        lambda: open("/proc/@VICTIM@/mem", "rb"),
        lambda: open("/proc/@VICTIM@/environ").read(),
    )
