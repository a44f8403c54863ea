"""Stay in C for ever: a power with many digits.

item: endless loop in C
cause: timeout
control: pytest hangs
"""


def double(x):
    return 7 ** (10**8)
