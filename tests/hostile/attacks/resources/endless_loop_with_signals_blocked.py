"""Block every signal and never return.

item: blocked signals
cause: timeout
control: pytest hangs
"""

import signal


def double(x):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        pass
