"""Cause output."""

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    while True:
        print("x" * 1_000_000)
