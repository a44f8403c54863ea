"""Put a freshly forked worker behind the wall, in the one order that works.

Identity comes first (dropping root clears the death signal), the filter last
(it forbids most of the steps before it), and all of it before the first byte of
the learner's code.
"""

import ctypes
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dlquiz.sandbox import limits
from dlquiz.sandbox.landlock import OWN_FILES, Rules
from dlquiz.sandbox.seccomp import Filter

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_SECCOMP = 22
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_CAPABILITY_VERSION_3 = 0x20080522
_LAST_CAPABILITY = 63
_SECCOMP_MODE_FILTER = 2


class _FilterProgram(ctypes.Structure):
    """``struct sock_fprog``: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


@dataclass(frozen=True, slots=True)
class Plan:
    """What the server has prepared before it forks."""

    rules: Rules | None
    filter: Filter | None
    base_bytes: int
    server_pid: int
    own_cmdline: bool
    """TensorFlow aborts unless it can read ``/proc/self/cmdline``."""


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


def drop_privileges(libc: LibC) -> None:
    """Empty every capability set and make it final; works with and without root."""
    libc.drop_capabilities()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(libc: LibC, parent: int) -> bool:
    """Ask for SIGKILL when the parent ends; False if it has ended already."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent


def confine(plan: Plan, libc: LibC, allowance: limits.Allowance, mapped_bytes: int) -> None:
    """Confine this process. The caller has closed and placed the descriptors."""
    with suppress(OSError):
        os.setsid()
    with suppress(OSError):
        # If memory runs out the kernel shall choose this process, not the grader.
        Path("/proc/self/oom_score_adj").write_text("1000")
    if not die_with_parent(libc, plan.server_pid):
        os._exit(0)
    libc.prctl(_PR_SET_DUMPABLE, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    os.umask(0o077)
    limits.apply(allowance, plan.base_bytes, mapped_bytes)
    drop_privileges(libc)
    if plan.rules is not None:
        plan.rules.enforce(OWN_FILES if plan.own_cmdline else ())
    if plan.filter is not None:
        plan.filter.enforce(libc)
