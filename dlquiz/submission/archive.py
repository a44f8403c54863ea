"""A folder that came packed (.zip, .tar, .tar.gz, .tgz): read in memory, never unpacked to a disk.

Every name in the archive must be one that a folder could have had; the first that is
not ends the reading. Only the Python files are ever decompressed from a zip.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from dlquiz.errors import SubmissionError
from dlquiz.submission import tar
from dlquiz.submission.plain import shown
from dlquiz.submission.tree import MAX_ENTRIES, without_top_folder

MAX_ARCHIVE_BYTES: Final = 20_000_000
"""Largest archive as it is handed in."""
MAX_UNPACKED_BYTES: Final = 50_000_000
"""Largest tar archive after decompression."""
MAX_RATIO: Final = 200
"""Unpacked to packed: text shrinks to a fifth, rarely to a twentieth."""

_RATIO_FROM = 100_000
"""Bytes below which nothing counts as a bomb: a small file of zeros shrinks well, too."""
_GZIP_MEMBERS = 8
_MAX_NAME = 1_000
_DRIVE = re.compile(r"[A-Za-z]:")
_PACK_AGAIN = "Pack your folder again as a plain .zip, or name the folder itself."
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, LookupError,
    OverflowError,
)  # fmt: skip  # NotImplementedError is a RuntimeError, UnicodeDecodeError a ValueError


@dataclass(frozen=True, slots=True)
class Archive:
    """The files of an archive; see :class:`dlquiz.submission.tree.Files`."""

    paths: tuple[str, ...]
    _reader: Callable[[str, int], bytes]
    _top: str
    unusable: tuple[str, ...] = ()

    def read(self, path: str, limit: int) -> bytes:
        """Return at most ``limit + 1`` bytes of a file."""
        return self._reader(self._top + path, limit)


def unpacked(raw: bytes, name: str) -> Archive:
    """Return what lies in an archive; a single folder around everything is taken away.

    Raises
    ------
    SubmissionError
        It is too large, damaged, encrypted, a bomb, or holds a name or a kind of
        entry that is not a plain file below a folder.
    """
    if len(raw) > MAX_ARCHIVE_BYTES:
        raise SubmissionError(
            f"{shown(name)} is larger than {MAX_ARCHIVE_BYTES // 1_000_000} MB.",
            next_step="Pack only your Python files, without data and environments.",
        )
    paths, reader = _zip(raw, name) if name.lower().endswith(".zip") else _tar(raw, name)
    top = without_top_folder(paths)
    return Archive(tuple(path.removeprefix(top) for path in paths if path.startswith(top)), reader, top)


# -- names ------------------------------------------------------------------


def _checked(name: str, archive: str) -> str:
    """Return a member's name without ``./``, or refuse it."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    wrong = None
    if name.startswith("/"):
        wrong = "begins with /"
    elif "\\" in name or "\0" in name:
        wrong = "holds a backslash or a null byte"
    elif _DRIVE.match(name):
        wrong = "begins with a drive letter"
    elif ".." in parts:
        wrong = "leads out of the folder (..)"
    elif len(name) > _MAX_NAME:
        wrong = "is too long"
    if wrong:
        raise _refused(archive, f"the name {shown(name)[:80]!r} {wrong}")
    return "/".join(parts)


def _without_duplicates(names: Iterable[str], archive: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        if name in found:
            raise _refused(archive, f"{shown(name)[:80]!r} is in it twice")
        found[name] = None
    return tuple(sorted(found))


def _refuse_many(count: int, archive: str) -> None:
    if count > MAX_ENTRIES:
        raise SubmissionError(
            f"{shown(archive)} holds more than {MAX_ENTRIES:,} files and folders.",
            next_step="Pack a folder that holds this exercise only.",
        )


def _refused(archive: str, why: str) -> SubmissionError:
    return SubmissionError(f"{shown(archive)} is not accepted: {why}.", next_step=_PACK_AGAIN)


def _refuse_bomb(size: int, packed: int, what: str, archive: str) -> None:
    if size > _RATIO_FROM and size > MAX_RATIO * packed:
        raise _refused(archive, f"{shown(what)[:80]!r} would grow to more than {MAX_RATIO} times its size")


# -- zip --------------------------------------------------------------------


def _zip(raw: bytes, name: str) -> tuple[tuple[str, ...], Callable[[str, int], bytes]]:
    # Each entry of the directory begins so: counted before an object is made for each.
    _refuse_many(raw.count(b"PK\x01\x02"), name)
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        infos = archive.infolist()
    except _ZIP_ERRORS as error:
        raise _refused(name, f"it is damaged, or not a zip file ({shown(str(error))[:100]})") from error
    found = {}
    names = []
    for info in infos:
        _check_kind(info, name)
        path = _checked(info.orig_filename, name)
        if path and not info.orig_filename.endswith("/"):
            names.append(path)
            found[path] = info
    paths = _without_duplicates(names, name)

    def read(path: str, limit: int) -> bytes:
        info = found[path]
        _refuse_bomb(info.file_size, info.compress_size, path, name)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            # The others decompress without an upper limit.
            raise _refused(name, f"{shown(path)} is compressed in an uncommon way")
        try:
            with archive.open(info) as stream:
                return stream.read(limit + 1)
        except _ZIP_ERRORS as error:
            raise _refused(name, f"{shown(path)} in it is damaged ({shown(str(error))[:100]})") from error

    return paths, read


def _check_kind(info: zipfile.ZipInfo, archive: str) -> None:
    if info.flag_bits & 0x1:
        raise _refused(archive, "it is encrypted")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        what = "a link" if kind == stat.S_IFLNK else "a device or a pipe"
        raise _refused(archive, f"{shown(info.orig_filename)[:80]!r} is {what}")


# -- tar --------------------------------------------------------------------


def _tar(raw: bytes, name: str) -> tuple[tuple[str, ...], Callable[[str, int], bytes]]:
    data = raw if name.lower().endswith(".tar") else _gunzipped(raw, name)
    found = {}
    names = []
    try:
        for count, member in enumerate(tar.members(data), start=1):
            _refuse_many(count, name)
            path = _checked(member.name, name)
            if path and not member.is_folder:
                names.append(path)
                found[path] = member
    except tar.TarError as error:
        raise _refused(name, shown(str(error))) from error
    paths = _without_duplicates(names, name)

    def read(path: str, limit: int) -> bytes:
        member = found[path]
        return data[member.start : member.start + min(member.size, limit + 1)]

    return paths, read


def _gunzipped(raw: bytes, name: str) -> bytes:
    parts, left = [], MAX_UNPACKED_BYTES
    rest = raw
    for _ in range(_GZIP_MEMBERS):
        stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        try:
            part = stream.decompress(rest, left + 1)
        except zlib.error as error:
            raise _refused(name, f"it is damaged, or not compressed with gzip ({shown(str(error))[:100]})") from error
        left -= len(part)
        parts.append(part)
        if left < 0:
            raise SubmissionError(
                f"{shown(name)} grows to more than {MAX_UNPACKED_BYTES // 1_000_000} MB.",
                next_step="Pack only your Python files, without data and environments.",
            )
        if not stream.eof:
            raise _refused(name, "it ends too early")
        rest = stream.unused_data.lstrip(b"\0")
        if not rest:
            break
    data = b"".join(parts)
    _refuse_bomb(len(data), len(raw), name, name)
    return data
