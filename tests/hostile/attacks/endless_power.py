"""Stay in C for ever: a power with many digits.

cause: timeout
"""


def double(x):
    return 7 ** (10**8)
