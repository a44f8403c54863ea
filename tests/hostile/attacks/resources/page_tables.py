"""Make the kernel spend memory on page tables of an enormous read-only area.

item: memory in one block
cause: exception
control: bare succeeds
"""

import ctypes


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    if libc.mmap(None, 1 << 40, 1, 0x22, -1, 0) in (None, 2**64 - 1):
        raise OSError(ctypes.get_errno(), "no room for a terabyte")
    return "a terabyte of addresses"
