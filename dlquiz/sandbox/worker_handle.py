"""One worker, as the trusted side holds it: ask, wait, end it, judge nothing.

One poll loop per call serves the channel in both directions, the worker's
output and its process handle under one absolute deadline. No threads. Whatever
a worker sends is decoded by :mod:`dlquiz.sandbox.wire` and believed by nobody.
"""

import select
import signal
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from dlquiz.sandbox import whereabouts, wire
from dlquiz.sandbox.calls import CallFailed, Deadline, WorkerVanished
from dlquiz.sandbox.frames import Frame, Inbox, Outbox
from dlquiz.sandbox.limits import private_kib
from dlquiz.sandbox.output import OutputPipe
from dlquiz.sandbox.process import Exit, Process, explain
from dlquiz.text import one_line

_FATAL = select.POLLHUP | select.POLLERR | select.POLLNVAL


FREE_REPLY = 1 << 24
"""Bytes of arrays that any answer may hold: a mistake in a shape (rows × rows) still arrives, and can be told."""
MEMORY_SLACK_MIB = 64
"""Memory beyond the allowance that is not looked at: what the worker itself needs, and what is freed a moment later."""
_TELL_S, _MORE_S = 0.3, 0.02
"""How long a worker whose time is over may take to print its stack, and the pause after which nothing more comes."""
MAX_TYPE_NAME = 80
"""Characters of the name that a class gives itself, in one line: it stands in the middle of our sentences."""
_MAX_LINE = 10_000_000
_LAST_GASP_MS = 1000
"""Between a dying process's closed channel and its readable handle; much longer than it ever takes."""
_TICK_MS = 100
"""How often a running call is looked at, and its watcher told."""
_NAP_S = 0.001
"""Between two looks at replies that were asked for ahead: woken for each, we would take the core of who answers."""
_LOOK_AHEAD = 1 << 19
"""Bytes of replies that are looked at before they are collected."""
_STALL_S = 1.0
"""A turn of the loop takes at most a tick and some milliseconds; in more than this our own process did not run."""
THREADS = 1000
"""More are an attack on the machine: nothing in a call of milliseconds to minutes needs them."""


