"""What keeps a grader from running for ever, or from filling the machine.

It is trusted, but it computes with what a learner returned.
"""

import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from dlquiz.grading.limits import GRADER_MEMORY_MIB, GRADER_OPEN_FILES
from dlquiz.sandbox.limits import MIB, data_bytes

_LOOK_S = 0.25
"""How often the workers are looked at while a case runs: a learner's threads may work while the grader compares."""


class CaseHangs(BaseException):
    """A case is over its time. Not an Exception: a grader's ``except Exception`` must not stop it."""


@contextmanager
def watchdog(seconds: float | None, look: Callable[[], None]) -> Iterator[None]:
    """Raise CaseHangs in the block once it has run for ``seconds``, and ``look`` now and then; None: neither.

    An endless loop of Python ends so. One inside a library does not come back to Python; the parent ends the
    whole process then.
    """
    if seconds is None:
        yield
        return
    end = time.monotonic() + seconds

    def bark(number: int, frame: object) -> None:
        look()
        if time.monotonic() >= end:
            raise CaseHangs(f"the grader took more than {seconds:g} s for this case")

    before = signal.signal(signal.SIGALRM, bark)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_S, _LOOK_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def limit_grader() -> None:
    """Limit this process's own memory and descriptors; servers that it starts later set their own."""
    pairs = {resource.RLIMIT_NOFILE: GRADER_OPEN_FILES, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        pairs[resource.RLIMIT_DATA] = data_bytes() + GRADER_MEMORY_MIB * MIB
    for name, wanted in pairs.items():
        # Where a container refuses the call, workers cannot be limited either: the server says so, in words.
        with suppress(OSError):
            _, most = resource.getrlimit(name)
            # The hard limit stays: a worker's own limits may be higher.
            resource.setrlimit(name, (wanted if most == resource.RLIM_INFINITY else min(wanted, most), most))
