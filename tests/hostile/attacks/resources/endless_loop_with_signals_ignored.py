"""Ignore every signal, swallow every exception, and never return.

item: ignored signals
cause: timeout
control: pytest hangs
"""

import contextlib
import signal


def double(x):
    for number in signal.valid_signals():
        with contextlib.suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_IGN)
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
