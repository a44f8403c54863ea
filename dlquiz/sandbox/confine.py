"""Put a freshly forked worker behind the wall, in the one order that works.

Identity comes first (dropping root clears the death signal), the filter last
(it forbids most of the steps before it), and all of it before the first byte of
the learner's code.
"""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass

from dlquiz.sandbox import limits
from dlquiz.sandbox.landlock import OWN_FILES, Ruleset
from dlquiz.sandbox.libc import LibC
from dlquiz.sandbox.seccomp import Filter

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What the server has prepared before it forks."""

    rules: Ruleset | None
    filter: Filter | None
    base_bytes: int
    server_pid: int
    own_cmdline: bool
    """Whether a package aborts unless it can read ``/proc/self/cmdline``."""


def drop_privileges(libc: LibC) -> None:
    """Empty every capability set and make it final; works with and without root."""
    libc.drop_capabilities()
    if (result := libc.prctl(_PR_SET_NO_NEW_PRIVS, 1)) != 0:
        raise OSError(-result, "a process may not give up new privileges here (prctl is refused)")


def die_with_parent(libc: LibC, parent: int) -> bool:
    """Ask for SIGKILL when the parent ends; False if it has ended already."""
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    return os.getppid() == parent


def confine(plan: Restrictions, libc: LibC, allowance: limits.Allowance, mapped_bytes: int) -> None:
    """Confine this process. The caller has closed and placed the descriptors."""
    with suppress(OSError):
        os.setsid()
    with suppress(OSError):
        # If memory runs out the kernel shall choose this process, not the grader.
        score = os.open("/proc/self/oom_score_adj", os.O_WRONLY)  # no file objects: a worker copies what it touches
        os.write(score, b"1000")
        os.close(score)
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
