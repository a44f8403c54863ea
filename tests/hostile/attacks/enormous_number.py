"""Return an integer with a hundred thousand digits.

cause: protocol
"""


def double(x):
    return 1 << 400_000
