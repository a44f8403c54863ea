"""Leave a message in a System V queue and in a POSIX queue.

item: message queues
cause: forbidden
control: bare succeeds
"""

import ctypes


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    if (queue := libc.msgget(0, 0o1600)) >= 0:
        libc.msgctl(queue, 0, None)
        return "System V"
    if libc.syscall(240, b"dlquiz-attack", 0o102, 0o600, None) >= 0:
        libc.syscall(241, b"dlquiz-attack")
        return "POSIX"
    raise PermissionError(ctypes.get_errno(), "message queue")
