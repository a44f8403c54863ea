"""Start three hundred threads with small stacks.

item: threads
cause: none
control: pytest hangs
"""

import threading
import time


def double(x):
    threading.stack_size(32768)
    for _ in range(300):
        threading.Thread(target=time.sleep, args=(60,), daemon=False).start()
    return x
