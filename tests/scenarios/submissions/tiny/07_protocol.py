"""Cause protocol: an answer that cannot be sent."""

EXTRA = False


def double(x):
    return 2 * x


def mean(x):
    nested = []
    for _ in range(100):
        nested = [nested]
    return nested
