"""Fill memory and make it read-only, block by block: a limit on writable memory does not count it.

item: memory that is not counted
cause: memory
control: bare succeeds
patience: 10
"""

import ctypes
import time

READ, WRITE, PRIVATE, ANONYMOUS = 1, 2, 2, 32
BLOCK, BLOCKS = 16 << 20, 32


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for _ in range(BLOCKS):
        place = libc.mmap(None, BLOCK, READ | WRITE, PRIVATE | ANONYMOUS, -1, 0)
        if place in (None, ctypes.c_void_p(-1).value):
            raise MemoryError
        ctypes.memset(place, 1, BLOCK)
        if libc.mprotect(place, BLOCK, READ):
            raise OSError(ctypes.get_errno())
    time.sleep(0.4)
    return f"{BLOCK * BLOCKS >> 20} MiB"
