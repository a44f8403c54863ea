"""Allow itself a larger stack, and fill 100 MiB of it: a limit on data does not count it.

item: memory that is not counted
cause: crashed|exception|forbidden
control: bare succeeds
patience: 10
"""

import ctypes
import mmap
import platform
import resource

PAGES = (100 << 20) // 4096
TOUCH = {  # one byte in each of the pages below the stack pointer
    "x86_64": "4889e0 482d00100000 c60001 48ffcf 75f2 c3",
    "aarch64": "e1030091 210440d1 3f000039 000400f1 a1ffff54 c0035fd6",
}


def attack():
    wanted = (120 << 20, resource.getrlimit(resource.RLIMIT_STACK)[1])
    resource.setrlimit(resource.RLIMIT_STACK, wanted)
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(bytes.fromhex(TOUCH[platform.machine()]))
    place = ctypes.addressof(ctypes.c_char.from_buffer(code))
    ctypes.CFUNCTYPE(None, ctypes.c_long)(place)(PAGES)
    return f"{PAGES * 4096 >> 20} MiB of stack"
