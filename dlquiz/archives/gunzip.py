"""A file packed with gzip, decompressed as it is read, as far as the rules allow."""

import zlib
from typing import IO, Final

from dlquiz.archives.rules import CHUNK, Rules

MAX_PIECES: Final = 8
"""Streams of gzip that a .tar.gz may be made of."""


class Gunzip:
    """What a file packed with gzip holds, decompressed as it is read."""

    def __init__(self, stream: IO[bytes], size: int, rules: Rules) -> None:
        self._stream = stream
        self._size = size
        self._rules = rules
        self._input = b""
        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        self._pieces = 1
        self._ready = b""
        self._place = 0

    def read(self, size: int, /) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end."""
        parts = []
        while size:
            if self._place == len(self._ready):
                self._ready, self._place = self._more(), 0
                if not self._ready:
                    break
            part = self._ready[self._place : self._place + size]
            self._place += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def _more(self) -> bytes:
        """Return at least one byte, none at the end."""
        while not self._inflate.eof or self._begin_piece():
            with self._rules.sound("it is damaged, or not compressed with gzip", (zlib.error,)):
                data = self._inflate.decompress(self._input, CHUNK)
            self._input = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if data:
                self._rules.take(len(data))
                self._rules.refuse_bomb(self._rules.unpacked, self._size, self._rules.archive)
                return data
            if not self._inflate.eof and not self._fill():
                raise self._rules.refused("it ends too early")
        return b""

    def _begin_piece(self) -> bool:
        """Say whether something more than zeros follows: gzip files may be written one behind the other."""
        while not (rest := self._input.lstrip(b"\0")):
            self._input = b""
            if not self._fill():
                return False
        self._input = rest
        self._pieces += 1
        if self._pieces > MAX_PIECES:
            raise self._rules.refused("it was compressed in too many pieces")
        self._inflate = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        return True

    def _fill(self) -> bool:
        more = self._stream.read(CHUNK)
        self._input += more
        return bool(more)
