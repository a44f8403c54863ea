"""Look for anything that an earlier submission of the same class has left behind.

item: left for the next one
cause: none
control: queue succeeds
"""

import builtins
import linecache
import os
import random
import signal
import sys
import threading

import numpy as np


def found():
    yield "builtins", hasattr(builtins, "LEFT_BEHIND")
    yield "numpy", hasattr(np, "LEFT_BEHIND") or np.exp(np.zeros(2)).shape != (2,)
    yield "environment", "LEFT_BEHIND" in os.environ
    yield "modules", "left_behind" in sys.modules
    yield "our modules", any(hasattr(one, "LEFT_BEHIND") for name, one in sys.modules.items() if "dlquiz" in name)
    yield "path", "/left/behind" in sys.path
    yield "lines", "left behind" in linecache.cache
    yield "random", getattr(random.seed, "__name__", "") == "<lambda>"
    yield "signals", signal.getsignal(signal.SIGUSR1) == signal.SIG_IGN
    yield "threads", threading.active_count() > 1


def double(x):
    left = [name for name, there in found() if there]
    if left:
        print("BREACH", *left)
    return 3 * x
