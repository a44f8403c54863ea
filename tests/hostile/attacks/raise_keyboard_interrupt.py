"""Raise KeyboardInterrupt, which many runners pass on.

cause: exception
"""


def double(x):
    raise KeyboardInterrupt
