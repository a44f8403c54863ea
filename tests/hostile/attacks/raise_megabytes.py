"""Raise an exception with ten megabytes of text.

cause: exception
"""


def double(x):
    raise ValueError("A" * 10_000_000)
