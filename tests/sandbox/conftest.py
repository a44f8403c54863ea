"""One warm server for every test of the sandbox, and short ways to ask a worker something."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from dlquiz.sandbox.client import CallFailed, Deadline, Worker, WorkerVanished
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.launch import Server


@dataclass
class Ended:
    """What came of one call: a value, or the cause and text of a failure."""

    value: Any = None
    cause: str = ""
    text: str = ""
    trace: str = ""
    type_name: str = ""


@pytest.fixture(scope="session")
def wall_server() -> Iterator[Server]:
    with Server(("numpy",)) as server:
        yield server


@pytest.fixture
def kernel(wall_server: Server) -> None:
    if not wall_server.wall.kernel:
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")


@pytest.fixture
def loaded(wall_server: Server) -> Iterator[Callable[..., Worker]]:
    """Return a function: source → a worker that has loaded it."""
    workers: list[Worker] = []

    def make(source: str, *, server: Server = wall_server, **options: Any) -> Worker:
        worker = server.worker(**{"memory_mib": 256, "cpu_s": 20, **options})
        workers.append(worker)
        message = {"op": "load", "role": "submission", "name": "work", "source": source.encode(), "seed": 1}
        worker.request(message, Deadline.after(5))
        return worker

    yield make
    for worker in workers:
        worker.close()


def call(worker: Worker, name: str = "f", *args: Any, seconds: float = 5, **fields: Any) -> Ended:
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
