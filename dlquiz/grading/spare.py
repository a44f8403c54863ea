"""Workers for one session, the next one forked while the last one works.

A fresh worker needs some milliseconds to confine itself. It holds nothing yet,
so it can do that beside the grading of the submission before.
"""

from collections.abc import Mapping
from contextlib import suppress

from dlquiz.errors import SandboxError
from dlquiz.grading.servers import Servers
from dlquiz.sandbox.client import Worker
from dlquiz.sandbox.service import DataFile

_Wish = tuple[tuple[str, ...], int, int]


class Spares:
    """Hands out a server's workers. ``expected`` is how many a session without accidents needs."""

    def __init__(self, server: Servers, expected: int) -> None:
        self._server = server
        self._expected = expected
        self._spare: tuple[_Wish, Worker] | None = None

    def worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> Worker:
        """Return a confined worker that holds nothing yet; SandboxError if the server is gone."""
        wish = (tuple(sorted(data)), memory_mib, cpu_s)
        spare, self._spare = self._spare, None
        if spare is not None and not spare[1].idle:
            # It died while it waited, perhaps with its server: nothing was in it.
            with suppress(SandboxError):
                spare[1].close()
            spare = None
        if spare is not None and spare[0] == wish:
            worker = spare[1]
        else:
            worker = self._server.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)
        self._expected -= 1
        if self._expected > 0:
            # A machine that has no room for one more process now has a worker for this submission all the same.
            with suppress(SandboxError):
                self._spare = wish, self._server.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)
        return worker

    def close(self) -> None:
        """End the worker that nobody asked for."""
        spare, self._spare = self._spare, None
        if spare is not None:
            with suppress(SandboxError):  # the server has ended, and every worker with it
                spare[1].close()
