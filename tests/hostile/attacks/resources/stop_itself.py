"""Stop the process instead of answering.

item: sleeping
cause: timeout|exception|forbidden
control: pytest hangs
"""

import os
import signal
import time


def double(x):
    for number in (signal.SIGTSTP, signal.SIGTTIN, signal.SIGSTOP):
        try:
            os.kill(os.getpid(), number)
        except OSError:
            continue
    time.sleep(3600)
