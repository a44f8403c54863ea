"""End itself by a signal that could come from outside.

cause: crashed|timeout
"""

import os
import signal


def double(x):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
