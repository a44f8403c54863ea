"""The few calls of the C library that confinement needs and Python does not offer."""

import ctypes
import errno
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
    """Calls by ctypes into the C library that the interpreter has loaded."""

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

    def filter_refusal(self) -> int:
        """Return the error number with which this machine refuses seccomp filters, 0 if it takes them.

        A filter at address 0 changes nothing; a kernel that takes filters answers that there is nothing to read.
        """
        result = self.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER)
        return 0 if result == -errno.EFAULT else -result

    def drop_capabilities(self) -> None:
        """Give up every capability for good (root included); OSError if any is left."""
        self.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
        for capability in range(_LAST_CAPABILITY + 1):
            if self.prctl(_PR_CAPBSET_DROP, capability) < 0:
                break  # the first number the kernel does not know, or no right to drop: capset still empties the sets
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        sets = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable: twice 32 bits each
        self._c.capset(ctypes.byref(header), ctypes.byref(sets))
        # A container may refuse capset. That harms nobody who has no capability.
        if self._c.capget(ctypes.byref(header), ctypes.byref(sets)) < 0 or any(sets):
            raise OSError(
                errno.EPERM, "the rights of root cannot be given up (capset is refused): use an ordinary user"
            )
