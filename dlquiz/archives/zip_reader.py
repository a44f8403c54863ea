"""The members of a zip archive, through the standard library's zipfile."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from typing import IO, cast

from dlquiz.archives.rules import CHUNK, Member, Rules, quoted

_ENTRY = b"PK\x01\x02"
_ENTRY_BYTES = 1_000  # of the directory, on average; usual ones have 150
_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, LookupError,
    OverflowError,
)  # fmt: skip  # NotImplementedError is a RuntimeError, UnicodeDecodeError a ValueError


def members(stream: IO[bytes], rules: Rules) -> Iterator[Member]:
    """Yield the members of a zip archive; the standard library reads the directory, which is at its end, at once."""
    watched = _Watched(stream, rules)
    with rules.sound("it is damaged, or not a zip file", _ERRORS):
        archive = zipfile.ZipFile(cast("IO[bytes]", watched))
    watched.opening = False
    for info in archive.infolist():
        name = info.orig_filename  # `filename` ends at a null byte
        if info.flag_bits & 0x1:
            raise rules.refused("it is encrypted")
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            what = "a link" if kind == stat.S_IFLNK else "a device or a pipe"
            raise rules.refused(f"{quoted(name)} is {what}")
        yield Member(name, name.endswith("/"), info.file_size, partial(_Content, archive, info, rules))


class _Content:
    """A member of a zip archive, decompressed as it is read."""

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, rules: Rules) -> None:
        self._rules = rules
        self._damaged = f"{quoted(info.orig_filename)} in it is damaged"
        rules.refuse_bomb(info.file_size, info.compress_size, info.orig_filename)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The others decompress without an upper limit.
            raise rules.refused(f"{quoted(info.orig_filename)} is compressed in an uncommon way")
        with rules.sound(self._damaged, _ERRORS):
            self._stream = archive.open(info)

    def read(self, size: int, /) -> bytes:
        with self._rules.sound(self._damaged, _ERRORS):
            data = self._stream.read(min(size, self._rules.left + 1))
        self._rules.take(len(data))
        return data


class _Watched:
    """A file that gives zipfile no larger directory than is allowed, for zipfile makes an object for each entry."""

    def __init__(self, stream: IO[bytes], rules: Rules) -> None:
        self.opening = True
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable
        self._stream = stream
        self._rules = rules

    def read(self, size: int = -1) -> bytes:
        if not self.opening:
            return self._stream.read(size)
        most = CHUNK + self._rules.limits.members * _ENTRY_BYTES
        # Without a size zipfile looks for the directory's place in the last 64 KiB.
        data = self._stream.read(2 * CHUNK if size < 0 else min(size, most + 1))
        if len(data) > most or data.count(_ENTRY) > self._rules.limits.members:
            raise self._rules.too_many()
        return data
