"""Fill the process table with threads (bounded here to 1,500, where 1,000 are allowed).

item: threads
cause: forbidden|exception|timeout
control: bare succeeds
patience: 10
"""

import threading
import time


def double(x):
    threading.stack_size(32768)
    for _ in range(1500):
        threading.Thread(target=time.sleep, args=(2,), daemon=True).start()
    time.sleep(0.5)
    print("BREACH 1500 threads")
    return x
