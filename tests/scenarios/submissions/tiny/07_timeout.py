"""Cause timeout."""

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    while True:
        pass
