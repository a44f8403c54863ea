"""Return, and leave threads running that never end.

cause: none
"""

import threading


def spin():
    while True:
        pass


def double(x):
    for _ in range(3):
        threading.Thread(target=spin, daemon=True).start()
    return x
