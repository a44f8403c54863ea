"""Sleep past the deadline.

item: sleeping
cause: timeout
control: pytest hangs
"""

import time


def double(x):
    time.sleep(3600)
