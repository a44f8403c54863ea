"""The fake sandbox behaves as the real one: the same questions to both, and the same ends."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from dlquiz.errors import SandboxError
from dlquiz.sandbox import wire
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.expr import Call, File, Get, Handle, Item, Iterate, Module, Rng, Tensor
from dlquiz.sandbox.fork_server import ForkServer
from dlquiz.sandbox.process import Exit
from dlquiz.sandbox.worker_handle import WorkerHandle
from tests.fake_sandbox import DEATHS, ENDS, FakeSandbox, takes

pytestmark = pytest.mark.sandbox

HOW = {
    "fake": "from tests.fake_sandbox import imitate\n",
    "real": """
import ctypes, os, stat
def imitate(end):
    if end == "crash":
        ctypes.string_at(0)
    if end == "exit":
        os._exit(3)
    if end == "out of memory":
        os._exit(127)
    if end == "protocol":
        for fd in range(3, 64):
            try:
                if stat.S_ISSOCK(os.fstat(fd).st_mode):
                    os.write(fd, b"x" * 100)
            except OSError:
                pass
    if end == "flood":
        while True:
            os.write(1, b"y" * 65536)
    while True:  # "timeout"; the tests kill the worker for "vanish", and the server for "server dies"
        pass
""",
}
SOURCE = """
import random
from dataclasses import dataclass
import numpy as np
PI = 3

@dataclass
class Net:
    n: int
    def add(self, k=1): return self.n + k

def end(how): imitate(how)
def net(n): return Net(n)
def nets(): return [Net(1), Net(2)]
def fill(x): x[:] = 7; return x.sum()
def same(*args, **kwargs): return args, kwargs
def wrong(): raise KeyError("no such thing")
def leave(): raise SystemExit(3)
def say(): print("said"); import sys; sys.stderr.write("and muttered\\n"); return 1
def endless():
    n = 0
    while True:
        yield n
        n += 1
def draw(): return random.random(), float(np.random.rand())
def drawn(rng): return rng.random(3)
def unsendable(): return {1.5: 2}
def large(n): return np.zeros(n, dtype=np.uint8)
def warned(): return float(np.log(np.zeros(1))[0])
def kind(t): return type(t).__name__
count = 0
def counted():
    global count
    count += 1
    return count