class WorkerHandle:
    """One confined process and the channel to it.

    Requests are answered in order, and a reply carries its request's number. Requests that are known to come may be
    sent ahead (:meth:`ahead`): the worker answers them while we are busy, and each reply waits until it is asked for.
    After a timeout or a broken rule the worker is killed, never reused.
    """

    def __init__(
        self,
        channel: socket.socket,
        output: OutputPipe,
        process: "Process",
        *,
        cpu_limit_s: float,
        reply_limit: int,
        memory_mib: int | None = None,
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
        held = private_kib(self.pid)
        self._most_kib = held + (memory_mib + MEMORY_SLACK_MIB) * 1024 if held and memory_mib is not None else None
        self._fault: tuple[str, str] | None = None
        self.stand_ins: object = None
        """What the last answer says about packages for which there was a stand-in."""
        self._reply_limit = reply_limit
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self._poll.register(output.fd, select.POLLIN)
        self._poll.register(process.fd, select.POLLIN)
        self._outbox = Outbox()
        self._inbox = Inbox(reply_limit, FREE_REPLY)
        self._last_id = 0
        self._waiting: deque[int] = deque()
        """Numbers of the requests that were sent and whose replies were not taken, in order."""
        self._greeting: deque[dict[str, Any]] = deque()

    @property
    def next_id(self) -> int:
        """The number of the next request: what is packed to be sent ahead must have it."""
        return self._last_id + 1

    @property
    def waiting(self) -> bool:
        """Whether requests were sent ahead that nobody has asked for."""
        return bool(self._waiting)

    @property
    def alive(self) -> bool:
        """Whether another call can be made."""
        return self.exit is None

    @property
    def idle(self) -> bool:
        """Whether it waits, as it must: it has neither ended nor said something that nobody asked for."""
        may_speak = {self.output.fd, self._channel.fileno()} if self._greeting else {self.output.fd}
        silent = self._inbox.empty and all(fd in may_speak for fd, _ in self._poll.poll(0))
        return silent and not self._process.orphan

    def greet(self, messages: Iterable[dict[str, Any]]) -> None:
        """Send what whoever gets this worker will request first, in this order; :meth:`request` finds it answered."""
        self._greeting.extend(messages)
        self.send(
            wire.pack({**message, "id": number}) for number, message in enumerate(self._greeting, start=self.next_id)
        )

    def request(
        self,
        message: dict[str, Any],
        deadline: Deadline,
        watch: Callable[[float], None] | None = None,
        room: Callable[[], int] | None = None,
    ) -> dict[str, Any]:
        """Send ``message`` and return the reply's fields.

        ``watch`` is told now and then how many seconds the call has taken. ``room`` is asked how many bytes of arrays
        the answer may hold, if it holds more than ``FREE_REPLY``; what that takes is nobody's time.

        Raises
        ------
        CallFailed
            The submission raised, was too slow, died, or broke the protocol.
        WorkerVanished
            The process ended and nothing of the submission's explains it.
        """
        self._need_life()
        if self._greeting:
            assert self._greeting.popleft() == message, "this worker was greeted in another way"
            return self.collect(self._waiting[0], deadline, watch, room)
        if not self._inbox.empty or self._readable():
            self._unasked()
        self.send([wire.pack({**message, "id": self.next_id})])
        return self.collect(self._last_id, deadline, watch, room)

    def send(self, frames: Iterable[list[memoryview]]) -> None:
        """Send packed requests, numbered from :attr:`next_id`, without waiting for their replies."""
        frames = list(frames)
        for _ in frames:
            self._last_id += 1
            self._waiting.append(self._last_id)
        self._outbox.put(part for parts in frames for part in parts)
        self._flush()

    def collect(
        self,
        number: int,
        deadline: Deadline,
        watch: Callable[[float], None] | None = None,
        room: Callable[[], int] | None = None,
    ) -> dict[str, Any]:
        """Return the fields of the reply to request ``number``, the first that was not taken; as :meth:`request`."""
        self._need_life()
        assert self._waiting[0] == number
        self.calls += 1
        try:
            head, body = self._receive(deadline, watch, room)
            reply = wire.unpack(head, body, wire.REPLY_TAGS)
        except wire.WireError as error:
            self._kill()
            raise CallFailed("protocol", f"its answer could not be read: {error}") from error
        self._check(reply, self._waiting.popleft())
        return reply

    def look_ahead(self, count: int, seconds: float) -> list[Frame] | None:
        """Return the next ``count`` replies as they came, and leave them to be collected, or to be :meth:`drop` ped.

        None if they do not come within some ``seconds``, or not without trouble: whoever collects them is told of it.
        """
        end = time.monotonic() + seconds
        more = self.alive
        while more and time.monotonic() < end and not self.output.flooded:
            self._flush()
            more = self._inbox.receive_more(self._channel, _LOOK_AHEAD)
            try:
                if (frames := self._inbox.look(count)) is not None:
                    return frames
            except wire.WireError:
                return None
            self.output.drain()
            time.sleep(_NAP_S)
        return None

    def drop(self, frames: list[Frame]) -> None:
        """Take replies that :meth:`look_ahead` has shown, and that are known already."""
        self._inbox.drop(frames)
        self.calls += len(frames)
        for _ in frames:
            self._waiting.popleft()

    def skip(self, number: int, seconds: float) -> bool:
        """Let replies before ``number`` go by that nobody has asked for; False if the worker had to be ended for it."""
        deadline = Deadline.after(seconds)
        try:
            while self.alive and self._waiting and self._waiting[0] < number:
                self._receive(deadline, None, None)
                self._waiting.popleft()
        except (CallFailed, WorkerVanished, wire.WireError):
            self._kill()  # what nobody asked for can be nobody's mistake
        return self.alive

    def _need_life(self) -> None:
        if self.exit is not None:
            raise WorkerVanished("the worker has ended before")

    def _check(self, reply: dict[str, Any], number: int) -> None:
        self.stand_ins = reply.get("stand_ins")
        error = reply.get("error")
        if reply.get("id") != number or (error is None) == ("value" not in reply):
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
        line, defined = fields.get("line"), fields.get("defined")
        raise CallFailed(
            kind, text, type_name=one_line(type_name, MAX_TYPE_NAME), trace=trace, bases=frozenset(bases.split()),
            line=line if isinstance(line, int) and 0 < line < _MAX_LINE else 0,
            defined=defined if isinstance(defined, str) else "",
        )  # fmt: skip

    def _receive(
        self, deadline: Deadline, watch: Callable[[float], None] | None, room: Callable[[], int] | None
    ) -> tuple[memoryview, memoryview]:
        """Return head and body of the next frame."""
        started, looks = time.monotonic(), 1
        turn = started
        while not self._inbox.ready:
            deadline = self._forgive(turn, deadline)
            turn = time.monotonic()
            self._poll.modify(self._channel, select.POLLIN | (select.POLLOUT if self._outbox else 0))
            events = dict(self._poll.poll(min(_TICK_MS, deadline.left_ms())))
            elapsed = time.monotonic() - started
            if elapsed * 1000 > looks * _TICK_MS:
                looks += 1
                self.look()
            if watch is not None:
                watch(elapsed)
            if self.output.fd in events:
                self._drain()
            ready = events.get(self._channel.fileno(), 0)
            if ready & select.POLLOUT:
                self._flush()
            if ready & (select.POLLIN | _FATAL) and not self._inbox.receive(self._channel):
                self._died()
            if self._inbox.asks_for is not None:
                deadline, turn = self._ask_for_room(room, deadline), time.monotonic()
            if self._process.fd in events and not ready & select.POLLIN:
                self._died()
            if not self._inbox.ready and deadline.passed and not self._overslept(turn):
                raise CallFailed("timeout", deadline.missed, stack=self._too_late())
        self._forgive(turn, deadline)
        return self._inbox.take()

    def _ask_for_room(self, room: Callable[[], int] | None, deadline: Deadline) -> Deadline:
        """Look at the head alone before a large body is read: a shape says more than a limit.

        Returns the deadline, moved by the time in which we were busy with a question of our own.
        """
        size = self._inbox.asks_for or 0
        started = time.monotonic()
        allowed = self._reply_limit if room is None else room()
        if size > allowed:
            what = wire.describe_arrays(self._inbox.head) or "arrays"
            raise wire.WireError(f"it holds {what}, {size:,} bytes; {allowed:,} are more than enough here")
        self._inbox.allow()
        lost = time.monotonic() - started
        self.lost_s += lost
        return replace(deadline, at=deadline.at + lost)

    def _forgive(self, turn: float, deadline: Deadline) -> Deadline:
        """Move the deadline by the time in which we did not run, say in a stopped terminal."""
        if not self._overslept(turn):
            return deadline
        lost = time.monotonic() - turn
        self.lost_s += lost
        return replace(deadline, at=deadline.at + lost)

    def _overslept(self, turn: float) -> bool:
        return time.monotonic() - turn > _STALL_S

    def _too_late(self) -> bytes:
        """End a worker that missed its deadline; its last stack, or WorkerVanished if somebody had stopped it."""
        stopped = self._stopped()
        if not stopped:
            self._let_tell()
        self._kill()
        if stopped:
            raise WorkerVanished("the worker was stopped from outside (SIGSTOP) until its time was over")
        return self.output.take_stack()

    def _let_tell(self) -> None:
        """Ask the worker for its stack, and read what comes within a moment."""
        self._process.signal(whereabouts.ASK)
        end = time.monotonic() + _TELL_S
        poll = select.poll()
        poll.register(self.output.fd, select.POLLIN)
        while (left := end - time.monotonic()) > 0 and poll.poll(int(left * 1000)) and self.output.drain():
            end = min(end, time.monotonic() + _MORE_S)

    def _stopped(self) -> bool:
        """Whether the process is stopped. It cannot do that to itself: SIGSTOP is refused, others have no effect."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            return False
        return state == b"T"

    def _flush(self) -> None:
        """Send what the socket takes now; nearly always that is all of it.

        A worker that has ended meanwhile may have answered before: whoever reads its answers comes to its end.
        """
        try:
            self._outbox.send(self._channel)
        except (BrokenPipeError, ConnectionResetError):
            self._outbox.clear()

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
            ended = self._inbox.empty and not self._channel.recv(1, socket.MSG_PEEK)
        except OSError:
            ended = True
        if ended:
            self._died()
        self._kill()
        raise CallFailed("protocol", "it sent something that nobody had asked for")

    def look(self) -> None:
        """End a worker that takes more of the machine than it may, whatever it does now; the next call says so.

        Threads: its memory limit allows very many small ones. Memory: a map that is filled and then made read-only
        does not count towards ``RLIMIT_DATA`` any more.
        """
        if self.exit is not None or self._fault is not None:
            return
        try:
            threads = Path(f"/proc/{self.pid}/task").stat().st_nlink - 2
        except OSError:
            return  # ended, or no /proc
        if threads > THREADS:
            self._fault = "forbidden", f"it started more than {THREADS:,} threads"
        elif self._most_kib is not None and private_kib(self.pid) > self._most_kib:
            self._fault = "memory", "it held more memory than the exercise allows"
        if self._fault is not None:
            self.kill_process()

    # -- the end ----------------------------------------------------------

    def _died(self) -> None:
        """Raise what the end of the process means."""
        if not self._gone():
            self._kill()
            raise CallFailed("protocol", "it closed the channel")
        end = self._finish()
        text = self._fault or explain(end, self._cpu_limit_s)
        if text is None:
            raise WorkerVanished(
                f"the worker was killed from outside (signal {-end.code}); it said: {self.output.take()[-500:]!r}"
            )
        raise CallFailed(*text, stack=self.output.take_stack())

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

    def interrupt(self) -> None:
        """Interrupt what it does, as Ctrl-C would: a cell of a notebook then raises KeyboardInterrupt."""
        self._process.signal(signal.SIGINT)

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
