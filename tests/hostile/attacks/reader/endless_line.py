"""Print and raise a line of a million letters.

item: endless lines
cause: exception
control: reader line
"""


def double(x):
    print("A" * 1_000_000)
    raise ValueError("B" * 1_000_000)
