"""A sandbox without processes, for tests of grading logic: the same answers, and every kind of end on demand.

It evaluates what a worker would, with the worker's own code, in this process, and sends every request and every
answer through the wire. There is no wall: give it code of your own only. That code says what shall happen:

    from tests.fake_sandbox import imitate, takes
    def f(x): imitate("timeout")     # or another of ENDS
    def g(x): takes(3.0)             # so many seconds, without waiting for them

``tests/sandbox/test_fake_sandbox.py`` holds it against the real one.
"""

import os
import random
import signal
import sys
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from types import ModuleType
from typing import Any, NoReturn

import numpy as np

from dlquiz.errors import SandboxError
from dlquiz.sandbox import importer, wire
from dlquiz.sandbox.api import REPLY_LIMIT, DataFile, Wall
from dlquiz.sandbox.calls import CallFailed, Deadline
from dlquiz.sandbox.course_files import NO_FILES, CourseFiles
from dlquiz.sandbox.frames import Inbox, Outbox
from dlquiz.sandbox.output import FLOOD_BYTES, OutputPipe
from dlquiz.sandbox.process import Exit
from dlquiz.sandbox.worker import REQUEST_LIMIT, DataMap, Worker, describe
from dlquiz.sandbox.worker_handle import FREE_REPLY, WorkerHandle

DEATHS = {"crash": -signal.SIGSEGV, "exit": 3, "out of memory": 127, "vanish": -signal.SIGKILL}
"""What is imitated → how the process ends."""
ENDS = (*DEATHS, "timeout", "protocol", "flood", "server dies")
_GARBAGE = b"x" * 100

_running: list["FakeWorker"] = []


class _Imitated(BaseException):
    """Leaves the code under test at once."""


def imitate(end: str) -> NoReturn:
    """Let the running call end in one of the ways of ``ENDS``; for code that a fake worker has loaded."""
    assert end in ENDS, end
    _running[-1].end = end
    raise _Imitated


def takes(seconds: float) -> None:
    """Let the running call take ``seconds`` more of its deadline and budget, at once."""
    _running[-1].taken_s += seconds


class FakeSandbox:
    """A :class:`dlquiz.sandbox.api.Sandbox`. ``workers`` are all that it has given out, with what they were asked."""

    identity = "user"

    def __init__(
        self,
        packages: Sequence[str] = ("numpy",),
        isolation: str = "kernel",
        files: CourseFiles = NO_FILES,
        *,
        surprises: Sequence[str] = (),
    ) -> None:
        self.packages = tuple(packages)
        self.wall = Wall(kernel=isolation == "kernel", landlock_abi=7, identity=self.identity, reasons=())
        self.workers: list[FakeWorker] = []
        self.ended = self.closed = False
        self._surprises = list(surprises)

    def worker(
        self,
        *,
        data: Mapping[str, DataFile] | None = None,
        memory_mib: int = 1024,
        cpu_s: int = 120,
        reply_limit: int = REPLY_LIMIT,
    ) -> "FakeWorker":
        """Return a worker that holds nothing yet; SandboxError if the server has died."""
        self.demand_life()
        worker = FakeWorker(self, data or {}, cpu_s, reply_limit)
        self.workers.append(worker)
        return worker

    def begin_worker(
        self, *, data: Mapping[str, DataFile] | None = None, memory_mib: int = 1024, cpu_s: int = 120
    ) -> Callable[[], "FakeWorker"]:
        """Return a function that gives a worker out."""
        self.demand_life()
        return lambda: self.worker(data=data, memory_mib=memory_mib, cpu_s=cpu_s)

    def surprises(self, forbidden: Sequence[str]) -> "FakeSandbox":
        """Start the self-check, which is itself."""
        return self

    def result(self) -> list[str]:
        """Return what it was told to find."""
        return self._surprises

    def demand_life(self) -> None:
        """Raise what a dead server means."""
        if self.ended:
            raise SandboxError("the sandbox's server does not work: it has ended")

    def close(self) -> None:
        """End every worker."""
        self.closed = True

    def __enter__(self) -> "FakeSandbox":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class _Printed(OutputPipe):
    """What a fake worker prints, with the caps of a real one."""

    def __init__(self) -> None:
        reader, writer = os.pipe()
        os.close(writer)
        super().__init__(reader)
        super().close()

    def add(self, data: bytes) -> None:
        self.total += len(data)
        self._keep(data)


class _Channel:
    """The answer's bytes, for whoever reads them from a socket."""

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    def recv(self, size: int) -> bytes:
        part, self._data = self._data[:size], self._data[size:]
        return bytes(part)


@dataclass
class _Answered:
    """What came of one request: the reply's frame, or how the worker ended instead."""

    frame: bytes
    end: str
    taken_s: float


