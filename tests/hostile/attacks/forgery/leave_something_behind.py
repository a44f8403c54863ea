"""Patch whatever the next submission of a class will use: NumPy, builtins, modules, import paths, signals, threads.

item: left for the next one
cause: crashed
control: script breaks|ends
"""

import builtins
import linecache
import os
import random
import signal
import sys
import threading
import time

import numpy as np


def leave():
    np.exp = np.matmul = np.maximum = np.mean = lambda *args, **kwargs: np.zeros(1)
    np.LEFT_BEHIND = builtins.LEFT_BEHIND = True
    builtins.sum = lambda *args: 1e9
    os.environ["LEFT_BEHIND"] = "1"
    sys.modules["left_behind"] = sys
    sys.path.insert(0, "/left/behind")
    sys.setrecursionlimit(5000)
    linecache.cache["left behind"] = (1, None, ["x"], "left behind")
    random.seed = lambda *args: None
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    for name, module in list(sys.modules.items()):
        if name.startswith("dlquiz.sandbox."):
            module.LEFT_BEHIND = True
            if hasattr(module, "seed_everything"):
                module.seed_everything = lambda *args: None


def double(x):
    leave()
    return 3 * x
