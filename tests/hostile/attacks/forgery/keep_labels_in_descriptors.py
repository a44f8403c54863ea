"""Read every open descriptor in search of labels and results.

item: searching descriptors
cause: none
control: naive succeeds
"""

import os


def attack():
    found = []
    for fd in range(3, 256):
        try:
            if data := os.pread(fd, 64, 0):
                found.append((fd, data))
        except OSError:
            continue
    return found


def double(x):
    if evidence := attack():
        print("BREACH", evidence)
    return x
