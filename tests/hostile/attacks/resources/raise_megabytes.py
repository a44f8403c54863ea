"""Raise an exception with ten megabytes of text.

item: output in exceptions
cause: exception
control: reader size
patience: 10
"""


def double(x):
    raise ValueError("A" * 10_000_000)