class FakeWorker(WorkerHandle):
    """A worker handle whose other side is a function call. ``asked`` are the deadlines of its requests, in order."""

    def __init__(self, server: FakeSandbox, data: Mapping[str, DataFile], cpu_s: float, reply_limit: int) -> None:
        self.pid = os.getpid()
        self.output = _Printed()
        self.calls = 0
        self.exit: Exit | None = None
        self.lost_s = 0.0
        self.end = ""
        self.taken_s = 0.0
        """What the running call says about itself."""
        self.asked: list[Deadline] = []
        self._server = server
        self._cpu_limit_s, self._reply_limit = cpu_s, reply_limit
        self._fault = self.stand_ins = None
        self._outbox, self._inbox = Outbox(), Inbox(reply_limit, FREE_REPLY)
        self._last_id = 0
        self._waiting: deque[int] = deque()
        self._greeting: deque[dict[str, Any]] = deque()
        self._answered: deque[_Answered] = deque()
        self._code = -signal.SIGKILL
        self._dice = random.Random(0).getstate(), np.random.RandomState(0).get_state()
        self._finders: list[Any] = []
        self._modules: dict[str, Any] = {}
        self._killed = False
        # Its own descriptors, as a process would have.
        maps = {key: DataMap(os.dup(file.fd), file.offset, file.dtype, tuple(file.shape)) for key, file in data.items()}
        self._descriptors = [where.fd for where in maps.values()]
        self._inside = Worker(maps, server.packages)

    @property
    def idle(self) -> bool:
        return self.alive and (bool(self._greeting) or not self._readable())

    def look(self) -> None:
        """Its process is ours."""

    # -- instead of the poll loop -----------------------------------------

    def _readable(self) -> bool:
        return bool(self._answered) or self._killed or self._server.ended or self._server.closed

    def _unasked(self) -> None:
        self._look_for_life()
        self._kill()
        raise CallFailed("protocol", "it sent something that nobody had asked for")

    def _look_for_life(self) -> None:
        if self._server.ended:
            self._server_died()
        if self._killed or self._server.closed:
            self._died()

    def _flush(self) -> None:
        """Answer what was sent, in order and at once, as far as the code under test lives."""
        data = memoryview(b"".join(self._outbox._parts))
        self._outbox = Outbox()
        while data and not self._is_over():
            head, body = wire.unpack_prefix(data[: wire.PREFIX.size], REQUEST_LIMIT)
            size = wire.PREFIX.size + head + body
            self._answered.append(self._answer(data[wire.PREFIX.size : size], head))
            data = data[size:]

    def _is_over(self) -> bool:
        return self._killed or self._server.closed or any(one.end for one in self._answered)

    def _receive(
        self, deadline: Deadline, watch: Callable[[float], None] | None, room: Callable[[], int] | None
    ) -> tuple[memoryview, memoryview]:
        self.asked.append(deadline)
        if not self._answered:
            self._look_for_life()
        answered = self._answered.popleft()
        if watch is not None:
            watch(answered.taken_s)
        self._act(answered, deadline)
        channel: Any = _Channel(_GARBAGE if answered.end == "protocol" else answered.frame)
        while not self._inbox.ready:
            self._inbox.receive(channel)
            if self._inbox.asks_for is not None:
                self._ask_for_room(room, deadline)
        return self._inbox.take()

    def _act(self, answered: "_Answered", deadline: Deadline) -> None:
        if answered.end in DEATHS:
            self._code = DEATHS[answered.end]
            self._died()
        if answered.end == "server dies":
            self._server_died()
        if answered.end == "flood":
            self.output.total = FLOOD_BYTES + 1
            self._drain()
        if answered.end == "timeout" or answered.taken_s > deadline.budget_s or deadline.passed:
            self.lost_s -= deadline.budget_s
            self._kill()
            raise CallFailed("timeout", deadline.missed)
        self.lost_s -= answered.taken_s  # charged to whoever asked

    def _server_died(self) -> NoReturn:
        self._finish()
        self._server.demand_life()
        raise AssertionError

    def _answer(self, frame: memoryview, head: int) -> "_Answered":
        request = wire.unpack(frame[:head], frame[head:], wire.REQUEST_TAGS)
        self.end, self.taken_s = "", 0.0
        with self._as_if_inside():
            reply = self._inside.answer(request)
            try:
                parts = wire.pack(reply, self._inside.foreign)
            except BaseException as error:
                parts = wire.pack({"id": request["id"], "error": describe(error)})
        if self.end == "server dies":
            self._server.ended = True
        if not self.end and (mark := request.get("mark")):
            self.output.add(mark)
        return _Answered(b"".join(parts), self.end, self.taken_s)

    @contextmanager
    def _as_if_inside(self) -> Iterator[None]:
        """Give the code generators, an output, modules and warnings of its own; leave none of them behind."""
        ours, printed = (random.getstate(), np.random.get_state()), StringIO()
        finders = list(sys.meta_path)
        sys.modules.update(self._modules)
        loaded = len(sys.modules)
        random.setstate(self._dice[0])
        np.random.set_state(self._dice[1])
        sys.meta_path += self._finders
        _running.append(self)
        try:
            with redirect_stdout(printed), redirect_stderr(printed), warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("default")
                yield
            for one in warned:
                printed.write(warnings.formatwarning(one.message, one.category, one.filename, one.lineno))
        finally:
            _running.pop()
            self._dice = random.getstate(), np.random.get_state()
            random.setstate(ours[0])
            np.random.set_state(ours[1])
            self._finders = [finder for finder in sys.meta_path if isinstance(finder, importer.MemoryFinder)]
            sys.meta_path[:] = finders
            # Looked through only where there are more than before: there are thousands.
            known = self._modules if len(sys.modules) == loaded else sys.modules
            self._modules = {name: sys.modules[name] for name in known if _is_of_a_submission(sys.modules.get(name))}
            for name in self._modules:
                del sys.modules[name]
            self.output.add(printed.getvalue().encode("utf-8", "backslashreplace"))

    # -- instead of a process ---------------------------------------------

    def _gone(self) -> bool:
        return True

    def _finish(self) -> Exit:
        if self.exit is None:
            self.exit = Exit(self._code, 0.0, 0)
            for fd in self._descriptors:
                os.close(fd)
        return self.exit

    def kill_process(self) -> None:
        """There is none; its end shows with the next question, as a real one's does."""
        self._killed = True


def _is_of_a_submission(module: Any) -> bool:
    return isinstance(module, ModuleType) and str(module.__dict__.get("__file__", "")).startswith(importer.ORIGIN)
