"""Use many threads to reach the processor limit, whose signal is SIGKILL.

cause: timeout
"""

import hashlib
import threading


def burn():
    block = bytes(1 << 22)
    while True:
        hashlib.sha256(block)


def double(x):
    for _ in range(4):
        threading.Thread(target=burn).start()
    burn()
