"""Sleep past the deadline.

cause: timeout
"""

import time


def double(x):
    time.sleep(3600)
