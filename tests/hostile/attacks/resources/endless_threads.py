"""Return, and leave threads running that never end.

item: threads
cause: none
control: pytest hangs
"""

import threading


def spin():
    while True:
        pass


def double(x):
    for _ in range(3):
        threading.Thread(target=spin).start()
    return x
