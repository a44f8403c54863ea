"""Register code for the exit, and for when objects are deleted.

item: atexit
cause: none
control: bare succeeds
"""

import atexit
import sys
import weakref


class Last:
    def __del__(self):
        print("BREACH at deletion", flush=True)


LAST = Last()


def late(*_):
    print("BREACH at exit", flush=True)


atexit.register(late)
weakref.finalize(sys.modules["dlquiz.sandbox.worker"], late)


def double(x):
    return x
