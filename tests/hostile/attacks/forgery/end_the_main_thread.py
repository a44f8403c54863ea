"""End the main thread and go on in another one.

item: exit
cause: timeout
control: pytest hangs
"""

import ctypes
import threading
import time


def double(x):
    threading.Thread(target=time.sleep, args=(3600,)).start()
    ctypes.CDLL(None).syscall(60, 0)
