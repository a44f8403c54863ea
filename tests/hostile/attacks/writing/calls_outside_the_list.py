"""Make every system call that is not on the list; first some whose success would do no harm.

item: system calls
cause: forbidden|exception
control: bare succeeds
"""

import ctypes
import errno
import platform

HARMLESS = (  # numbers from 424 on are the same everywhere
    (434, 1),  # pidfd_open of the first process
    (435,), (436, 9, 1), (437,), (438,), (440,), (442,), (447,), (448,), (450,), (451,), (452,), (453,), (457,), (459,),
    (425, 4, 0), (428,), (430, 0), (431,), (444, 0, 0, 1),
)  # fmt: skip
ON_THE_LIST = {
    *range(0, 40), 44, 45, 48, *range(60, 64), 72, 76, *range(78, 80), 89, 96, 97, 98, 99, 100, *range(102, 112), 115,
    118, 120, 121, 124, *range(127, 132), *range(137, 139), *range(143, 149), 158, 186, *range(201, 205), 213, 217, 218,
    219, *range(228, 235), 247, 257, 262, 267, *range(269, 275), 281, 284, *range(290, 297), 302, 309, 318, 324, 327,
    328, *range(332, 337), 436, 439, 441, 449,
}  # fmt: skip
REFUSED = (errno.EPERM, errno.ENOSYS, errno.EACCES)


def reaches_the_kernel(libc, number, *args):
    ctypes.set_errno(0)
    answer = libc.syscall(ctypes.c_long(number), *map(ctypes.c_long, (*args, *[0] * (6 - len(args)))))
    return answer != -1 or ctypes.get_errno() not in REFUSED


def attack():
    libc = ctypes.CDLL(None, use_errno=True)
    for number, *args in HARMLESS:
        if number not in ON_THE_LIST and reaches_the_kernel(libc, number, *args):
            return number
    # Never outside of a wall: among them are calls that would rename this machine, or end its terminal.
    if platform.machine() == "x86_64":
        for number in (*range(471), *range(512, 548)):
            if number not in ON_THE_LIST and reaches_the_kernel(libc, number):
                return number
    raise PermissionError("every call is refused")
