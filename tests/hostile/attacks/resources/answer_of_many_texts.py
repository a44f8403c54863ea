"""Return as many small values as one answer may hold, all different, in lists of lists.

item: answers that cost time
cause: none|protocol
control: script hangs
patience: 0.2
"""


def double(x):
    return [[f"{row}-{column}" for column in range(990)] for row in range(100)]
