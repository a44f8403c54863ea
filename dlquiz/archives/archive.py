"""Open an archive, and check what it holds member by member."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from dlquiz.archives import tar_reader, zip_reader
from dlquiz.archives.rules import ArchiveLimits, Member, Rules
from dlquiz.text import one_line


def is_zip(data: bytes) -> bool:
    """Return whether the bytes begin as a zip archive does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def open_archive(source: bytes | IO[bytes], name: str, limits: ArchiveLimits | None = None) -> "Archive":
    """Return the archive in ``source``, whose kind is told from its first bytes.

    Parameters
    ----------
    source : bytes or binary file
        A file must be buffered, be able to seek, and stay open as long as the archive is read.
    name : str
        What messages call it. A file of another beginning counts as a zip if its name ends like one.
    limits : Limits, optional
        The usual ones if left out.

    Raises
    ------
    ArchiveTooLarge
        It is larger than the limits allow. What is in it is not looked at before the first member is asked for.
    """
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    limits = limits or ArchiveLimits()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    rules = Rules(one_line(name, 200), limits)
    if size > limits.archive_bytes:
        raise rules.too_large(f"is larger than {limits.archive_bytes // 1_000_000} MB")
    if is_zip(stream.read(4)) or name.lower().endswith((".zip", ".npz")):
        return Archive(True, rules, lambda: zip_reader.members(stream, rules))
    return Archive(False, rules, lambda: tar_reader.members(stream, size, rules))


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive: iterate over it for its members, in the order in which they lie in it.

    Raises
    ------
    ArchiveError
        From the iteration, or from reading a member: something is damaged or is not accepted.
    ArchiveTooLarge
        There are more members, or more bytes, than the limits allow.
    """

    lasting: bool
    """Whether a member can still be read after the next one was asked for."""
    _rules: Rules
    _members: Callable[[], Iterator[Member]]

    def __iter__(self) -> Iterator[Member]:
        """Yield the members, each checked when it is reached."""
        places: dict[str, str] = {}
        for count, member in enumerate(self._members(), start=1):
            if count > self._rules.limits.members:
                raise self._rules.too_many()
            name = self._rules.checked_name(member.name)
            if name and not member.is_folder:
                self._rules.refuse_double(name, places)
            if name:  # without one it is the folder that was packed
                yield Member(name, member.is_folder, member.size, member.open)
