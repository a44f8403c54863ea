"""Stay in C for ever: a regular expression that backtracks.

item: endless loop in C
cause: timeout
control: pytest hangs
"""

import re


def double(x):
    return re.match(r"(a|a|aa)*$", "a" * 60 + "b")
