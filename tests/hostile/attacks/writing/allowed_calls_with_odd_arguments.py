"""Make calls that are allowed for some arguments only, with others, and with bits set that a careless test overlooks.

item: system calls
cause: forbidden|exception
control: bare succeeds
"""

import ctypes
import errno
import os
import platform

HIGH = 1 << 32
FCNTL, IOCTL, KILL, PRLIMIT, MMAP, SENDTO = (
    (72, 16, 62, 302, 9, 44) if platform.machine() == "x86_64" else (25, 29, 129, 261, 222, 206)
)


def tries(reader, writer, buffer):
    """Harmless where they succeed, so that this can be tried without a wall, too."""
    for name, command in (("F_SETPIPE_SZ", 1031), ("F_SETOWN", 8), ("F_SETSIG", 10), ("F_NOTIFY", 1026)):
        yield name, (FCNTL, writer, command, 4096 if command == 1031 else 0)
    yield "F_SETPIPE_SZ, high bits", (FCNTL, writer, 1031 | HIGH, 4096)
    for name, request in (("TIOCSTI", 0x5412), ("TIOCSCTTY", 0x540E), ("FIOASYNC", 0x5452), ("SIOCATMARK", 0x8905)):
        yield name, (IOCTL, reader, request, buffer)
    yield "signal 0 to the parent", (KILL, os.getppid(), 0)
    yield "signal 0 to the own group", (KILL, 0, 0)
    yield "signal 0 to a group by its number", (KILL, -os.getpgrp(), 0)
    yield "limits of the parent", (PRLIMIT, os.getppid(), 7, 0, buffer)
    yield "a limit of its own", (PRLIMIT, 0, 4, buffer, 0)
    for name, flags in (
        ("shared", 0x21), ("shared, validated", 0x23), ("grows down", 0x122), ("huge", 0x40022), ("stack", 0x20122),
    ):  # fmt: skip
        yield f"map {name}", (MMAP, 0, 65536, 3, flags, -1, 0)


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    reader, writer = os.pipe()
    buffer = ctypes.create_string_buffer(64)
    odd = (errno.EINVAL, errno.ENOTTY, errno.EFAULT, errno.ENOMEM, errno.ENOTDIR)
    through = []
    for name, (number, *args) in tries(reader, writer, ctypes.addressof(buffer)):
        ctypes.set_errno(0)
        answer = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, args), *[ctypes.c_long(0)] * (6 - len(args)))
        if answer != -1 or ctypes.get_errno() in odd:
            through.append(name)
    if through:
        return through
    raise PermissionError("every call is refused")
