"""Return a list nested ten thousand deep.

cause: protocol|exception
"""


def double(x):
    nest = []
    for _ in range(10_000):
        nest = [nest]
    return nest
