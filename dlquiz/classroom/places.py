"""Where hand-ins lie: in a folder, or in an archive; nothing is unpacked, and no link is followed."""

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from dlquiz.archives import ArchiveLimits, open_archive
from dlquiz.errors import SubmissionError, WorkError
from dlquiz.submission.files import cannot_open, opened, opened_beneath, read_plain
from dlquiz.submission.folder import listed
from dlquiz.submission.tree import is_clutter

if TYPE_CHECKING:
    from dlquiz.submission.archive import Packed

MAX_ONE: Final = 20_000_000
"""Bytes of one file that is handed in."""
CLASS_LIMITS: Final = ArchiveLimits(archive_bytes=4_000_000_000, members=1_000_000, unpacked_bytes=20_000_000_000)
"""Of the download of a whole class, of which only Python files, notebooks and archives are ever decompressed."""
_KEPT: Final = 200_000_000
"""Bytes of a tar archive, which can be read only from its beginning to its end, that are kept in memory."""


class HandInPlace(Protocol):
    """Files with their names, ``/`` between the parts."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def single(self) -> bool:
        """Whether it is one file that a person named; then ``name`` is that of the folder around it."""

    @property
    def paths(self) -> tuple[str, ...]:
        """The plain files."""

    @property
    def refused(self) -> dict[str, str]:
        """What is there and cannot be read, with the reason."""

    @property
    def empty(self) -> list[str]:
        """The folders at the top in which there is nothing."""

    def read(self, path: str, limit: int) -> bytes:
        """Return at most ``limit + 1`` bytes of a file; WorkError if it cannot be read."""

    def changed_at(self, path: str) -> float:
        """Return when a file was written last; 0 if that is not known."""

    def folder(self, path: str) -> Path | None:
        """Return where a folder lies on the disk; None in an archive."""

    def close(self) -> None:
        """End: nothing is read any more."""

    def __hash__(self) -> int:
        """Each place is only itself."""


class FolderPlace:
    """A folder, or one of the files in it."""

    def __init__(self, root: Path, files: tuple[str, ...] | None = None) -> None:
        self.name = root.name
        self.single = files is not None
        self._root = root
        self.refused: dict[str, str] = {}
        self.empty: list[str] = []
        self.paths = self._all() if files is None else files

    def _all(self) -> tuple[str, ...]:
        found: list[str] = []
        with opened(self._root) as root, os.scandir(root) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                try:
                    if entry.is_dir(follow_symlinks=False):
                        with opened_beneath(root, (entry.name,)) as below:
                            inner = listed(below, entry.name)
                        if not inner.paths and not inner.unusable and not is_clutter(entry.name):
                            self.empty.append(entry.name)
                        found += (f"{entry.name}/{path}" for path in inner.paths)
                        self.refused |= dict.fromkeys((f"{entry.name}/{path}" for path in inner.unusable), _LINK)
                    elif entry.is_file(follow_symlinks=False):
                        found.append(entry.name)
                    else:
                        self.refused[entry.name] = _LINK
                except SubmissionError as error:
                    self.refused[entry.name] = error.message
                except OSError as error:
                    self.refused[entry.name] = cannot_open(entry.name, error).message
        return tuple(found)

    def read(self, path: str, limit: int) -> bytes:
        """Read a file, opened part by part."""
        try:
            with opened(self._root) as root, opened_beneath(root, tuple(path.split("/"))) as file:
                return read_plain(file, path, limit)
        except OSError as error:
            raise cannot_open(path, error) from error

    def changed_at(self, path: str) -> float:
        """Return the file's own time."""
        try:
            return (self._root / path).lstat().st_mtime
        except OSError:
            return 0

    def folder(self, path: str) -> Path | None:
        """Return the folder's own path."""
        return self._root / path

    def close(self) -> None:
        """Do nothing: a folder is open only while something in it is read."""


_LINK = "a link or a pipe: these are not opened"


class ArchivePlace:
    """An archive, open until ``close``: a zip is read where it is asked for."""

    single = False

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.refused: dict[str, str] = {}
        self.empty: list[str] = []
        self._reads: dict[str, Callable[[int], bytes]] = {}
        self._file = path.open("rb")  # the person's own, who named it
        try:
            self._list()
        except BaseException:
            self.close()
            raise
        self.paths = tuple(sorted(self._reads))

    def _list(self) -> None:
        if not stat.S_ISREG(os.fstat(self._file.fileno()).st_mode):
            raise SubmissionError(f"{self.name} is not a plain file.")
        archive = open_archive(self._file, self.name, CLASS_LIMITS)
        kept = 0
        for member in archive:
            if member.is_folder:
                continue
            if archive.lasting:
                self._reads[member.name] = member.read
                continue
            content = member.read(MAX_ONE)
            kept += len(content)
            if kept > _KEPT:
                raise SubmissionError(f"{self.name} holds more than {_KEPT // 1_000_000} MB: pack it as a .zip.")
            self._reads[member.name] = _prefix(content)

    def close(self) -> None:
        """Close the archive."""
        self._file.close()

    def read(self, path: str, limit: int) -> bytes:
        """Decompress one file."""
        return self._reads[path](limit)

    def folder(self, path: str) -> Path | None:
        """Return None: nothing is unpacked."""
        return None

    def changed_at(self, path: str) -> float:
        """Return 0: what an archive says of that is not asked."""
        return 0


def _prefix(content: bytes) -> Callable[[int], bytes]:
    return lambda limit: content[: limit + 1]


@dataclass(frozen=True, slots=True)
class Piece:
    """One file that was handed in, ``inner`` of an archive that was."""

    place: HandInPlace
    path: str
    inner: str = ""

    @property
    def label(self) -> str:
        """Where it lies, for people."""
        inner = f"!{self.inner}" if self.inner else ""
        return f"{self.place.name}/{self.path}{inner}"

    def read(self, limit: int) -> bytes:
        """Return at most ``limit + 1`` bytes; WorkError if it cannot be read."""
        if self.inner:
            return unpacked_piece(self.place, self.path).read(self.inner, limit)
        return self.place.read(self.path, limit)


@lru_cache(maxsize=1)
def unpacked_piece(place: HandInPlace, path: str) -> "Packed":
    """Return the files of an archive that somebody handed in; the last one stays open."""
    from dlquiz.submission.archive import unpacked

    raw = place.read(path, MAX_ONE)
    return unpacked(raw, path.rpartition("/")[2])


def open_place(path: Path) -> HandInPlace:
    """Return the place that a person named: a folder, an archive, or one file.

    Raises
    ------
    WorkError
        It is not there, cannot be read, or is damaged.
    """
    from dlquiz.classroom.names import is_archive

    try:
        path = path.resolve(strict=True)
        if path.is_dir():
            return FolderPlace(path)
        return ArchivePlace(path) if is_archive(path.name) else FolderPlace(path.parent, (path.name,))
    except (OSError, ValueError) as error:
        raise WorkError(cannot_open(str(path), error).message) from error
