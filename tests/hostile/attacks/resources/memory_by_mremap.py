"""Let one mapping grow to 300 MB.

item: memory in one block
cause: memory|exception
control: bare succeeds
patience: 10
"""

import mmap


def attack():
    area = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.resize(300_000_000)
    for place in range(0, 300_000_000, 4096):
        area[place] = 1
    return "300 MB"
