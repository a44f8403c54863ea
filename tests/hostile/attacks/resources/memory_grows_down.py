"""Map memory that grows down like a stack, which RLIMIT_DATA does not count.

item: grows-down memory
cause: forbidden|exception|memory
control: bare succeeds
"""

import mmap


def attack():
    area = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100)
    return len(area)
