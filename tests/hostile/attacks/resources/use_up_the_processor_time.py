"""Use many threads to reach the processor limit, whose signal is SIGKILL.

item: endless loop in C
cause: timeout
control: pytest hangs
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
