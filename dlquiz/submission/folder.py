"""The files of a folder: listed and read without following a link, whatever changes meanwhile."""

import os
from contextlib import suppress
from dataclasses import dataclass

from dlquiz.errors import SubmissionError
from dlquiz.submission.files import cannot_open, opened_beneath, read_plain
from dlquiz.submission.plain import shown
from dlquiz.submission.tree import MAX_DEPTH, MAX_ENTRIES, is_clutter


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder and the names in it; see :class:`dlquiz.submission.tree.Files`."""

    descriptor: int
    paths: tuple[str, ...]
    unusable: tuple[str, ...]

    def read(self, path: str, limit: int) -> bytes:
        """Read a file, opened part by part."""
        try:
            with opened_beneath(self.descriptor, tuple(path.split("/"))) as descriptor:
                return read_plain(descriptor, path, limit)
        except OSError as error:
            raise cannot_open(path, error) from error


def listed(descriptor: int, name: str) -> Folder:
    """List the folder that is open at ``descriptor``, which must stay open.

    Raises
    ------
    SubmissionError
        It has more than ``MAX_ENTRIES`` entries.
    """
    plain: list[str] = []
    unusable: list[str] = []
    waiting: list[tuple[str, ...]] = [()]
    seen = 0
    while waiting:
        parts = waiting.pop()
        entries = _entries(descriptor, parts, MAX_ENTRIES - seen)
        seen += len(entries)
        if seen > MAX_ENTRIES:
            raise SubmissionError(
                f"{shown(name)} holds more than {MAX_ENTRIES:,} files and folders.",
                next_step="Hand in a folder that holds this exercise only.",
            )
        if parts and any(entry.name == "pyvenv.cfg" for entry in entries):
            continue  # a virtual environment, whatever it is called
        for entry in entries:
            below = (*parts, entry.name)
            if entry.is_dir(follow_symlinks=False):
                if not is_clutter(entry.name) and len(below) <= MAX_DEPTH:
                    waiting.append(below)
            else:
                (plain if entry.is_file(follow_symlinks=False) else unusable).append("/".join(below))
    return Folder(descriptor, tuple(sorted(plain)), tuple(sorted(unusable)))


def _entries(folder: int, parts: tuple[str, ...], limit: int) -> list[os.DirEntry[str]]:
    """Return at most ``limit + 1`` entries; none of a folder that is gone, swapped for a link or closed to us."""
    found: list[os.DirEntry[str]] = []
    with suppress(OSError), opened_beneath(folder, parts) as descriptor, os.scandir(descriptor) as entries:
        for entry in entries:
            # Asked while the folder is open: the answer may need it.
            entry.is_dir(follow_symlinks=False)
            found.append(entry)
            if len(found) > limit:
                break
    return found
