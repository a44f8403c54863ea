"""The process of a worker: how it is held, ended and reaped, and what its end says.

No judgement here: what the file is answerable for is told apart from what nobody can explain.
"""

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

_SIGNALS: Mapping[int, str] = {
    signal.SIGSEGV: "a segmentation fault, often very deep recursion",
    signal.SIGBUS: "a bus error",
    signal.SIGABRT: "an abort inside a library",
    signal.SIGFPE: "an arithmetic fault",
    signal.SIGILL: "an illegal instruction",
    signal.SIGSYS: "a forbidden system call",
}


@dataclass(frozen=True, slots=True)
class Exit:
    """How a worker ended. ``code`` is minus the signal number, as in subprocess."""

    code: int
    cpu_s: float
    peak_kib: int


class Process(Protocol):
    """The process of a worker: ``fd`` becomes readable when it has ended."""

    pid: int
    fd: int

    @property
    def orphan(self) -> bool:
        """Whether the server has died that it depends on, so that it is about to end."""

    def kill(self) -> None:
        """Send SIGKILL; nothing happens if it has ended."""

    def signal(self, number: int) -> None:
        """Send another signal."""

    def reap(self) -> Exit:
        """Wait for the end, free everything, and say how it ended. Called once."""


class ForkedProcess:
    """A fork of the server, held by a pidfd: no other process can be meant, even when pids are used again."""

    def __init__(self, pid: int, pidfd: int, ended: Callable[[int], Exit], orphan: Callable[[], bool]) -> None:
        self.pid = pid
        self.fd = pidfd
        self._ended = ended
        self._orphan = orphan

    @property
    def orphan(self) -> bool:
        """Whether its parent has died: the kernel then ends this process too, a moment later."""
        return self._orphan()

    def kill(self) -> None:
        """Send SIGKILL through the pidfd."""
        self.signal(signal.SIGKILL)

    def signal(self, number: int) -> None:
        """Send a signal through the pidfd."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.fd, number)

    def reap(self) -> Exit:
        """Ask the server, whose child it is."""
        try:
            return self._ended(self.pid)
        finally:
            os.close(self.fd)


def explain(end: Exit, cpu_limit_s: float) -> tuple[str, str] | None:
    """Return (cause, text) of an end that the submission is answerable for, None for one that it is not."""
    if end.code == -signal.SIGXCPU or (end.code == -signal.SIGKILL and end.cpu_s >= cpu_limit_s - 0.5):
        return "timeout", f"it used more than {cpu_limit_s:g} s of processor time"
    if end.code == -signal.SIGKILL:
        return None
    if end.code < 0:
        words = _SIGNALS.get(-end.code, f"signal {-end.code}")
        return "crashed", f"the process was ended by {words}"
    if end.code == 127:
        return "memory", "a library ended the process, as it does when memory runs out"
    return "crashed", f"the code ended its own process (exit status {end.code})"
