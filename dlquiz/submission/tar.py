"""The members of a tar archive in memory: a small reader that cannot loop, seek or extract.

The standard library's ``tarfile`` does far more than is wanted here, and hostile
archives have made it hang more than once (CVE-2019-20907, CVE-2024-6232,
CVE-2025-8194). Read are plain files and folders, with the long names of GNU
tar and pax; everything else is refused by name. Format: POSIX.1-2017, pax,
"ustar Interchange Format" and "pax Extended Header".
"""

from collections.abc import Iterator
from dataclasses import dataclass

BLOCK = 512
MAX_EXTENDED = 65_536
"""Bytes of one extended header: a long name, or the records of pax."""
MAX_RECORDS = 50
"""Records in one extended header of pax; usual ones have fewer than ten."""
MAX_HEADERS = 30_000
"""Headers of all kinds: a file may have two extended ones before its own."""

_KINDS = {
    b"1": "a hard link", b"2": "a link", b"3": "a device", b"4": "a device", b"6": "a pipe",
    b"S": "a sparse file", b"M": "a part of a larger archive",
}  # fmt: skip


class TarError(Exception):
    """The bytes are not a tar archive that is read; the text says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """One entry: where its content lies in the archive, in bytes."""

    name: str
    is_folder: bool
    start: int
    size: int


def members(data: bytes) -> Iterator[Member]:
    """Yield the members; TarError for whatever is damaged, or is neither a plain file nor a folder."""
    position, long_name, count = 0, "", 0
    while position + BLOCK <= len(data):
        count += 1
        if count > MAX_HEADERS:
            raise TarError("it has too many headers")
        header = data[position : position + BLOCK]
        if not any(header):
            return  # two blocks of zeros end an archive; one is enough to stop
        _check_sum(header)
        kind = header[156:157]
        size = 0 if kind == b"5" else _number(header[124:136])  # a folder's size is a quota, not content
        start = position + BLOCK
        if size > len(data) - start:
            raise TarError("it ends in the middle of a file")
        if kind in b"Lxg":
            if size > MAX_EXTENDED:
                raise TarError("it has an extended header that is too long")
            content = data[start : start + size]
            if kind != b"g":
                long_name = _text(content.rstrip(b"\0")) if kind == b"L" else _pax_path(content) or long_name
        else:
            name, long_name = long_name or _short_name(header), ""
            yield _member(name, kind, start, size)
        position = start + (size + BLOCK - 1) // BLOCK * BLOCK
    if position == 0:
        raise TarError("it is not a tar archive")


def _member(name: str, kind: bytes, start: int, size: int) -> Member:
    if kind not in (b"0", b"\0", b"7", b"5"):
        raise TarError(f"{name!r} is {_KINDS.get(kind, 'of an unknown kind')}")
    # In the oldest format a name that ends in "/" is a folder.
    return Member(name, kind == b"5" or name.endswith("/"), start, size)


def _short_name(header: bytes) -> str:
    name = header[:100].split(b"\0")[0]
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return _text(prefix + b"/" + name if prefix else name)


def _text(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _check_sum(header: bytes) -> None:
    # The sum counts its own field as blanks.
    if _number(header[148:156]) != sum(header[:148]) + sum(header[156:]) + 8 * ord(" "):
        raise TarError("it is damaged, or not a tar archive")


def _number(field: bytes) -> int:
    if field[0] & 0x80:
        raise TarError("it claims a file of more than 8 GB")
    digits = field.split(b"\0")[0].strip(b" ")
    if not digits.isdigit() or set(digits) & set(b"89"):
        if digits:
            raise TarError("it is damaged, or not a tar archive")
        return 0
    return int(digits, 8)


def _pax_path(content: bytes) -> str:
    """Return the path that an extended header gives, ``""`` without one: records are lines ``length key=value``."""
    path, position = "", 0
    for _ in range(MAX_RECORDS + 1):
        if position == len(content):
            return path
        length_text, blank, _ = content[position : position + 6].partition(b" ")
        if not blank or not length_text.isdigit():
            raise TarError("an extended header is damaged")
        length = int(length_text)
        record = content[position : position + length]
        if len(record) != length or length <= len(length_text) + 1 or record[-1:] != b"\n":
            raise TarError("an extended header is damaged")
        position += length
        key, equals, value = record[len(length_text) + 1 : -1].partition(b"=")
        if not equals or key.startswith(b"GNU.sparse") or key == b"size":
            raise TarError("it holds a sparse or enormous file")
        path = _text(value) if key == b"path" else path
    raise TarError("it has too many extended records")
