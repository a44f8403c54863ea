"""Start three hundred threads with small stacks.

cause: none
"""

import threading
import time


def double(x):
    threading.stack_size(32768)
    for _ in range(300):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return x
