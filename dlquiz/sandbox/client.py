"""The trusted side of the wall: start the server, ask for workers, judge nothing.

One poll loop per call serves the channel in both directions, the worker's
output and its process handle under one absolute deadline. No threads. Whatever
a worker sends is decoded by :mod:`dlquiz.sandbox.wire` and believed by nobody.
"""

import os
import select
import signal
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from dlquiz.sandbox import wire
from dlquiz.sandbox.output import Output

_CHUNK = 1 << 18
_READS = 256
"""Reads before the clock is looked at again."""
_FATAL = select.POLLHUP | select.POLLERR | select.POLLNVAL


class CallFailed(Exception):
    """The submission did not answer with a value. ``cause`` is one of the report's causes."""

    def __init__(
        self, cause: str, text: str, *, type_name: str = "", trace: str = "", bases: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(text)
        self.bases = bases
        self.cause = cause
        self.text = text
        self.type_name = type_name
        self.trace = trace


class WorkerVanished(Exception):
    """The worker died of something that neither we nor its own code explains: ours until shown otherwise."""


@dataclass(frozen=True, slots=True)
class Exit:
    """How a worker ended. ``code`` is minus the signal number, as in subprocess."""

    code: int
    cpu_s: float
    peak_kib: int


@dataclass(frozen=True, slots=True)
class Deadline:
    """An absolute moment on the monotonic clock."""

    at: float
    budget_s: float
    missed: str
    """What is said of code that misses it."""

    @classmethod
    def after(cls, seconds: float, missed: str = "") -> "Deadline":
        """Return the moment ``seconds`` from now."""
        return cls(time.monotonic() + seconds, seconds, missed or f"it took more than {seconds:g} s")

    def left_ms(self) -> int:
        """Milliseconds left, at least 0, rounded up so that poll does not spin."""
        return max(0, int((self.at - time.monotonic()) * 1000) + 1)

    @property
    def passed(self) -> bool:
        """Whether the moment is over."""
        return time.monotonic() >= self.at


class Process(Protocol):
    """The process of a worker: ``fd`` becomes readable when it has ended."""

    pid: int
    fd: int

    @property
    def orphan(self) -> bool:
        """Whether the server has died that it depends on, so that it is about to end."""

    def kill(self) -> None:
        """Send SIGKILL; nothing happens if it has ended."""

    def reap(self) -> Exit:
        """Wait for the end, free everything, and say how it ended. Called once."""


class ForkedProcess:
    """A fork of the server, held by a pidfd: no other process can be meant, even when pids are used again."""

    def __init__(self, pid: int, pidfd: int, ended: Callable[[int], Exit], orphan: Callable[[], bool]) -> None:
        self.pid = pid
        self.fd = pidfd
        self._ended = ended
        self._orphan = orphan

    @property
    def orphan(self) -> bool:
        """Whether its parent has died: the kernel then ends this process too, a moment later."""
        return self._orphan()

    def kill(self) -> None:
        """Send SIGKILL through the pidfd."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.fd, signal.SIGKILL)

    def reap(self) -> Exit:
        """Ask the server, whose child it is."""
        try:
            return self._ended(self.pid)
        finally:
            os.close(self.fd)


_LAST_GASP_MS = 1000
"""Between a dying process's closed channel and its readable handle; much longer than it ever takes."""
_TICK_MS = 100
"""How often a running call is looked at, and its watcher told."""
_STALL_S = 1.0
"""A turn of the loop takes at most a tick and some milliseconds; in more than this our own process did not run."""
THREADS = 1000
"""More are an attack on the machine: nothing in a call of milliseconds to minutes needs them."""


class Worker:
    """One confined process and the channel to it.

    Strict request and response: one request is outstanding, a reply carries its
    number. After a timeout or a broken rule the worker is killed, never reused.
    """

    def __init__(
        self,
        channel: socket.socket,
        output: Output,
        process: "Process",
        *,
        cpu_limit_s: float,
        reply_limit: int,
    ) -> None:
        channel.setblocking(False)
        self.pid = process.pid
        self.output = output
        self.calls = 0
        self.exit: Exit | None = None
        self.lost_s = 0.0
        """Seconds of calls in which our own side did not run: nobody else is charged for them."""
        self._channel = channel
        self._process = process
        self._cpu_limit_s = cpu_limit_s
        self._reply_limit = reply_limit
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self._poll.register(output.fd, select.POLLIN)
        self._poll.register(process.fd, select.POLLIN)
        self._last_id = 0

    @property
    def alive(self) -> bool:
        """Whether another call can be made."""
        return self.exit is None

    @property
    def idle(self) -> bool:
        """Whether it waits, as it must: it has neither ended nor said something that nobody asked for."""
        return not self._process.orphan and all(fd == self.output.fd for fd, _ in self._poll.poll(0))

    def request(
        self, message: dict[str, Any], deadline: Deadline, watch: Callable[[float], None] | None = None
    ) -> dict[str, Any]:
        """Send ``message`` and return the reply's fields.

        Raises
        ------
        CallFailed
            The submission raised, was too slow, died, or broke the protocol.
        WorkerVanished
            The process ended and nothing of the submission's explains it.
        """
        if self.exit is not None:
            raise WorkerVanished("the worker has ended before")
        self._last_id += 1
        self.calls += 1
        if self._readable():
            self._unasked()
        parts = wire.pack({**message, "id": self._last_id})
        exchange = _Exchange(parts, self._reply_limit)
        try:
            self._converse(exchange, deadline, watch)
            reply = wire.unpack(exchange.head, exchange.body, wire.REPLY_TAGS)
        except wire.WireError as error:
            self._kill()
            raise CallFailed("protocol", f"its answer could not be read: {error}") from error
        self._check(reply)
        return reply

    def _check(self, reply: dict[str, Any]) -> None:
        error = reply.get("error")
        if reply.get("id") != self._last_id or (error is None) == ("value" not in reply):
            self._kill()
            raise CallFailed("protocol", "its answer does not belong to the question")
        if error is None:
            return
        fields = error if isinstance(error, dict) else {}
        texts = [text for key in _ERROR_FIELDS if isinstance(text := fields.get(key), str)]
        if len(texts) != len(_ERROR_FIELDS) or texts[0] not in _CLAIMED_CAUSES:
            self._kill()
            raise CallFailed("protocol", "its answer does not belong to the question")
        kind, type_name, text, trace, bases = texts
        raise CallFailed(kind, text, type_name=type_name, trace=trace, bases=frozenset(bases.split()))

    def _converse(self, exchange: "_Exchange", deadline: Deadline, watch: Callable[[float], None] | None) -> None:
        started, looks = time.monotonic(), 1
        turn = started
        self._send(exchange)  # nearly always the socket takes all of it at once
        while not exchange.complete:
            deadline = self._forgive(turn, deadline)
            turn = time.monotonic()
            self._poll.modify(self._channel, select.POLLIN | (select.POLLOUT if exchange.sending else 0))
            events = dict(self._poll.poll(min(_TICK_MS, deadline.left_ms())))
            elapsed = time.monotonic() - started
            if elapsed * 1000 > looks * _TICK_MS:
                looks += 1
                self._look()
            if watch is not None:
                watch(elapsed)
            if self.output.fd in events:
                self._drain()
            ready = events.get(self._channel.fileno(), 0)
            if ready & select.POLLOUT:
                self._send(exchange)
            if ready & (select.POLLIN | _FATAL) and not exchange.receive(self._channel):
                self._died()
            if self._process.fd in events and not ready & select.POLLIN:
                self._died()
            if not exchange.complete and deadline.passed and not self._overslept(turn):
                self._too_late()
                raise CallFailed("timeout", deadline.missed)
        self._forgive(turn, deadline)

    def _forgive(self, turn: float, deadline: Deadline) -> Deadline:
        """Move the deadline by the time in which we did not run, say in a stopped terminal."""
        if not self._overslept(turn):
            return deadline
        lost = time.monotonic() - turn
        self.lost_s += lost
        return replace(deadline, at=deadline.at + lost)

    def _overslept(self, turn: float) -> bool:
        return time.monotonic() - turn > _STALL_S

    def _too_late(self) -> None:
        """End a worker that missed its deadline; WorkerVanished if somebody else had stopped it."""
        stopped = self._stopped()
        self._kill()
        if stopped:
            raise WorkerVanished("the worker was stopped from outside (SIGSTOP) until its time was over")

    def _stopped(self) -> bool:
        """Whether the process is stopped. It cannot do that to itself: SIGSTOP is refused, others have no effect."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            return False
        return state == b"T"

    def _send(self, exchange: "_Exchange") -> None:
        try:
            exchange.send(self._channel)
        except (BrokenPipeError, ConnectionResetError):
            self._died()

    def _drain(self) -> None:
        if not self.output.drain():
            self._poll.unregister(self.output.fd)  # closed by the learner: there is nothing left to read
        if self.output.flooded:
            self._kill()
            raise CallFailed("output", f"it printed more than {self.output.flood_bytes // 1_000_000} MB")

    def _readable(self) -> bool:
        return any(fd == self._channel.fileno() for fd, _ in self._poll.poll(0))

    def _unasked(self) -> None:
        """Raise what a channel means that has something to say before it was asked."""
        try:
            ended = not self._channel.recv(1, socket.MSG_PEEK)
        except OSError:
            ended = True
        if ended:
            self._died()
        self._kill()
        raise CallFailed("protocol", "it sent something that nobody had asked for")

    def _look(self) -> None:
        """End a worker that fills the machine's process table; its memory limit allows very many small threads."""
        try:
            threads = Path(f"/proc/{self.pid}/task").stat().st_nlink - 2
        except OSError:
            return  # ended, or no /proc
        if threads > THREADS:
            self._kill()
            raise CallFailed("forbidden", f"it started more than {THREADS:,} threads")

    # -- the end ----------------------------------------------------------

    def _died(self) -> None:
        """Raise what the end of the process means."""
        if not self._gone():
            self._kill()
            raise CallFailed("protocol", "it closed the channel")
        end = self._finish()
        text = _explain(end, self._cpu_limit_s)
        if text is None:
            raise WorkerVanished(
                f"the worker was killed from outside (signal {-end.code}); it said: {self.output.take()[-500:]!r}"
            )
        raise CallFailed(*text)

    def _gone(self) -> bool:
        """Wait for the process handle alone: the closed channel would wake every poll."""
        handle = select.poll()
        handle.register(self._process.fd, select.POLLIN)
        return bool(handle.poll(_LAST_GASP_MS))

    def _finish(self) -> Exit:
        """Collect how the ended process ended."""
        if self.exit is None:
            try:
                self.exit = self._process.reap()
            except BaseException:
                self.exit = Exit(-signal.SIGKILL, 0, 0)  # the server has gone, and the worker with it
                raise
            finally:
                self.output.drain()
                self.output.close()
                self._channel.close()
        return self.exit

    def kill_process(self) -> None:
        """Send SIGKILL to this process and to no other."""
        self._process.kill()

    def _kill(self) -> None:
        if self.exit is None:
            self.kill_process()
            self._finish()

    def close(self) -> Exit:
        """End the worker and return how it ended."""
        self._kill()
        assert self.exit is not None
        return self.exit


_ERROR_FIELDS = ("kind", "type", "text", "trace", "bases")
_CLAIMED_CAUSES = frozenset({"exception", "memory", "syntax", "protocol", "forbidden", "missing"})
"""What a worker may say about itself. That it was slow or killed, only we can know."""


class _Exchange:
    """One request on its way out and one reply on its way in."""

    def __init__(self, parts: list[memoryview], reply_limit: int) -> None:
        self._out = parts
        self._limit = reply_limit
        self._buffer = bytearray()
        self._need = wire.PREFIX.size
        self._head_size: int | None = None
        self.complete = False

    @property
    def sending(self) -> bool:
        return bool(self._out)

    def send(self, channel: socket.socket) -> None:
        """Send what the socket takes now."""
        while self._out:
            part = self._out[0]
            try:
                count = channel.send(part[:_CHUNK]) if len(part) else 0
            except BlockingIOError:
                return
            if count == len(part):
                self._out.pop(0)
            else:
                self._out[0] = part[count:]

    def receive(self, channel: socket.socket) -> bool:
        """Read what is there, never past the frame; False when the channel has ended.

        Not for ever: a worker that sends single bytes as fast as we read them must not keep us from the clock.
        """
        for _ in range(_READS):
            if self.complete:
                break
            try:
                data = channel.recv(min(self._need - len(self._buffer), _CHUNK))
            except BlockingIOError:
                return True
            except ConnectionResetError:
                return False
            if not data:
                return False
            # The buffer grows as bytes arrive: a declared length allocates nothing.
            self._buffer += data
            if len(self._buffer) == self._need:
                self._advance()
        return True

    def _advance(self) -> None:
        if self._head_size is None:
            self._head_size, body = wire.unpack_prefix(self._buffer, self._limit)
            self._buffer = bytearray()
            self._need = self._head_size + body
            self.complete = self._need == 0
        else:
            self.complete = True

    @property
    def head(self) -> memoryview:
        return memoryview(self._buffer)[: self._head_size or 0]

    @property
    def body(self) -> memoryview:
        return memoryview(self._buffer)[self._head_size or 0 :]


_SIGNALS: Mapping[int, str] = {
    signal.SIGSEGV: "a segmentation fault, often very deep recursion",
    signal.SIGBUS: "a bus error",
    signal.SIGABRT: "an abort inside a library",
    signal.SIGFPE: "an arithmetic fault",
    signal.SIGILL: "an illegal instruction",
    signal.SIGSYS: "a forbidden system call",
}


def _explain(end: Exit, cpu_limit_s: float) -> tuple[str, str] | None:
    """Return (cause, text) of an end that the submission is answerable for, None for one that it is not."""
    if end.code == -signal.SIGXCPU or (end.code == -signal.SIGKILL and end.cpu_s >= cpu_limit_s - 0.5):
        return "timeout", f"it used more than {cpu_limit_s:g} s of processor time"
    if end.code == -signal.SIGKILL:
        return None
    if end.code < 0:
        words = _SIGNALS.get(-end.code, f"signal {-end.code}")
        return "crashed", f"the process was ended by {words}"
    if end.code == 127:
        return "memory", "a library ended the process, as it does when memory runs out"
    return "crashed", f"the code ended its own process (exit status {end.code})"
