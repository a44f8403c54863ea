"""What every kind of server offers: the words between the sandbox and whoever uses it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.worker_handle import WorkerHandle

REPLY_LIMIT = 1 << 27
"""Bytes of arrays in one answer: the trusted side holds them twice while it decodes."""


@dataclass(frozen=True, slots=True)
class DataFile:
    """A data set for a worker: an array in a descriptor, at an offset."""

    fd: int
    dtype: str
    shape: tuple[int, ...]
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Wall:
    """What the server could build. ``reasons`` say why it is less than ``kernel``."""

    kernel: bool
    landlock_abi: int | None
    identity: str
    reasons: tuple[str, ...]


class Sandbox(Protocol):
    """A server as its owner sees it. Starting returns at once; ``wall`` waits."""

    packages: tuple[str, ...]
    identity: str

    @property
    def wall(self) -> Wall:
        """What could be built."""

    @property
    def ended(self) -> bool:
        """Whether its process has died, so that only another server can help."""

    def worker(
        self,
        *,
        data: Mapping[str, DataFile] | None = None,
        memory_mib: int = 1024,
        cpu_s: int = 120,
        reply_limit: int = REPLY_LIMIT,
    ) -> WorkerHandle:
        """Return a worker that holds nothing yet."""

    def begin_worker(
        self, *, data: Mapping[str, DataFile] | None = None, memory_mib: int = 1024, cpu_s: int = 120
    ) -> Callable[[], WorkerHandle]:
        """Ask for a worker and return at once; the returned function, called once, waits for it."""

    def surprises(self, forbidden: Sequence[str]) -> "SelfCheck":
        """Start the self-check (level ``kernel`` only)."""

    def close(self) -> None:
        """End every process."""

    def __enter__(self) -> "Sandbox": ...

    def __exit__(self, *exc: object) -> None: ...


class SelfCheck:
    """A running self-check."""

    def __init__(self, worker: WorkerHandle, forbidden: Sequence[str]) -> None:
        self._worker = worker
        self._forbidden = list(forbidden)

    def result(self) -> list[str]:
        """Return what did not behave; empty if the wall stands."""
        try:
            reply = self._worker.request({"op": "selfcheck", "forbidden": self._forbidden}, Deadline.after(60))
        except (CallFailed, WorkerVanished) as error:
            return [f"did not come to its end: {self._worker.output.take().strip()[-300:] or error}"]
        self._worker.close()
        value = reply["value"]
        return [str(item) for item in value] if isinstance(value, list) else ["the self-check gave no answer"]
