"""Make system calls of another kind of program: 32 bits (int 0x80), and 32-bit pointers on 64 bits (x32).

item: system calls
cause: crashed|forbidden|exception
control: bare succeeds|ends
"""

import ctypes
import mmap
import platform


def run(code):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes.fromhex(code))
    place = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return ctypes.CFUNCTYPE(ctypes.c_long)(place)()


def attack():
    if platform.machine() != "x86_64":
        raise PermissionError("there are none on this machine")
    x32 = ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(0x40000000 | 39))  # getpid
    pid = run("b814000000 cd80 c3")  # getpid of 32 bits: mov eax, 20; int 0x80; ret
    if max(x32, pid) <= 0:
        raise PermissionError("both are refused")
    return x32, pid
