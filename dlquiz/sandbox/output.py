"""What a worker prints: drained always, kept up to a cap, never a result."""

import os
import sys
from collections import deque
from contextlib import suppress
from typing import IO

from dlquiz.sandbox.whereabouts import find_stack
from dlquiz.text import gap_note

HEAD_BYTES = 64_000
TAIL_BYTES = 4_000
FLOOD_BYTES = 50_000_000
_READ = 1 << 16


def memory_file() -> IO[bytes]:
    """Return a file for what a process of ours says on stderr: in memory, so that a full disk stops no grading."""
    if sys.platform == "linux":
        with suppress(OSError):  # a container may refuse the call: then it is a file without a name
            return os.fdopen(os.memfd_create("dlquiz-stderr"), "w+b", buffering=0)
    import tempfile

    return tempfile.TemporaryFile()


class _Segment:
    """What was printed between two marks: its beginning and its end."""

    def __init__(self) -> None:
        self.head = bytearray()
        self.tail = bytearray()
        self.count = 0
        self.line_ends = 0

    def add(self, data: bytes | bytearray) -> None:
        self.count += len(data)
        self.line_ends += data.count(b"\n")
        room = HEAD_BYTES - len(self.head)
        self.head += data[:room]
        if len(data) > room:
            self.tail += data[max(room, 0) :]
            del self.tail[:-TAIL_BYTES]

    def join(self, later: "_Segment") -> None:
        """Add what was printed after this."""
        count, line_ends = later.left_out()
        self.add(later.head)
        self.add(later.tail)
        self.count += count
        self.line_ends += line_ends

    def forget(self, part: bytearray, place: slice) -> bytes:
        """Take a piece out of the beginning or the end that is kept, and return it."""
        piece = bytes(part[place])
        del part[place]
        self.count -= len(piece)
        self.line_ends -= piece.count(b"\n")
        return piece

    def left_out(self) -> tuple[int, int]:
        """Return how many bytes, and line ends among them, stand between the beginning and the end."""
        kept = self.head.count(b"\n") + self.tail.count(b"\n")
        return self.count - len(self.head) - len(self.tail), self.line_ends - kept

    def text(self) -> str:
        count, line_ends = self.left_out()
        text = bytes(self.head).decode("utf-8", "replace")
        if count > 0:
            text += gap_note(count, line_ends)
        return text + bytes(self.tail).decode("utf-8", "replace")


class OutputPipe:
    """The reading end of a worker's stdout and stderr.

    Keeps the first 64 kB and the last 4 kB since :meth:`take`; counts everything.

    A worker that answers questions ahead writes a mark after each, so that what it prints meanwhile is told with the
    question to which it belongs (:meth:`expect`, then :meth:`passed` or :meth:`dropped` in the same order). A mark that
    does not come, because the learner's code has closed the pipe, changes only what is shown.
    """

    flood_bytes = FLOOD_BYTES

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.total = 0
        self._taken = _Segment()
        self._segments = deque([_Segment()])
        """What stands before each mark that was found, and what has come since: the last one is still open."""
        self._marks: deque[bytes] = deque()
        self._found = 0
        self._carry = b""
        """The end of what was read, in case a mark is cut in two by a read."""
        self._open = True

    @property
    def flooded(self) -> bool:
        """Whether the worker has printed more than anyone can mean to."""
        return self.total > FLOOD_BYTES

    def drain(self) -> bool:
        """Read everything that is there; False at the end of the pipe."""
        while self._open and not self.flooded:
            try:
                data = os.read(self.fd, _READ)
            except BlockingIOError:
                return True
            if not data:
                return False
            self.total += len(data)
            self._keep(data)
        return True

    def _keep(self, data: bytes) -> None:
        while self._found < len(self._marks):
            mark = self._marks[self._found]
            data, self._carry = self._carry + data, b""
            at = data.find(mark)
            if at < 0:
                whole = max(0, len(data) - len(mark) + 1)
                self._segments[-1].add(data[:whole])
                self._carry = data[whole:]
                return
            self._segments[-1].add(data[:at])
            data = data[at + len(mark) :]
            self._found += 1
            self._segments.append(_Segment())
        self._segments[-1].add(data)

    # -- marks ------------------------------------------------------------

    def expect(self, mark: bytes) -> None:
        """Say that the worker will write this mark, after all others that it was told."""
        self._marks.append(mark)

    def passed(self) -> None:
        """Count what stands before the next mark to what :meth:`take` returns."""
        self._taken.join(self._next())

    def dropped(self) -> None:
        """Forget what stands before the next mark."""
        self._next()

    def _next(self) -> _Segment:
        self.drain()
        self._marks.popleft()
        if self._found:
            self._found -= 1
        else:
            # It never came: what was printed so far belongs to this question.
            self._segments[-1].add(self._carry)
            self._carry = b""
            self._segments.append(_Segment())
        return self._segments.popleft()

    def take(self) -> str:
        """Return what was printed since the last call, and forget it."""
        self.drain()
        if not self._marks:
            self._taken.join(self._segments.popleft())
            self._segments.append(_Segment())
        text = self._taken.text()
        self._taken = _Segment()
        return text

    def take_stack(self) -> bytes:
        """Return the stack that the worker has printed last, and take it out of what :meth:`take` returns."""
        self.drain()
        last = self._segments[-1]
        last.add(self._carry)
        self._carry = b""
        for part in (last.tail, last.head):
            place = find_stack(bytes(part))
            if place is not None:
                return last.forget(part, slice(*place))
        return b""

    def last_line(self) -> str:
        """The last complete or unfinished line that is not blank."""
        last = self._segments[-1] if self._segments[-1].count else self._taken
        recent = bytes(last.tail or last.head[-TAIL_BYTES:]).decode("utf-8", "replace")
        return next((line for line in reversed(recent.splitlines()) if line.strip()), "")

    def close(self) -> None:
        """Close the pipe; what was read stays."""
        if self._open:
            self._open = False
            os.close(self.fd)
