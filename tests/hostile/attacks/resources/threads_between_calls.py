"""Answer at once, and start two thousand and five hundred threads while nobody waits for an answer.

item: threads
cause: none
control: pytest hangs
earns: 0|1
"""

import threading
import time


def many():
    for _ in range(2500):
        try:
            threading.Thread(target=time.sleep, args=(20,)).start()
        except RuntimeError:
            break


def double(x):
    threading.stack_size(32768)
    threading.Timer(0.02, many).start()
    return x
