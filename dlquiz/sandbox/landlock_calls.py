"""The three system calls of Landlock: the C library has no functions for them, only ``syscall``.

Numbers and layouts are those of ``linux/landlock.h``. A ruleset names the rights that it handles; those that nothing
allows are refused. A kernel takes no right that it does not know: its version (the ABI) says which it does.
"""

import ctypes
import errno
import os
from typing import Any

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""The same numbers on every architecture."""
_ASK_VERSION = 1
_PATH_BENEATH = 1

READ_FILE = 1 << 2
READ_DIR = 1 << 3
_FILES = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15, 9: 1 << 16}
"""Version → what it added: all of the first version; refer (move between folders); truncate; ioctl on devices; unix
sockets with a path."""
_NETWORK = {4: 0b0011, 10: 0b1100}
"""TCP: bind, connect; UDP: bind, connect or send."""
_SCOPES = {6: 0b11}
"""Abstract unix sockets and signals of processes outside."""

_syscall = ctypes.CDLL(None, use_errno=True).syscall  # what is loaded already: finding it starts no process
_syscall.restype = ctypes.c_long


class _Ruleset(ctypes.Structure):
    """``struct landlock_ruleset_attr``. An older kernel accepts fields that it does not know if they are zero."""

    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    """``struct landlock_path_beneath_attr``, which is packed."""

    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("path", ctypes.c_int32))


def _call(number: int, *args: Any) -> int:
    result = int(
        _syscall(ctypes.c_long(number), *(ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args))
    )
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def version() -> int:
    """Return the kernel's Landlock version; OSError without it (ENOSYS: not built in, EOPNOTSUPP: switched off)."""
    return _call(_CREATE_RULESET, None, 0, _ASK_VERSION)


def handled(abi: int) -> tuple[int, ...]:
    """Return everything that a kernel of version ``abi`` can refuse: rights on files, on the network, and scopes."""
    return tuple(
        sum(rights for since, rights in table.items() if since <= abi) for table in (_FILES, _NETWORK, _SCOPES)
    )


def create_ruleset(abi: int) -> int:
    """Return the descriptor of a new ruleset, which allows nothing. No program that is started inherits it."""
    rules = _Ruleset(*handled(abi))
    return _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.sizeof(rules), 0)


def allow_path(ruleset: int, path: str, access: int) -> None:
    """Allow ``access`` (``READ_FILE``, ``READ_DIR``) to ``path`` and to what lies beneath it."""
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_PathRule(access, fd)), 0)
    finally:
        os.close(fd)


def restrict_self(ruleset: int) -> None:
    """Put this thread and its children behind ``ruleset`` for good. New privileges must have been given up before."""
    _call(_RESTRICT_SELF, ruleset, 0)


def refusal(*, unprivileged: bool) -> int:
    """Return the error number with which this machine refuses Landlock, 0 if it lets all calls through.

    Each is made so that it changes nothing: the version is asked for, then there is no such ruleset. The last is
    tried only by a process that is ``unprivileged`` (no new privileges): others are refused for that reason.
    """
    asked, rule, end = (None, 0, _ASK_VERSION), (-1, _PATH_BENEATH, None, 0), (-1, 0)
    calls = ((_CREATE_RULESET, asked), (_ADD_RULE, rule), (_RESTRICT_SELF, end))
    for number, args in calls if unprivileged else calls[:-1]:
        try:
            _call(number, *args)
        except OSError as error:
            if error.errno != errno.EBADF:
                return error.errno or errno.EPERM
    return 0
