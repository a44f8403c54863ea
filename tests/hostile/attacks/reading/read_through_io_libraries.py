"""Read a file through NumPy, ctypes and the import system instead of open().

item: references; workspace
cause: forbidden|exception
control: bare succeeds
level: kernel
"""

import ctypes
import ctypes.util
import importlib.util

import numpy as np


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def by_libc():
    libc = ctypes.CDLL(None, use_errno=True)
    buffer = ctypes.create_string_buffer(200)
    fd = libc.open(b"@SCRATCH@/secret.txt", 0)
    if fd < 0:
        raise PermissionError(ctypes.get_errno(), "libc.open")
    libc.read(fd, buffer, 200)
    return buffer.value


def by_import():
    spec = importlib.util.spec_from_file_location("stolen", "@SOLUTION@")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.__doc__


def attack():
    return first_success(
        by_libc,
        by_import,
        lambda: np.fromfile("@SCRATCH@/secret.txt", dtype=np.uint8)[:20],
        lambda: np.memmap("@SCRATCH@/secret.txt", mode="r")[:20],
        lambda: np.loadtxt("@SCRATCH@/secret.txt", dtype=str),
    )
