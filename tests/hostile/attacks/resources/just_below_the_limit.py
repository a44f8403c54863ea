"""Take a little less than the time of a call, again and again, to hold up whoever is graded next.

item: slow calls
cause: none|timeout
control: pytest hangs
patience: 2
"""

import threading
import time


def slowly():
    for _ in range(8):
        time.sleep(0.6)


def double(x):
    threading.Thread(target=slowly).start()  # the rest of it goes on after the answer
    time.sleep(0.6)
    return x
