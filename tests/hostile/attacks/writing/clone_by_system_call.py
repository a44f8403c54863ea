"""Start a process by the raw system calls clone, clone3, vfork and fork.

item: processes
cause: none
control: bare succeeds
"""

import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    got = []
    for call, *args in ((56, 17, 0, 0, 0, 0), (56, 17 | (1 << 40), 0, 0, 0, 0), (57,), (435, 0, 0)):
        pid = libc.syscall(call, *map(ctypes.c_long, args))
        if pid == 0:
            os._exit(0)
        if pid > 0:
            got.append((call, pid))
    return got


def double(x):
    if evidence := attack():
        print("BREACH", evidence)
    return x
