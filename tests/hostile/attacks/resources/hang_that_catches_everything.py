"""Sleep for ever in ten threads, catch whatever is raised, and answer nothing.

item: sleeping
cause: timeout
control: pytest hangs
"""

import threading
import time


def forever():
    while True:
        try:
            time.sleep(1000)
        except BaseException:
            continue


def double(x):
    for _ in range(10):
        threading.Thread(target=forever).start()
    forever()
