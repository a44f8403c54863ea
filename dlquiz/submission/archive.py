"""A folder that came packed (.zip, .tar, .tar.gz, .tgz): read in memory, never unpacked to a disk.

What an archive may hold is the business of :mod:`dlquiz.archives`. Only the Python files are ever decompressed from a
zip; a tar archive can be read only from its beginning to its end, so its files are kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from dlquiz.archives import ArchiveLimits, Member, open_archive
from dlquiz.errors import ArchiveError, ArchiveTooLarge, SubmissionError
from dlquiz.submission.tree import without_top_folder

MAX_ARCHIVE_BYTES = ArchiveLimits().archive_bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """The files of an archive; see :class:`dlquiz.submission.tree.Files`."""

    paths: tuple[str, ...]
    _files: dict[str, Member | bytes]
    _top: str
    unusable: tuple[str, ...] = ()

    def read(self, path: str, limit: int) -> bytes:
        """Return at most ``limit + 1`` bytes of a file."""
        file = self._files[self._top + path]
        with _as_submission():
            return file[: limit + 1] if isinstance(file, bytes) else file.read(limit)


def unpacked(raw: bytes, name: str) -> Packed:
    """Return what lies in an archive; a single folder around everything is taken away.

    Raises
    ------
    SubmissionError
        It is too large, damaged, encrypted, a bomb, or holds a name or a kind of
        entry that is not a plain file below a folder.
    """
    with _as_submission():
        archive = open_archive(raw, name)
        files = {
            member.name: member if archive.lasting else member.read(member.size)
            for member in archive
            if not member.is_folder
        }
    top = without_top_folder(files)
    return Packed(tuple(path.removeprefix(top) for path in sorted(files) if path.startswith(top)), files, top)


@contextmanager
def _as_submission() -> Iterator[None]:
    try:
        yield
    except ArchiveTooLarge as error:
        step = "Pack only the Python files of this exercise, without data and environments."
        raise SubmissionError(error.message, next_step=step) from error
    except ArchiveError as error:
        step = "Pack your folder again as a plain .zip, or name the folder itself."
        raise SubmissionError(error.message, next_step=step) from error
