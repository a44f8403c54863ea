"""Where the code was when its time was over, or when it crashed.

Python's ``faulthandler`` writes the stack from inside a signal handler, so it answers from an endless loop as well as
from a library in C. It is the worker that writes: what comes may be shown, never believed.
"""

import faulthandler
import re
import signal
from typing import NamedTuple

ASK = signal.SIGUSR1
"""A worker that gets this signal prints its stack."""
_ASKED = re.compile(rb"Stack \(most recent call first\):\n(?:  [^\n]*\n)*")
_CRASHED = re.compile(rb"Fatal Python error: [^\n]*\n(?:[^\n]*\n)*\Z")
_FRAME = re.compile(rb'  File "([^"\n]{1,300})", line (\d{1,7}) in ([^\n]{1,200})\n')


class Frame(NamedTuple):
    """One call on the stack, as the worker says."""

    file: str
    line: int
    name: str


def promise() -> None:
    """Let this process and its forks print their stack on descriptor 2: when asked, and when they crash."""
    faulthandler.enable(file=2)
    faulthandler.register(ASK, file=2, all_threads=False, chain=False)


def find_stack(printed: bytes) -> tuple[int, int] | None:
    """Return where the last printed stack begins and ends."""
    for pattern in (_CRASHED, _ASKED):
        found = list(pattern.finditer(printed))
        if found:
            return found[-1].span()
    return None


def frames_of(stack: bytes, origin: str) -> tuple[Frame, ...]:
    """Return the calls in files whose names begin with ``origin``, the outermost first."""
    stack = stack.partition(b"\nThread 0x")[0]  # of several threads, the one that crashed stands first
    found = [Frame(file.decode("utf-8", "replace"), int(line), name.decode("utf-8", "replace"))
             for file, line, name in _FRAME.findall(stack)]  # fmt: skip
    return tuple(frame for frame in reversed(found) if frame.file.startswith(origin))
