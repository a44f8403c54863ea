"""The few calls of the C library that confinement needs and Python does not offer."""

import ctypes
import os

_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_SECCOMP_MODE_FILTER = 2


class _FilterProgram(ctypes.Structure):
    """``struct sock_fprog``: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class LibC:
    """The few calls that Python does not offer; resolved in the server, because looking libc up starts a process."""

    def __init__(self) -> None:
        self._c = ctypes.CDLL(None, use_errno=True)

    def prctl(self, option: int, value: int = 0, third: int = 0) -> int:
        """Call ``prctl``; the result, or minus the error number."""
        result = int(self._c.prctl(option, ctypes.c_ulong(value), ctypes.c_ulong(third), 0, 0))
        return -ctypes.get_errno() if result < 0 else result

    def load_filter(self, program: bytes) -> None:
        """Load a seccomp program (``struct sock_fprog``) for good; OSError if the kernel refuses it."""
        instructions = ctypes.create_string_buffer(program, len(program))
        header = _FilterProgram(len(program) // 8, ctypes.addressof(instructions))
        if self._c.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(header), 0, 0) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"the filter was not loaded: {os.strerror(number)}")

    def drop_capabilities(self) -> None:
        """Give up every capability for good (root included)."""
        self.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
        for capability in range(_LAST_CAPABILITY + 1):
            if self.prctl(_PR_CAPBSET_DROP, capability) < 0:
                break  # the first number the kernel does not know, or no right to drop: capset still empties the sets
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        empty = (ctypes.c_uint32 * 6)()
        self._c.capset(ctypes.byref(header), ctypes.byref(empty))
