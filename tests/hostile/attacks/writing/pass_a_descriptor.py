"""Send a descriptor over the channel.

item: sockets
cause: forbidden|exception
control: naive succeeds
"""

import socket

# prelude


def attack():
    one = socket.socket(fileno=channel())
    try:
        return socket.send_fds(one, [b"x"], [1])
    finally:
        one.detach()
