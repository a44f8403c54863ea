"""Leave a semaphore of System V and of POSIX.

item: semaphores
cause: forbidden
control: bare succeeds
"""

import ctypes
import os


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    if (one := libc.semget(0, 1, 0o1600)) >= 0:
        libc.semctl(one, 0, 0)
        return "System V"
    if ctypes.CDLL(None, use_errno=True).sem_open(b"/dlquiz-attack", os.O_CREAT, 0o600, 1):
        libc.sem_unlink(b"/dlquiz-attack")
        return "POSIX"
    raise PermissionError(ctypes.get_errno(), "semaphore")
