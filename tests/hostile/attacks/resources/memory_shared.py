"""Fill shared memory (300 MB where 192 MiB are allowed), which RLIMIT_DATA does not count.

item: shared memory
cause: forbidden|exception|memory
control: bare succeeds
patience: 10
"""

import mmap


def attack():
    area = mmap.mmap(-1, 300_000_000, flags=mmap.MAP_SHARED | mmap.MAP_ANONYMOUS)
    return area.write(bytes(300_000_000))
