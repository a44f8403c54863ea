"""What an archive may be: how large, and with which names in it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Protocol

from dlquiz.errors import ArchiveError, ArchiveTooLarge
from dlquiz.text import UNSTORABLE, one_line

MAX_BYTES: Final = 20_000_000
"""Largest archive as it comes."""
MAX_MEMBERS: Final = 10_000
"""Files and folders in it."""
MAX_UNPACKED: Final = 50_000_000
"""Bytes that are decompressed, all members together."""
MAX_RATIO: Final = 200
"""Unpacked to packed: text shrinks to a fifth, rarely to a twentieth."""
RATIO_FROM: Final = 100_000
"""Bytes below which nothing counts as a bomb: a small file of zeros shrinks well, too."""
MAX_NAME: Final = 1_000
"""Characters of a name, all folders included."""

CHUNK: Final = 65_536
"""Bytes that are read at a time where nobody asks for a number of them."""

_DRIVE = re.compile(r"[A-Za-z]:")
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """How much an archive may be; who expects more says so.

    ``ratio`` may be None where something else tells how long a member can be before it is read.
    """

    archive_bytes: int = MAX_BYTES
    members: int = MAX_MEMBERS
    unpacked_bytes: int = MAX_UNPACKED
    ratio: int | None = MAX_RATIO


class Content(Protocol):
    """What lies in a member."""

    def read(self, size: int, /) -> bytes:
        """Return the next ``size`` bytes, fewer only at the end."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file or folder. Its name has ``/`` between the parts, and neither ``.`` nor ``..``.

    What is in a tar archive can be read only until the next member is asked for; in a zip at any time.
    """

    name: str
    is_folder: bool
    size: int
    """As the archive says it."""
    open: Callable[[], Content]
    """Begin to read: the content decompresses as it is read."""

    def read(self, limit: int) -> bytes:
        """Return at most ``limit + 1`` bytes: one more tells "exactly full" from "too large"."""
        return self.open().read(limit + 1)


@dataclass(slots=True)
class Rules:
    """What one archive may be, what it has used up of that, and what is said where it is more."""

    archive: str
    limits: ArchiveLimits
    unpacked: int = 0

    def checked_name(self, name: str) -> str:
        """Return a member's name without ``./``, or refuse it."""
        # The Finder's file for the picture of a folder is the one honest name with a control character.
        name = name.removesuffix("\r") if name.endswith("Icon\r") else name
        parts = [part for part in name.split("/") if part not in ("", ".")]
        wrong = None
        if name.startswith("/"):
            wrong = "begins with /"
        elif "\\" in name or "\0" in name:
            wrong = "holds a backslash or a null byte"
        elif UNSTORABLE.search(name) or re.search(r"[\t\n\r]", name):
            wrong = "holds a control character"
        elif _DRIVE.match(name):
            wrong = "begins with a drive letter"
        elif ".." in parts:
            wrong = "leads out of the folder (..)"
        elif any(_RESERVED.fullmatch(part) for part in parts):
            wrong = "is that of a device on Windows"
        elif len(name) > MAX_NAME:
            wrong = "is too long"
        if wrong:
            raise self.refused(f"the name {quoted(name)} {wrong}")
        return "/".join(parts)

    def refuse_double(self, name: str, places: dict[str, str]) -> None:
        """Refuse a second file that would have the same place on some computer; ``places`` grows with each."""
        parts = unicodedata.normalize("NFC", name).casefold().split("/")
        place = "/".join(part.rstrip(" .") for part in parts)
        other = places.setdefault(place, "")
        if other == name:
            raise self.refused(f"{quoted(name)} is in it twice")
        if other:
            raise self.refused(f"{quoted(other)} and {quoted(name)} in it would be one file on some computers")
        places[place] = name

    def refuse_bomb(self, size: int, packed: int, what: str) -> None:
        """Refuse what is many times as large as it was packed."""
        ratio = self.limits.ratio
        if ratio is not None and size > RATIO_FROM and size > ratio * packed:
            raise self.refused(f"{quoted(what)} would grow to more than {ratio} times its size")

    def take(self, size: int) -> None:
        """Note that so many bytes were decompressed; refuse them if that is more than is allowed."""
        self.unpacked += size
        if self.unpacked > self.limits.unpacked_bytes:
            raise self.too_large(f"grows to more than {self.limits.unpacked_bytes // 1_000_000} MB")

    @property
    def left(self) -> int:
        """How many bytes may still be decompressed."""
        return self.limits.unpacked_bytes - self.unpacked

    @contextmanager
    def sound(self, what: str, errors: tuple[type[Exception], ...]) -> Iterator[None]:
        """Turn what a library says about damage into our error."""
        try:
            yield
        except errors as error:
            raise self.refused(f"{what} ({one_line(str(error), 100)})") from error

    def refused(self, why: str) -> ArchiveError:
        """Return the error for an archive that breaks a rule."""
        again = "Pack the files again as a plain .zip; if it came over a network, fetch it again."
        return ArchiveError(f"{self.archive} is not accepted: {why}.", next_step=again)

    def too_large(self, what: str) -> ArchiveTooLarge:
        """Return the error for an archive that is, or would become, larger than the limits allow."""
        return ArchiveTooLarge(f"{self.archive} {what}.", next_step="Pack fewer or smaller files.")

    def too_many(self) -> ArchiveTooLarge:
        """Return the error for too many members."""
        return self.too_large(f"holds more than {self.limits.members:,} files and folders")


def quoted(name: str) -> str:
    """Return a name of a stranger as messages show it."""
    return repr(one_line(name, 80))
