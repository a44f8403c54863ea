"""Shut the channel down in both directions.

item: truncated frame
cause: protocol|timeout
control: naive ends
"""

import socket
import time

# prelude


def double(x):
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=channel()).shutdown(socket.SHUT_RDWR)
    time.sleep(3600)
