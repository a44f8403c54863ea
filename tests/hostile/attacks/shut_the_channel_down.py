"""Shut the channel down in both directions.

cause: protocol|timeout
"""

import socket
import time

# prelude


def double(x):
    socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=channel()).shutdown(socket.SHUT_RDWR)
    time.sleep(3600)
