"""Recurse without end, in Python and then in C.

cause: crashed|memory|exception|timeout
"""

import sys


def double(x):
    sys.setrecursionlimit(10**7)
    nest = []
    for _ in range(100_000):
        nest = [nest]
    return repr(nest)
