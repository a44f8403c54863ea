"""The members of a tar archive: a small reader that goes forward only, and cannot loop, seek or extract.

The standard library's ``tarfile`` does far more than is wanted here, and hostile
archives have made it hang more than once (CVE-2019-20907, CVE-2024-6232,
CVE-2025-8194). Read are plain files and folders, with the long names of GNU
tar and pax; everything else is refused by name. Format: POSIX.1-2017, pax,
"ustar Interchange Format" and "pax Extended Header".
"""

from collections.abc import Iterator
from typing import IO, Final

from dlquiz.archives.gunzip import Gunzip
from dlquiz.archives.rules import CHUNK, Content, Member, Rules, quoted

BLOCK: Final = 512
MAX_EXTENDED: Final = 65_536
"""Bytes of one extended header of a tar archive: a long name, or the records of pax."""
MAX_RECORDS: Final = 50
"""Records in one extended header of pax; usual ones have fewer than ten."""

_KINDS = {
    b"1": "a hard link", b"2": "a link", b"3": "a device", b"4": "a device", b"6": "a pipe",
    b"S": "a sparse file", b"M": "a part of a larger archive",
}  # fmt: skip


def members(stream: IO[bytes], size: int, rules: Rules) -> Iterator[Member]:
    """Yield the members of a tar archive of ``size`` bytes, packed with gzip or not."""
    stream.seek(0)
    packed = stream.read(2) == b"\x1f\x8b"
    stream.seek(0)
    source: Content = Gunzip(stream, size, rules) if packed else stream
    yield from _entries(source, rules)
    while packed and source.read(CHUNK):
        pass  # to its end: only there the checksum of gzip stands


def _entries(source: Content, rules: Rules) -> Iterator[Member]:
    long_name, count = "", 0
    while any(header := source.read(BLOCK)):  # two blocks of zeros end an archive; one is enough to stop
        if len(header) < BLOCK:
            raise rules.refused("it ends too early, or is not a tar archive")
        count += 1
        # A file may have two extended headers before its own.
        if count > 3 * rules.limits.members:
            raise rules.refused("it has too many headers")
        _check_sum(header, rules)
        kind = header[156:157]
        size = 0 if kind == b"5" else _number(header[124:136], rules)  # a folder's size is a quota, not content
        content = _Content(source, size, rules)
        if kind not in b"Lxg":
            name, long_name = long_name or _short_name(header), ""
            yield _member(name, kind, content, rules)
        elif size > MAX_EXTENDED:
            raise rules.refused("it has an extended header that is too long")
        elif kind == b"L":
            long_name = _decoded(content.read(size).rstrip(b"\0"))
        elif kind == b"x":
            long_name = _pax_path(content.read(size), rules) or long_name
        content.skip()
    if count == 0 and len(header) < BLOCK:
        raise rules.refused("it is not a tar archive")
    if not header:
        raise rules.refused("it ends too early")


def _member(name: str, kind: bytes, content: "_Content", rules: Rules) -> Member:
    if kind not in (b"0", b"\0", b"7", b"5"):
        raise rules.refused(f"{quoted(name)} is {_KINDS.get(kind, 'of an unknown kind')}")
    # In the oldest format a name that ends in "/" is a folder.
    return Member(name, kind == b"5" or name.endswith("/"), content.left, content.opened)


class _Content:
    """What lies between two headers; each byte can be read once, before the next header is."""

    def __init__(self, source: Content, size: int, rules: Rules) -> None:
        self.left = size
        self._padding = -size % BLOCK
        self._source = source
        self._rules = rules
        self._gone = False

    def opened(self) -> Content:
        if self._gone:
            raise ValueError("a member of a tar archive can be read only once, before the next one is asked for")
        return self

    def read(self, size: int, /) -> bytes:
        self.opened()
        wanted = min(size, self.left)
        data = self._source.read(wanted)
        if len(data) < wanted:
            raise self._rules.refused("it ends in the middle of a file")
        self.left -= wanted
        return data

    def skip(self) -> None:
        while self.left:
            self.read(CHUNK)
        self._source.read(self._padding)
        self._gone = True


def _short_name(header: bytes) -> str:
    name = header[:100].split(b"\0")[0]
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return _decoded(prefix + b"/" + name if prefix else name)


def _decoded(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp437")  # as zip does where nothing is said


def _check_sum(header: bytes, rules: Rules) -> None:
    # The sum counts its own field as blanks.
    if _number(header[148:156], rules) != sum(header[:148]) + sum(header[156:]) + 8 * ord(" "):
        raise rules.refused("it is damaged, or not a tar archive")


def _number(digits: bytes, rules: Rules) -> int:
    if digits[0] & 0x80:
        raise rules.refused("it claims a file of more than 8 GB")
    digits = digits.split(b"\0")[0].strip(b" ")
    if digits and (not digits.isdigit() or set(digits) & set(b"89")):
        raise rules.refused("it is damaged, or not a tar archive")
    return int(digits or b"0", 8)


def _pax_path(content: bytes, rules: Rules) -> str:
    """Return the path that an extended header gives, ``""`` without one: records are lines ``length key=value``."""
    path, position = "", 0
    for _ in range(MAX_RECORDS + 1):
        if position == len(content):
            return path
        length_text, blank, _ = content[position : position + 6].partition(b" ")
        if not blank or not length_text.isdigit():
            raise rules.refused("an extended header is damaged")
        length = int(length_text)
        record = content[position : position + length]
        if len(record) != length or length <= len(length_text) + 1 or record[-1:] != b"\n":
            raise rules.refused("an extended header is damaged")
        position += length
        key, equals, value = record[len(length_text) + 1 : -1].partition(b"=")
        if not equals or key.startswith(b"GNU.sparse") or key == b"size":
            raise rules.refused("it holds a sparse or enormous file")
        path = _decoded(value) if key == b"path" else path
    raise rules.refused("it has too many extended records")
