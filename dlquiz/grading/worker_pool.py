"""Workers for one session, the next one forked while the last one works.

A fresh worker needs some milliseconds to confine itself. It holds nothing yet,
so it can do that beside the grading of the submission before.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from dlquiz.errors import SandboxError
from dlquiz.grading.supervisor import Supervisor
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.worker_handle import WorkerHandle

_Wish = tuple[tuple[str, ...], int, int]


class WorkerPool:
    """Hands out a server's workers.

    ``expected`` is how many a session without accidents needs; ``greeting``, what each is asked first.
    """

    def __init__(
        self, server: Supervisor, expected: int, greeting: Callable[[], Sequence[dict[str, Any]]] = tuple
    ) -> None:
        self._server = server
        self._expected = expected
        self._greeting = greeting
        self._spare: tuple[_Wish, Callable[[], WorkerHandle]] | None = None
        self._greeted = False

    def greet(self) -> None:
        """Let the spare worker do what does not depend on who will be in it. It has had a moment to be forked."""
        if self._spare is None or self._greeted:
            return
        self._greeted = True
        wish, forked = self._spare
        self._spare = None
        with suppress(SandboxError):
            worker = forked()
            worker.greet(self._greeting())
            self._spare = wish, lambda: worker

    def worker(self, *, data: Mapping[str, DataFile], memory_mib: int, cpu_s: int) -> WorkerHandle:
        """Return a confined worker that holds nothing yet; SandboxError if the server is gone."""
        wish = (tuple(sorted(data)), memory_mib, cpu_s)
        worker = self._take(wish) or self._server.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)
        self._expected -= 1
        if self._expected > 0:
            with suppress(SandboxError):
                self._spare = wish, self._server.begin_worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)
                self._greeted = False
        return worker

    def _take(self, wish: _Wish | None) -> WorkerHandle | None:
        """Return the spare worker if it is what is wanted and waits; otherwise end it. Nothing was in it."""
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        # The server may have ended, and every worker with it. And a machine that had no room for one
        # more process has a worker for this submission all the same.
        with suppress(SandboxError):
            worker = spare[1]()
            if spare[0] == wish and worker.idle:
                return worker
            worker.close()
        return None

    def close(self) -> None:
        """End the worker that nobody asked for."""
        self._take(None)
