"""Fill a mapping of a kind that the kernel may drop, and that is neither private nor shared.

item: memory that is not counted
cause: memory|exception
control: bare succeeds
patience: 10
"""

import ctypes
import time

READ, WRITE, PRIVATE, ANONYMOUS, DROPPABLE = 1, 2, 2, 32, 8
BLOCK, BLOCKS = 16 << 20, 32
FAILED = ctypes.c_void_p(-1).value


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]
    for _ in range(BLOCKS):
        for kind in (DROPPABLE, PRIVATE):  # a kernel before 6.11 does not know the first
            place = libc.mmap(None, BLOCK, READ | WRITE, kind | ANONYMOUS, -1, 0)
            if place not in (None, FAILED):
                break
        else:
            raise MemoryError
        ctypes.memset(place, 1, BLOCK)
    time.sleep(0.4)
    return f"{BLOCK * BLOCKS >> 20} MiB"
