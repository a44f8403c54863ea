"""Return an integer with a hundred thousand digits.

item: oversized frame
cause: protocol
control: script ends
"""


def double(x):
    return 1 << 400_000
