"""Send to the listeners of the test over the channel's own descriptor.

item: sockets
cause: none|protocol
control: naive succeeds
"""

import ctypes
import socket
import struct

# prelude


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    target = struct.pack("=H", socket.AF_UNIX) + b"@SCRATCH@/unix.sock\0"
    got = [libc.sendto(channel(), b"hello", 5, flags, target, len(target)) for flags in (0, 1, 0x8000)]
    got += [libc.sendto(channel(), b"x", 1, 1, None, 0), libc.connect(channel(), target, len(target))]
    return [one for one in got if one >= 0]


def double(x):
    if evidence := attack():
        print("BREACH", evidence)
    return x
