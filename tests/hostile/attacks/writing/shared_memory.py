"""Map memory that no limit counts: shared, grows-down, huge, files of nothing, segments.

item: shared memory
cause: forbidden|exception|memory
control: bare succeeds
"""

import ctypes
import mmap
import os


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def segment():
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0, 1 << 20, 0o1600) < 0:
        raise PermissionError(ctypes.get_errno(), "shmget")
    return "segment"


def area(flags):
    return len(mmap.mmap(-1, 1 << 20, flags=flags))


def attack():
    private = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    return first_success(
        lambda: area(mmap.MAP_SHARED | mmap.MAP_ANONYMOUS),
        lambda: area(private | 0x100),
        lambda: area(private | 0x40000),
        lambda: os.memfd_create("dlquiz-attack"),
        segment,
        lambda: open("/dev/zero", "r+b"),
    )
