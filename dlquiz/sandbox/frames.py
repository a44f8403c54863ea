"""Frames on their way through a socket that never blocks: out of an outbox, into an inbox."""

import socket
from collections import deque
from collections.abc import Iterable

from dlquiz.sandbox import wire

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
        frame, self._buffer = self._buffer, bytearray(self._buffer[head + body :])
        self._sizes, self._allowed = None, False
        view = memoryview(frame)
        return view[:head], view[head : head + body]

    @property
    def empty(self) -> bool:
        """Whether nothing has arrived that was not taken."""
        return not self._buffer and self._sizes is None
