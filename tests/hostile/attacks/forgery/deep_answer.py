"""Return a list nested ten thousand deep.

item: nested frame
cause: protocol|exception
control: script ends
"""


def double(x):
    nest = []
    for _ in range(10_000):
        nest = [nest]
    return nest
