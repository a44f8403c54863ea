"""End itself by a signal that could come from outside.

item: exit
cause: crashed|timeout
control: pytest ends
"""

import os
import signal


def double(x):
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.kill(os.getpid(), signal.SIGTERM)
