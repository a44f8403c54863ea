"""Sleep in an exit function.

item: sleep at exit
cause: none
control: pytest hangs
"""

import atexit
import time

atexit.register(time.sleep, 3600)


def double(x):
    return x
