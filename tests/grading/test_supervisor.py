"""A grading's server dies: what comes after it, and what must not."""

import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dlquiz.errors import SandboxError
from dlquiz.grading import supervisor
from dlquiz.grading.limits import Budget
from dlquiz.grading.subject import Subject, Surroundings
from dlquiz.grading.supervisor import RESTARTS, Supervisor
from dlquiz.grading.worker_pool import WorkerPool
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.submission import submission_from_bytes
from tests.waiting import eventually

pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs a forking server")]
WISH: dict[str, Any] = {"data": {}, "memory_mib": 128, "cpu_s": 10}
TEXT = b"count = 0\ndef f():\n    global count\n    count += 1\n    return count\n"
F = {"op": "eval", "expr": Call(Get(Module("submission"), "f"), ())}


@pytest.fixture
def grading() -> Iterator[Supervisor]:
    """The servers of a grading whose wall has been checked."""
    these = Supervisor(("numpy",), "kernel", ())
    these.verdict(these.begin_check())
    yield these
    these.close()


def kill(these: Supervisor) -> int:
    """Kill the server and wait until it has ended."""
    server = these.server
    assert isinstance(server, ForkServer)
    os.kill(server.pid, signal.SIGKILL)
    eventually(lambda: server.ended, "the end of the server")
    return server.pid  # its workers may live on for a moment, and must not be taken for healthy ones


def side_of(source: Any) -> Subject:
    work = submission_from_bytes(TEXT, name="work.py", module_name="work")
    return Subject(Surroundings(source, None, Budget(5, 10, 60, 128), {}), work, 1)


def test_a_spare_worker_is_greeted_once_and_handed_out(grading: Supervisor) -> None:
    greeted: list[int] = []

    def greeting() -> list[dict[str, Any]]:
        greeted.append(1)
        return [{"op": "begin", "seed": 0}]

    spares = WorkerPool(grading, 3, greeting)
    spares.greet()
    assert greeted == []  # there is none yet
    side = side_of(spares)
    side.begin("one")
    assert side.ask(F) == 1
    for _ in range(3):
        spares.greet()
    assert greeted == [1]
    spare = spares._spare
    assert spare is not None
    waits = spare[1]()
    other = side_of(spares)
    other.begin("one")
    assert other.ask(F) == 1
    assert other.ready() is waits
    side.close()
    other.close()
    spares.close()


def test_a_greeted_worker_that_ends_is_no_loss(grading: Supervisor) -> None:
    spares = WorkerPool(grading, 4, lambda: [{"op": "begin", "seed": 0}])
    spares.worker(**WISH).close()
    spares.greet()
    spare = spares._spare
    assert spare is not None
    waits = spare[1]()
    os.kill(waits.pid, signal.SIGKILL)
    eventually(lambda: not waits.idle, "the end of the spare worker")
    other = spares.worker(**WISH)
    assert other is not waits
    assert other.alive
    other.close()
    spares.close()


def test_a_server_that_dies_between_two_cases_is_replaced_and_nobody_notices(grading: Supervisor) -> None:
    spares = WorkerPool(grading, 4)  # one more worker waits, and dies with the server as well
    side = side_of(spares)
    side.begin("one")
    assert (side.ask(F), side.ask(F)) == (1, 2)
    dead = kill(grading)
    side.begin("two")
    assert side.ask(F) == 1  # a fresh worker: nothing of the case before is left
    assert isinstance(grading.server, ForkServer)
    assert grading.server.pid != dead
    side.close()
    spares.close()


def test_a_server_that_dies_within_a_case_breaks_it_and_serves_the_next_one(grading: Supervisor) -> None:
    side = side_of(grading)
    side.begin("one")
    side.ask(F)
    kill(grading)
    with pytest.raises(SandboxError):
        side.ask(F)
    side.begin("two")
    assert side.ask(F) == 1
    side.close()


def test_a_worker_of_a_dead_server_does_not_count_as_one_that_vanished_alone(grading: Supervisor) -> None:
    """One that vanished alone is tried again; also when another worker has brought a fresh server meanwhile."""
    side, other = side_of(grading), side_of(grading)
    side.begin("one")
    side.ask(F)
    kill(grading)
    other.begin("one")
    assert other.ask(F) == 1
    with pytest.raises(SandboxError):
        side.ask(F)
    side.close()
    other.close()


def test_the_number_of_fresh_servers_is_bounded_and_begins_anew_with_the_next_submission(grading: Supervisor) -> None:
    for _ in range(RESTARTS):
        kill(grading)
        grading.worker(**WISH).close()
    kill(grading)
    for _ in range(2):
        with pytest.raises(SandboxError, match=r"it has ended|does not listen"):
            grading.worker(**WISH)
    grading.forgive()
    grading.worker(**WISH).close()


def test_a_server_that_dies_during_the_self_check_is_replaced_and_checked_again() -> None:
    these = Supervisor(("numpy",), "kernel", ())
    begun = these.begin_check()
    kill(these)
    wall, surprises = these.verdict(begun)
    assert surprises == []
    assert wall == these.server.wall
    these.close()


def test_a_server_that_dies_while_it_starts_is_replaced() -> None:
    these = Supervisor(("numpy",), "kernel", ())
    kill(these)
    wall, surprises = these.verdict(these.begin_check())
    assert (wall, surprises) == (these.server.wall, [])
    these.worker(**WISH).close()
    these.close()


def test_nothing_is_let_into_a_fresh_server_whose_wall_is_less(
    grading: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not grading.server.wall.kernel:
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")
    monkeypatch.setattr(supervisor, "start_server", partial(ForkServer, pretend_missing=("seccomp",)))
    kill(grading)
    for _ in range(2):
        with pytest.raises(SandboxError, match="the next one is not safe: the filter is left out"):
            grading.worker(**WISH)
    grading.forgive()
    with pytest.raises(SandboxError, match="not safe"):
        grading.worker(**WISH)


def test_a_server_that_lives_is_never_replaced(grading: Supervisor) -> None:
    """A request that it refuses is not its death."""
    assert isinstance(grading.server, ForkServer)
    pid = grading.server.pid
    many = {f"x{number}": DataFile(0, "float32", (1,)) for number in range(300)}  # more than one message may carry
    with pytest.raises(SandboxError, match="does not work"):
        grading.worker(data=many, memory_mib=128, cpu_s=10)
    grading.worker(**WISH).close()
    assert grading.server.pid == pid


def test_no_process_is_left_when_servers_have_died(grading: Supervisor) -> None:
    first = kill(grading)
    grading.worker(**WISH).close()
    assert isinstance(grading.server, ForkServer)
    second = grading.server.pid
    grading.close()
    assert not Path(f"/proc/{first}").exists()
    assert not Path(f"/proc/{second}").exists()
