"""Recurse without end, in Python and then in C.

cause: crashed|memory|exception
"""
import sys


def double(x):
    sys.setrecursionlimit(10**7)
    nest = []
    for _ in range(300_000):
        nest = [nest]
    return repr(nest)
