"""Connect or send over TCP, UDP, unix, netlink, raw and packet sockets.

item: sockets
cause: forbidden
control: bare succeeds
"""

import socket


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def send(family, kind, address, protocol=0):
    with socket.socket(family, kind, protocol) as one:
        if kind == socket.SOCK_STREAM:
            one.connect(address)
        else:
            one.sendto(b"hello", address)
        return f"{family.name} to {address}"


def attack():
    return first_success(
        lambda: send(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int("@TCP@"))),
        lambda: send(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int("@UDP@"))),
        lambda: send(socket.AF_UNIX, socket.SOCK_DGRAM, "@SCRATCH@/unix.sock"),
        lambda: socket.socketpair(),
        lambda: socket.socket(socket.AF_INET6),
        lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1),
        lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
        lambda: socket.socket(40, socket.SOCK_STREAM),
        lambda: socket.socket(38, socket.SOCK_SEQPACKET),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262),
    )
