"""One warm server for every test of the sandbox, and short ways to ask a worker something."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.worker_handle import WorkerHandle


@dataclass
class Ended:
    """What came of one call: a value, or the cause and text of a failure."""

    value: Any = None
    cause: str = ""
    text: str = ""
    trace: str = ""
    type_name: str = ""


@pytest.fixture(scope="session")
def wall_server() -> Iterator[ForkServer]:
    with ForkServer(("numpy",)) as server:
        yield server


@pytest.fixture
def kernel(wall_server: ForkServer) -> None:
    if not wall_server.wall.kernel:
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")


@pytest.fixture
def loaded(wall_server: ForkServer) -> Iterator[Callable[..., WorkerHandle]]:
    """Return a function: source → a worker that has loaded it."""
    workers: list[WorkerHandle] = []

    def make(source: str, *, server: ForkServer = wall_server, **options: Any) -> WorkerHandle:
        worker = server.worker(**{"memory_mib": 256, "cpu_s": 20, **options})
        workers.append(worker)
        message = {"op": "load", "role": "submission", "name": "work", "source": source.encode(), "seed": 1}
        worker.request(message, Deadline.after(5))
        return worker

    yield make
    for worker in workers:
        worker.close()


def call(worker: WorkerHandle, name: str = "f", *args: Any, seconds: float = 5, **fields: Any) -> Ended:
    """Call a function of the loaded module."""
    message = {"op": "eval", "expr": Call(Get(Module("submission"), name), args), **fields}
    try:
        return Ended(value=worker.request(message, Deadline.after(seconds))["value"])
    except CallFailed as failure:
        return Ended(None, failure.cause, failure.text, failure.trace, failure.type_name)
    except WorkerVanished as failure:
        return Ended(None, "vanished", str(failure))


@pytest.fixture
def ask() -> Callable[..., Ended]:
    return call
