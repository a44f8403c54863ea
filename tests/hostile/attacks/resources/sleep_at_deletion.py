"""Sleep when an object is deleted.

item: sleep in __del__
cause: timeout
control: pytest hangs
"""

import time


class Slow:
    def __del__(self):
        time.sleep(3600)


def double(x):
    slow = Slow()
    return x
