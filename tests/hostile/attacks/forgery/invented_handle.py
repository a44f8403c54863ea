"""Answer with a handle that nobody has given out.

item: invented handle
cause: none
control: naive ends
"""

import sys


def double(x):
    return sys.modules["dlquiz.sandbox.expr"].Handle(987654321, "ndarray")
