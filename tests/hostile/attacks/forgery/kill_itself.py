"""Kill itself with SIGKILL, which would look like a fault of the machine.

item: killing itself
cause: exception|forbidden|timeout
control: pytest ends
"""

import ctypes
import os
import signal


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    me, thread = os.getpid(), libc.syscall(186)
    libc.syscall(234, me, thread, 9)
    libc.syscall(200, thread, 9)
    libc.syscall(62, ctypes.c_long(me), ctypes.c_long(9 | 1 << 32))
    libc.syscall(62, ctypes.c_long(me | 1 << 32), ctypes.c_long(9))
    os.kill(me, signal.SIGKILL)
    return "alive"
