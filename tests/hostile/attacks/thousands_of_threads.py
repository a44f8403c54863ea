"""Fill the process table with threads (bounded here to 4,000).

cause: forbidden|exception|timeout
"""

import threading
import time


def double(x):
    threading.stack_size(32768)
    for _ in range(4000):
        threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
    time.sleep(3)
    print("BREACH 4000 threads")
    return x
