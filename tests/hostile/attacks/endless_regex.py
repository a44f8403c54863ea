"""Stay in C for ever: a regular expression that backtracks.

cause: timeout
"""

import re


def double(x):
    return re.match(r"(a|a|aa)*$", "a" * 60 + "b")
