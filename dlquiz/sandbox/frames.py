"""Frames on their way through a socket that never blocks: out of an outbox, into an inbox."""

import socket
from collections import deque
from collections.abc import Iterable
from typing import TypeAlias

from dlquiz.sandbox import wire

Frame: TypeAlias = tuple[bytes, bytes]
"""Head and body."""

_SEND = 1 << 18
_JOIN_BELOW = 1 << 16
_RECEIVE = 1 << 16
_READS = 256
"""Reads before the clock is looked at again."""


class Outbox:
    """What is still to be sent."""

    def __init__(self) -> None:
        self._parts: deque[memoryview] = deque()

    def put(self, parts: Iterable[memoryview]) -> None:
        """Add the parts of a frame, or of several: small ones go together, so that the other side wakes once."""
        small: list[memoryview] = []
        for part in parts:
            if len(part) < _JOIN_BELOW:
                small.append(part)
            else:
                self._join(small)
                small = []
                self._parts.append(part)
        self._join(small)

    def _join(self, parts: list[memoryview]) -> None:
        if joined := b"".join(parts):
            self._parts.append(memoryview(joined))

    def clear(self) -> None:
        """Forget what is still to be sent: nobody will read it."""
        self._parts.clear()

    def __bool__(self) -> bool:
        return bool(self._parts)

    def send(self, channel: socket.socket) -> None:
        """Send what the socket takes now."""
        while self._parts:
            part = self._parts[0]
            try:
                count = channel.send(part[:_SEND])
            except BlockingIOError:
                return
            if count == len(part):
                self._parts.popleft()
            else:
                self._parts[0] = part[count:]


class Inbox:
    """What has arrived. Grows as bytes come in: a length that is only claimed allocates nothing.

    Parameters
    ----------
    limit : int
        Bytes of arrays that a frame may claim to hold.
    free : int
        Bytes of arrays that are received without asking: see :attr:`asks_for`.
    """

    def __init__(self, limit: int, free: int) -> None:
        self._limit, self._free = limit, free
        self._buffer = bytearray()
        self._sizes: tuple[int, int] | None = None
        self._allowed = False

    def receive(self, channel: socket.socket) -> bool:
        """Read what is there; False when the channel has ended.

        Not for ever: a worker that sends single bytes as fast as we read them must not keep us from the clock.
        """
        for _ in range(_READS):
            if self.ready or self.asks_for is not None:
                break
            try:
                data = channel.recv(_RECEIVE if self._missing < _RECEIVE else _SEND)
            except BlockingIOError:
                return True
            except ConnectionResetError:
                return False
            if not data:
                return False
            self._buffer += data
        return True

    @property
    def _missing(self) -> int:
        return 0 if self._sizes is None else sum(self._sizes) - len(self._buffer)

    @property
    def ready(self) -> bool:
        """Whether a whole frame is here; WireError if what is here cannot become one."""
        if self._sizes is None:
            if len(self._buffer) < wire.PREFIX.size:
                return False
            self._sizes = wire.unpack_prefix(self._buffer[: wire.PREFIX.size], self._limit)
            self._allowed = self._sizes[1] <= self._free
            del self._buffer[: wire.PREFIX.size]
        return self._allowed and self._missing <= 0

    @property
    def asks_for(self) -> int | None:
        """Bytes of arrays in a frame whose head is here, and that are too many to be received without asking."""
        if self._allowed or not self._sizes or len(self._buffer) < self._sizes[0]:
            return None
        return self._sizes[1]

    def allow(self) -> None:
        """Receive the frame that asks."""
        self._allowed = True

    @property
    def head(self) -> bytes:
        """The head of the frame that is arriving."""
        return bytes(self._buffer[: self._sizes[0]]) if self._sizes else b""

    def take(self) -> tuple[memoryview, memoryview]:
        """Return head and body of the frame that is ready."""
        assert self._sizes is not None
        head, body = self._sizes
        frame = self._buffer if len(self._buffer) == head + body else self._buffer[: head + body]
        self._drop(head + body)
        view = memoryview(frame)
        return view[:head], view[head:]

    def _drop(self, size: int) -> None:
        """Forget the frame that has begun, or several that are whole: so many bytes."""
        if len(self._buffer) == size:
            self._buffer = bytearray()
        else:
            del self._buffer[:size]
        self._sizes, self._allowed = None, False

    # -- several frames at once -------------------------------------------

    def receive_more(self, channel: socket.socket, size: int) -> bool:
        """Read what is there, beyond the next frame too, up to ``size`` bytes; False if nothing more is read so."""
        try:
            while len(self._buffer) < size and (data := channel.recv(_RECEIVE)):
                self._buffer += data
        except BlockingIOError:
            return True
        except ConnectionResetError:
            pass
        return False

    def look(self, count: int) -> list[Frame] | None:
        """Return head and body of the next ``count`` frames, and leave them here; None if they are not all here."""
        frames, at, sizes = [], 0, self._sizes
        for _ in range(count):
            if sizes is None:
                if len(self._buffer) < at + wire.PREFIX.size:
                    return None
                sizes = wire.unpack_prefix(self._buffer[at : at + wire.PREFIX.size], self._limit)
                at += wire.PREFIX.size
            middle, end = at + sizes[0], at + sum(sizes)
            if len(self._buffer) < end:
                return None
            frames.append((bytes(self._buffer[at:middle]), bytes(self._buffer[middle:end])))
            at, sizes = end, None
        return frames

    def drop(self, frames: list[Frame]) -> None:
        """Forget frames that :meth:`look` has shown."""
        if frames:
            begun = self._sizes is not None  # then its prefix is gone already
            self._drop(
                sum(wire.PREFIX.size + len(head) + len(body) for head, body in frames) - begun * wire.PREFIX.size
            )

    @property
    def empty(self) -> bool:
        """Whether nothing has arrived that was not taken."""
        return not self._buffer and self._sizes is None
