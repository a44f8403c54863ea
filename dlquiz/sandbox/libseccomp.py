"""libseccomp by ctypes: the few of its functions that build a filter and give it out.

The loader knows where it is, or it is not installed: nobody needs ``ctypes.util.find_library``, which starts programs.
"""

import ctypes
import errno
import os
import sys
from functools import cache
from pathlib import Path

ALLOW = 0x7FFF0000
EQUAL, NOT_EQUAL, MASKED_EQUAL = 4, 1, 7
_NAME = "libseccomp.so.2"
"""Version 2 is what the calls below are."""
_UNKNOWN = -1
"""``__NR_SCMP_ERROR``: no call of that name. Other negative numbers are calls of other architectures."""


def refuse(number: int) -> int:
    """Return the action that answers a call with error ``number``."""
    return 0x00050000 | number


class ArgumentTest(ctypes.Structure):
    """``struct scmp_arg_cmp``: which argument, how it is compared, and with what.

    For ``MASKED_EQUAL`` the third field is the mask and the fourth the value.
    """

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("comparison", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("masked_value", ctypes.c_uint64),
    )


@cache
def load() -> ctypes.CDLL:
    """Return the library; OSError if it is not installed."""
    try:
        library = ctypes.CDLL(_NAME)
    except OSError:
        library = ctypes.CDLL(str(Path(sys.prefix, "lib", _NAME)))  # where conda installs it
    context, number = ctypes.c_void_p, ctypes.c_uint32
    library.seccomp_init.argtypes, library.seccomp_init.restype = (number,), context
    library.seccomp_release.argtypes, library.seccomp_release.restype = (context,), None
    library.seccomp_syscall_resolve_name.argtypes = (ctypes.c_char_p,)
    library.seccomp_rule_add_array.argtypes = (
        context,
        number,
        ctypes.c_int,
        ctypes.c_uint,
        ctypes.POINTER(ArgumentTest),
    )
    library.seccomp_export_bpf.argtypes = (context, ctypes.c_int)
    return library


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(-result, os.strerror(-result))


class FilterBuilder:
    """A filter in the making, for this machine's architecture. Others are refused by ending the process."""

    def __init__(self, default: int) -> None:
        self._library = load()
        self._context = self._library.seccomp_init(default)
        if not self._context:
            raise OSError(errno.EINVAL, "libseccomp makes no filter")

    def add(self, action: int, name: str, *conditions: ArgumentTest) -> None:
        """Answer call ``name`` with ``action`` where all ``conditions`` hold; OSError EINVAL for an unknown name."""
        call = self._library.seccomp_syscall_resolve_name(name.encode())
        _checked(-errno.EINVAL if call == _UNKNOWN else 0)
        values = (ArgumentTest * len(conditions))(*conditions)
        _checked(self._library.seccomp_rule_add_array(self._context, action, call, len(conditions), values))

    def export(self) -> bytes:
        """Return the program as the kernel wants it."""
        # Through a pipe: it works where no file may be written. The kernel takes 4,096 instructions at
        # most, half of what a pipe holds, so nobody has to read beside.
        reader, writer = os.pipe()
        with os.fdopen(reader, "rb") as result:
            with os.fdopen(writer, "wb") as file:
                _checked(self._library.seccomp_export_bpf(self._context, file.fileno()))
            return result.read()

    def __enter__(self) -> "FilterBuilder":
        return self

    def __exit__(self, *exc: object) -> None:
        self._library.seccomp_release(self._context)
