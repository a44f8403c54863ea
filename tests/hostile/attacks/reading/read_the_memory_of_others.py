"""Read the memory of the server, the grader and a process of the test.

item: memory of others
cause: forbidden
control: bare succeeds
level: kernel
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


class Piece(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def peek(pid):
    libc = ctypes.CDLL(None, use_errno=True)
    mine = ctypes.create_string_buffer(64)
    here, there = Piece(ctypes.addressof(mine), 64), Piece(id(os), 64)
    if libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
        raise PermissionError(ctypes.get_errno(), "process_vm_readv")
    return mine.raw


def look(pid):
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        memory.seek(id(os))
        return memory.read(64)


def attack():
    pids = (int("@VICTIM@"), os.getppid(), int("@GRADER@"))
    return first_success(
        *(lambda pid=pid: peek(pid) for pid in pids),
        *(lambda pid=pid: look(pid) for pid in pids),
    )
