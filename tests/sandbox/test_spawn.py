"""The server without forking, for systems where a loaded interpreter must not fork; it runs here, too."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.calls import CallFailed, Deadline
from dlquiz.sandbox.expr import Call, File, Get, Module
from dlquiz.sandbox.spawn_server import SpawnServer
from dlquiz.sandbox.worker_handle import WorkerHandle

pytestmark = pytest.mark.sandbox

SOURCE = b"""
import os
import numpy as np
def double(x): return 2 * x
def end(): os._exit(3)
def forever():
    while True: pass
def save(path):
    with open(path, "w") as f: f.write("x" * 10)
def fill(X):
    X[:] = 1
    return X.sum()
def pid(): return os.getpid()
"""


@pytest.fixture(scope="module")
def server() -> Iterator[SpawnServer]:
    with SpawnServer(("numpy",)) as running:
        yield running


def loaded(server: SpawnServer, **options: object) -> WorkerHandle:
    worker = server.worker(**options)
    worker.request(
        {"op": "load", "role": "submission", "name": "work", "source": SOURCE, "seed": 1}, Deadline.after(20)
    )
    return worker


def ask(worker: WorkerHandle, name: str, *args: object, seconds: float = 20) -> object:
    return worker.request({"op": "eval", "expr": Call(Get(Module("submission"), name), args)}, Deadline.after(seconds))[
        "value"
    ]


def test_it_claims_no_more_than_level_process(server: SpawnServer) -> None:
    assert not server.wall.kernel
    assert server.wall.reasons


def test_values_come_back(server: SpawnServer) -> None:
    worker = loaded(server)
    np.testing.assert_array_equal(ask(worker, "double", np.arange(3)), [0, 2, 4])
    worker.close()


def test_every_worker_is_an_interpreter_of_its_own(server: SpawnServer) -> None:
    workers = [loaded(server), loaded(server)]
    pids = {ask(worker, "pid") for worker in workers}
    assert len(pids) == 2
    assert os.getpid() not in pids
    for worker in workers:
        worker.close()


def test_an_endless_loop_ends_at_its_deadline(server: SpawnServer) -> None:
    worker = loaded(server)
    with pytest.raises(CallFailed) as caught:
        ask(worker, "forever", seconds=0.3)
    assert caught.value.cause == "timeout"
    assert not Path(f"/proc/{worker.pid}").exists()


def test_ending_its_own_process_is_a_crash(server: SpawnServer) -> None:
    worker = loaded(server)
    with pytest.raises(CallFailed) as caught:
        ask(worker, "end")
    assert caught.value.cause == "crashed"


def test_files_cannot_be_filled(server: SpawnServer, tmp_path: Path) -> None:
    worker = loaded(server)
    with pytest.raises(CallFailed):
        ask(worker, "save", str(tmp_path / "file"))
    worker.close()


def test_data_is_mapped_copy_on_write(server: SpawnServer, tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(np.zeros(5).tobytes())
    fd = os.open(path, os.O_RDONLY)
    worker = loaded(server, data={"X": DataFile(fd, "float64", (5,))})
    os.close(fd)
    assert ask(worker, "fill", File("X")) == 5.0
    worker.close()
    assert not any(path.read_bytes())


def test_nothing_stays_behind(server: SpawnServer) -> None:
    with SpawnServer(("numpy",)) as other:
        worker = loaded(other)
        pids = [worker.pid, other._spare.process.pid]
        worker.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
