"""Cause missing."""

EXTRA = False


def double(x):
    return 2 * x
