"""Recurse without end, in Python and then in C.

item: deep recursion
cause: crashed|memory|exception|timeout
control: pytest ends
patience: 10
"""

import sys


def double(x):
    sys.setrecursionlimit(10**7)
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return repr(nest)
