"""A grading's server dies: what comes after it, and what must not."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dlquiz.errors import SandboxError
from dlquiz.grading import servers
from dlquiz.grading.budget import Budget
from dlquiz.grading.servers import RESTARTS, Servers
from dlquiz.grading.side import Side, Source
from dlquiz.grading.spare import Spares
from dlquiz.sandbox.expr import Call, Get, Module
from dlquiz.sandbox.launch import Server
from dlquiz.sandbox.service import DataFile

pytestmark = [pytest.mark.sandbox, pytest.mark.skipif(sys.platform != "linux", reason="kernel: needs a forking server")]
WISH: dict[str, Any] = {"data": {}, "memory_mib": 128, "cpu_s": 10}
TEXT = b"count = 0\ndef f():\n    global count\n    count += 1\n    return count\n"
F = {"op": "eval", "expr": Call(Get(Module("submission"), "f"), ())}


@pytest.fixture
def grading() -> Iterator[Servers]:
    """The servers of a grading whose wall has been checked."""
    these = Servers(("numpy",), "kernel", ())
    these.verdict(these.begin_check())
    yield these
    these.close()


def kill(these: Servers) -> int:
    """Kill the server and wait until it has ended."""
    server = these.server
    assert isinstance(server, Server)
    os.kill(server.pid, signal.SIGKILL)
    while not server.ended:
        time.sleep(0.002)
    return server.pid  # its workers may live on for a moment, and must not be taken for healthy ones


def side_of(source: Any) -> Side:
    return Side(source, Source("work", TEXT, "work.py"), None, Budget(5, 10, 60, 128), {}, 1)


def test_a_server_that_dies_between_two_cases_is_replaced_and_nobody_notices(grading: Servers) -> None:
    spares = Spares(grading, 4)  # one more worker waits, and dies with the server as well
    side = side_of(spares)
    side.begin("one")
    assert (side.ask(F), side.ask(F)) == (1, 2)
    dead = kill(grading)
    side.begin("two")
    assert side.ask(F) == 1  # a fresh worker: nothing of the case before is left
    assert isinstance(grading.server, Server)
    assert grading.server.pid != dead
    side.close()
    spares.close()


def test_a_server_that_dies_within_a_case_breaks_it_and_serves_the_next_one(grading: Servers) -> None:
    side = side_of(grading)
    side.begin("one")
    side.ask(F)
    kill(grading)
    with pytest.raises(SandboxError):
        side.ask(F)
    side.begin("two")
    assert side.ask(F) == 1
    side.close()


def test_a_worker_of_a_dead_server_does_not_count_as_one_that_vanished_alone(grading: Servers) -> None:
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


def test_the_number_of_fresh_servers_is_bounded_and_begins_anew_with_the_next_submission(grading: Servers) -> None:
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
    these = Servers(("numpy",), "kernel", ())
    begun = these.begin_check()
    kill(these)
    wall, surprises = these.verdict(begun)
    assert surprises == []
    assert wall == these.server.wall
    these.close()


def test_a_server_that_dies_while_it_starts_is_replaced() -> None:
    these = Servers(("numpy",), "kernel", ())
    kill(these)
    wall, surprises = these.verdict(these.begin_check())
    assert (wall, surprises) == (these.server.wall, [])
    these.worker(**WISH).close()
    these.close()


def test_nothing_is_let_into_a_fresh_server_whose_wall_is_less(
    grading: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not grading.server.wall.kernel:
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")
    monkeypatch.setattr(servers, "start_server", partial(Server, pretend_missing=("seccomp",)))
    kill(grading)
    for _ in range(2):
        with pytest.raises(SandboxError, match="the next one is not safe: the filter is left out"):
            grading.worker(**WISH)
    grading.forgive()
    with pytest.raises(SandboxError, match="not safe"):
        grading.worker(**WISH)


def test_a_server_that_lives_is_never_replaced(grading: Servers) -> None:
    """A request that it refuses is not its death."""
    assert isinstance(grading.server, Server)
    pid = grading.server.pid
    many = {f"x{number}": DataFile(0, "float32", (1,)) for number in range(300)}  # more than one message may carry
    with pytest.raises(SandboxError, match="does not work"):
        grading.worker(data=many, memory_mib=128, cpu_s=10)
    grading.worker(**WISH).close()
    assert grading.server.pid == pid


def test_no_process_is_left_when_servers_have_died(grading: Servers) -> None:
    first = kill(grading)
    grading.worker(**WISH).close()
    assert isinstance(grading.server, Server)
    second = grading.server.pid
    grading.close()
    assert not Path(f"/proc/{first}").exists()
    assert not Path(f"/proc/{second}").exists()
