"""What a worker prints: drained always, kept up to a cap, never a result."""

import os
import sys
from contextlib import suppress
from typing import IO

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


class Output:
    """The reading end of a worker's stdout and stderr.

    Keeps the first 64 kB and the last 4 kB since :meth:`take`; counts everything.
    """

    flood_bytes = FLOOD_BYTES

    def __init__(self, fd: int) -> None:
        os.set_blocking(fd, False)
        self.fd = fd
        self.total = 0
        self._head = bytearray()
        self._tail = bytearray()
        self._since = 0
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
            self._keep(data)
        return True

    def _keep(self, data: bytes) -> None:
        self.total += len(data)
        self._since += len(data)
        room = HEAD_BYTES - len(self._head)
        self._head += data[:room]
        if len(data) > room:
            self._tail += data[max(room, 0) :]
            del self._tail[:-TAIL_BYTES]

    def take(self) -> str:
        """Return what was printed since the last call, and forget it."""
        self.drain()
        skipped = self._since - len(self._head) - len(self._tail)
        text = bytes(self._head).decode("utf-8", "replace")
        if skipped > 0:
            text += f"\n[… {skipped:,} bytes left out …]\n"
        text += bytes(self._tail).decode("utf-8", "replace")
        self._head.clear()
        self._tail.clear()
        self._since = 0
        return text

    def last_line(self) -> str:
        """The last complete or unfinished line that is not blank."""
        recent = bytes(self._tail or self._head[-TAIL_BYTES:]).decode("utf-8", "replace")
        return next((line for line in reversed(recent.splitlines()) if line.strip()), "")

    def close(self) -> None:
        """Close the pipe; what was read stays."""
        if self._open:
            self._open = False
            os.close(self.fd)
