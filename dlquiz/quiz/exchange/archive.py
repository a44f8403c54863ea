"""Read a zip file that nobody vouches for, without unpacking it anywhere."""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath

from dlquiz.quiz.exchange.base import MAX_BYTES
from dlquiz.quiz.exchange.reading import refuse

MAX_MEMBERS = 2_000
MAX_TOTAL = 5 * MAX_BYTES
MAX_RATIO = 200
"""A member may unpack to so many times its packed size; text reaches some 20."""

_SMALL = 2**16  # a few lines of blanks pack very well, and hurt nobody


def safe_zip(data: bytes, file: str) -> dict[str, bytes]:
    """Return the members of a zip archive, folders left out.

    Parameters
    ----------
    data : bytes
        The archive.
    file : str
        Its name, for messages.

    Returns
    -------
    dict of str to bytes
        The contents by name, in the archive's order. Names are relative, with ``/``, without ``..``.

    Raises
    ------
    ContentError
        It is no zip file; it is encrypted; it has too many or too large members; a name leaves the archive, stands
        there twice or is a link; or a member unpacks to more than it says.
    """
    if len(data) > MAX_BYTES:
        refuse(file, f"the archive is larger than {MAX_BYTES // 2**20} MiB")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                refuse(file, f"the archive holds {len(members)} files; {MAX_MEMBERS} are allowed")
            if sum(member.file_size for member in members) > MAX_TOTAL:
                refuse(file, f"the archive unpacks to more than {MAX_TOTAL // 2**20} MiB")
            names: set[str] = set()
            for member in members:
                _check(member, names, file)
            return {member.filename: _unpack(archive, member, file) for member in members if not member.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError, OSError) as error:
        refuse(file, f"this is no zip archive that can be read: {error}")


def is_zip(data: bytes) -> bool:
    """Return whether the bytes begin as a zip archive does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def _check(member: zipfile.ZipInfo, names: set[str], file: str) -> None:
    name = member.filename
    path = PurePosixPath(name)
    folded = str(path).casefold()
    if not name or path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\0" in name:
        refuse(file, f"the archive holds the name '{name[:100]}', which leads out of it")
    if folded in names:
        refuse(file, f"the archive holds '{name[:100]}' twice")
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        refuse(file, f"'{name[:100]}' in the archive is no ordinary file (a link or a device)")
    if member.flag_bits & 1:
        refuse(file, f"'{name[:100]}' in the archive is encrypted")
    if member.file_size > max(_SMALL, MAX_RATIO * max(member.compress_size, 1)):
        refuse(file, f"'{name[:100]}' in the archive unpacks to more than {MAX_RATIO} times its size")
    names.add(folded)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file: str) -> bytes:
    with archive.open(member) as stream:
        content = stream.read(member.file_size + 1)
    if len(content) > member.file_size:
        refuse(file, f"'{member.filename[:100]}' in the archive unpacks to more than it says")
    return content