"""

Make = Callable[..., WorkerHandle]


@pytest.fixture
def mortal() -> None:
    """For tests that end the server."""


@pytest.fixture(params=["fake", "real"])
def server(request: pytest.FixtureRequest, wall_server: ForkServer) -> Iterator[Any]:
    if request.param == "real" and "mortal" not in request.fixturenames:
        yield wall_server
        return
    with FakeSandbox() if request.param == "fake" else ForkServer(("numpy",)) as made:
        yield made


def load(worker: WorkerHandle, source: str, **fields: Any) -> WorkerHandle:
    message = {"op": "load", "role": "submission", "name": "work", "source": source.encode(), "seed": 1, **fields}
    worker.request(message, Deadline.after(10))
    return worker


@pytest.fixture
def make(server: Any) -> Iterator[Make]:
    workers: list[WorkerHandle] = []

    def made(source: str = SOURCE, *, options: dict[str, Any] | None = None, **fields: Any) -> WorkerHandle:
        how = HOW["fake" if isinstance(server, FakeSandbox) else "real"]
        worker = server.worker(memory_mib=256, cpu_s=20, **(options or {}))
        workers.append(worker)
        return load(worker, how + source, **fields)

    yield made
    for worker in workers:
        with suppress(SandboxError):
            worker.close()


def fn(name: str) -> Get:
    return Get(Module("submission"), name)


def ask(worker: WorkerHandle, expr: Any, *, seconds: float = 10, op: str = "eval", **fields: Any) -> Any:
    return worker.request({"op": op, "expr": expr, **fields}, Deadline.after(seconds))["value"]


def call(worker: WorkerHandle, name: str, *args: Any, **fields: Any) -> Any:
    return ask(worker, Call(fn(name), args), **fields)


# -- answers ------------------------------------------------------------------


def test_values_arrays_and_expressions_are_answered_alike(make: Make) -> None:
    worker = make()
    assert ask(worker, fn("PI")) == 3
    sent = (None, True, 2**70, 1.5, "text", b"x", [1, (2,)], {"a": {3}}, np.array(["b"]))
    back, named = ask(worker, Call(fn("same"), sent, {"key": 1j}))
    assert (back[:-1], back[-1].tolist(), named) == (sent[:-1], ["b"], {"key": 1j})
    assert ask(worker, Iterate(Call(fn("endless")), 3)) == [0, 1, 2]
    assert call(worker, "kind", Tensor(np.ones(2))) == "ndarray"
    np.testing.assert_array_equal(call(worker, "drawn", Rng(5)), np.random.default_rng(5).random(3))
    result, (after,) = call(worker, "fill", np.zeros(2), echo=True)
    assert (float(result), after.tolist()) == (14.0, [7.0, 7.0])
    assert call(worker, "warned") == -np.inf


def test_objects_stay_behind_handles_until_the_next_case(make: Make) -> None:
    worker = make()
    handle = call(worker, "net", 4)
    assert isinstance(handle, Handle)
    assert handle.type_name == "Net"
    assert ask(worker, Call(Get(handle, "add"), (2,))) == 6
    assert ask(worker, Get(Item(Call(fn("nets")), 1), "n")) == 2
    assert isinstance(ask(worker, fn("PI"), op="keep"), Handle)
    ask(worker, fn("PI"), begin=7)
    with pytest.raises(CallFailed) as failed:
        ask(worker, Get(handle, "n"))
    assert (failed.value.cause, failed.value.type_name) == ("exception", "KeyError")


def test_data_is_mapped_copy_on_write(server: Any, make: Make, tmp_path: Any) -> None:
    path = tmp_path / "data"
    np.arange(4.0).tofile(path)
    fd = os.open(path, os.O_RDONLY)
    worker = make(options={"data": {"train": DataFile(fd, "float64", (2, 2))}})
    os.close(fd)
    assert call(worker, "fill", File("train")) == 28
    assert np.fromfile(path).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("name", ["wrong", "leave", "absent", "unsendable"])
def test_what_goes_wrong_is_described_alike_and_the_worker_lives(make: Make, name: str) -> None:
    expected = {
        "wrong": ("exception", "KeyError", "'no such thing'"),
        "leave": ("exception", "SystemExit", "3"),
        "absent": ("missing", "MissingName", "absent"),
        "unsendable": (
            "protocol",
            "WireError",
            "a dictionary has a key of type float; keys must be text or whole numbers",
        ),
    }
    worker = make()
    with pytest.raises(CallFailed) as failed:
        call(worker, name)
    assert (failed.value.cause, failed.value.type_name, failed.value.text) == expected[name]
    assert ('File "<submission>/work.py"' in failed.value.trace) == (name in ("wrong", "leave"))
    assert "BaseException" in failed.value.bases or name == "absent"
    assert worker.alive
    assert worker.idle
    assert ask(worker, fn("PI")) == 3


@pytest.mark.parametrize(
    ("source", "cause"), [("def f(:", "syntax"), ("1 / 0", "exception"), ("import helper", "forbidden")]
)
def test_what_does_not_load_says_why(make: Make, source: str, cause: str) -> None:
    with pytest.raises(CallFailed) as failed:
        make(source)
    assert failed.value.cause == cause


def test_a_submission_of_several_files_imports_its_own(make: Make) -> None:
    fields = {"modules": (("helper", "helper.py", b"x = 7"),), "file": "mine.py"}
    one = make("import helper\ndef f(): return helper.x", **fields)
    other = make("import helper\ndef f(): return helper.x", modules=(("helper", "helper.py", b"x = 8"),))
    assert (call(one, "f"), call(other, "f"), call(one, "f")) == (7, 8, 7)


def test_a_probe_and_its_submission_see_each_other(make: Make) -> None:
    worker = make()
    load(worker, "def ask(): return submission.PI", role="probe", name="probe")
    assert ask(worker, Call(Get(Module("probe"), "ask"))) == 3


def test_what_is_printed_is_taken_once(make: Make) -> None:
    worker = make("print('at import')\n" + SOURCE)
    assert worker.output.take() == "at import\n"
    call(worker, "say")
    assert worker.output.last_line() == "and muttered"
    assert worker.output.take() == "said\nand muttered\n"
    assert worker.output.take() == ""


def test_workers_are_worlds_of_their_own(make: Make) -> None:
    one, other = make(), make()
    assert [call(one, "counted"), call(one, "counted"), call(other, "counted")] == [1, 2, 1]


def test_chance_hangs_on_the_seed_of_the_case_alone(make: Make) -> None:
    one, other = make(), make()
    first = call(one, "draw", begin=5)
    call(other, "draw")
    np.random.seed(99)
    second = call(one, "draw")
    assert call(other, "draw", begin=5) == first
    assert call(other, "draw") == second


def test_whoever_watches_is_told_and_whoever_grants_room_is_asked(make: Make) -> None:
    worker, seen, asked = make(), [], []

    def room() -> int:
        asked.append(1)
        return 1 << 25

    message = {"op": "eval", "expr": Call(fn("large"), (1 << 25,))}
    worker.request(message, Deadline.after(10), seen.append, room)
    assert seen
    assert asked == [1]
    worker.request({"op": "eval", "expr": Call(fn("large"), (10,))}, Deadline.after(10), None, room)
    assert asked == [1], "small answers are free"
    with pytest.raises(CallFailed, match=r"it holds an array of shape \(40000000,\), 40,000,000 bytes") as failed:
        worker.request({"op": "eval", "expr": Call(fn("large"), (40_000_000,))}, Deadline.after(10), None, room)
    assert failed.value.cause == "protocol"
    assert not worker.alive


def test_an_answer_above_the_limit_ends_the_worker(make: Make) -> None:
    worker = make(options={"reply_limit": 1000})
    with pytest.raises(CallFailed, match="at most 1,000 can cross") as failed:
        call(worker, "large", 1001)
    assert (failed.value.cause, worker.alive) == ("protocol", False)


# -- ahead --------------------------------------------------------------------


def sent_ahead(worker: WorkerHandle, *calls: tuple[Any, ...]) -> list[int]:
    first = worker.next_id
    frames = []
    for number, (name, *args) in enumerate(calls, first):
        mark = f"<{number}>".encode()
        message = {"op": "eval", "expr": Call(fn(name), tuple(args)), "id": number, "mark": mark}
        frames.append(wire.pack(message))
        worker.output.expect(mark)
    worker.send(frames)
    return list(range(first, first + len(calls)))


def test_answers_that_were_asked_for_ahead_come_in_order_with_what_was_printed(make: Make) -> None:
    worker = make()
    numbers = sent_ahead(worker, ("counted",), ("say",), ("wrong",), ("counted",))
    assert worker.waiting
    got = []
    for number in numbers:
        try:
            got.append(worker.collect(number, Deadline.after(10))["value"])
        except CallFailed as failed:
            got.append(failed.type_name)
        worker.output.passed()
        got.append(worker.output.take())
    assert got == [1, "", 1, "said\nand muttered\n", "KeyError", "", 2, ""]
    assert not worker.waiting
    assert (call(worker, "counted"), worker.calls) == (3, 6)


def test_what_was_sent_ahead_can_be_let_go(make: Make) -> None:
    worker = make()
    *_, last = sent_ahead(worker, ("say",), ("counted",), ("counted",))
    assert worker.skip(last, 10)
    worker.output.dropped()
    worker.output.dropped()
    assert worker.collect(last, Deadline.after(10))["value"] == 2
    worker.output.passed()
    assert worker.output.take() == ""


def test_a_death_ahead_leaves_the_answers_before_it(make: Make) -> None:
    worker = make()
    first, second, _ = sent_ahead(worker, ("counted",), ("end", "exit"), ("counted",))
    assert worker.collect(first, Deadline.after(10))["value"] == 1
    worker.output.passed()
    with pytest.raises(CallFailed) as failed:
        worker.collect(second, Deadline.after(10))
    assert failed.value.cause == "crashed"
    other = make()
    sent_ahead(other, ("end", "crash"))
    assert not other.skip(other.next_id, 10)
    assert not other.alive


def test_who_asks_with_answers_waiting_has_broken_the_order(make: Make) -> None:
    worker = make()
    sent_ahead(worker, ("counted",))
    while worker.idle:
        pass
    with pytest.raises(CallFailed, match="nobody had asked for"):
        call(worker, "counted")
    assert not worker.alive


# -- ends ---------------------------------------------------------------------

SAID = {
    "timeout": ("timeout", "it took more than 0.5 s"),
    "crash": ("crashed", "the process was ended by a segmentation fault, often very deep recursion"),
    "exit": ("crashed", "the code ended its own process (exit status 3)"),
    "out of memory": ("memory", "a library ended the process, as it does when memory runs out"),
    "protocol": ("protocol", "its answer could not be read"),
    "flood": ("output", "it printed more than 50 MB"),
}


@pytest.mark.parametrize("how", sorted(SAID))
def test_every_end_of_the_submissions_own_is_told_alike(make: Make, how: str) -> None:
    cause, text = SAID[how]
    worker = make()
    with pytest.raises(CallFailed) as failed:
        call(worker, "end", how, seconds=0.5 if how == "timeout" else 10)
    assert failed.value.cause == cause
    assert failed.value.text.startswith(text)
    assert not worker.alive
    assert worker.exit is not None
    assert worker.exit.code == DEATHS.get(how, -signal.SIGKILL)
    with pytest.raises(WorkerVanished, match="the worker has ended before"):
        ask(worker, fn("PI"))
    assert worker.close() == worker.exit


def in_a_moment(server: Any, act: Callable[[], None]) -> None:
    if not isinstance(server, FakeSandbox):
        threading.Timer(0.3, act).start()


def test_a_worker_that_somebody_kills_has_vanished(server: Any, make: Make) -> None:
    worker = make()
    in_a_moment(server, lambda: os.kill(worker.pid, signal.SIGKILL))
    with pytest.raises(WorkerVanished, match="the worker was killed from outside"):
        call(worker, "end", "vanish")
    assert (worker.alive, worker.exit.code) == (False, -signal.SIGKILL)
    assert ask(make(), fn("PI")) == 3, "the server lives"


@pytest.mark.usefixtures("mortal")
def test_a_server_that_dies_takes_its_workers_with_it(server: Any, make: Make) -> None:
    worker, other = make(), make()
    assert not server.ended
    in_a_moment(server, lambda: os.kill(server.pid, signal.SIGKILL))
    with pytest.raises(SandboxError):
        call(worker, "end", "server dies")
    assert server.ended
    assert not worker.alive
    assert not other.idle
    with pytest.raises(SandboxError):
        ask(other, fn("PI"))
    with pytest.raises(SandboxError):
        server.worker()


def test_an_end_while_loading_is_told_alike(make: Make) -> None:
    with pytest.raises(CallFailed) as failed:
        make("imitate('exit')")
    assert failed.value.cause == "crashed"


def test_a_worker_can_be_closed_killed_and_counted(server: Any, make: Make) -> None:
    worker, other = make(), make()
    ask(worker, fn("PI"))
    assert (worker.calls, other.calls) == (2, 1)
    assert isinstance(worker.close(), Exit)
    assert (worker.alive, worker.exit.code) == (False, -signal.SIGKILL)
    other.kill_process()
    while other.idle:
        pass
    assert other.alive, "nobody has looked yet"
    with pytest.raises(WorkerVanished):
        ask(other, fn("PI"))
    assert not other.alive


@pytest.mark.usefixtures("mortal")
def test_a_closed_server_leaves_workers_that_have_vanished(server: Any, make: Make) -> None:
    worker = make()
    server.close()
    while worker.idle:
        pass
    with pytest.raises(WorkerVanished):
        ask(worker, fn("PI"))


def test_a_worker_can_be_asked_for_ahead(server: Any) -> None:
    waiting = server.begin_worker(memory_mib=128, cpu_s=5)
    worker = load(waiting(), "PI = 4")
    assert ask(worker, fn("PI")) == 4
    worker.close()


def test_a_wall_says_what_it_is(server: Any) -> None:
    wall = server.wall
    assert server.packages == ("numpy",)
    assert isinstance(wall.kernel, bool)
    assert wall.identity == server.identity
    if wall.kernel:
        assert server.surprises(["/etc/hostname"]).result() == []


# -- the fake alone -----------------------------------------------------------


def test_every_end_is_held_against_the_real_one() -> None:
    assert {*SAID, "vanish", "server dies"} == set(ENDS)


def test_time_passes_at_once_and_is_charged() -> None:
    with FakeSandbox() as server:
        source = "from tests.fake_sandbox import takes\ndef f(s): takes(s); return s"
        worker = load(server.worker(), source)
        seen: list[float] = []
        worker.request({"op": "eval", "expr": Call(fn("f"), (4.0,))}, Deadline.after(5), seen.append)
        assert (worker.lost_s, seen) == (-4.0, [4.0])
        with pytest.raises(CallFailed, match="it took more than 5 s"):
            call(worker, "f", 6.0, seconds=5)
        assert [deadline.budget_s for deadline in server.workers[0].asked] == [10, 5, 5]
    with pytest.raises(IndexError):
        takes(1)


def test_surprises_are_those_that_a_test_names() -> None:
    with FakeSandbox(surprises=["could read /etc/passwd"]) as server:
        assert server.surprises([]).result() == ["could read /etc/passwd"]


def test_nothing_of_a_submission_stays_in_this_process() -> None:
    import random
    import sys

    finders, before = list(sys.meta_path), random.getstate()
    with FakeSandbox() as server:
        load(server.worker(), HOW["fake"] + SOURCE, modules=(("fake_helper", "fake_helper.py", b""),))
    assert "work" not in sys.modules
    assert sys.meta_path == finders
    assert random.getstate() == before
