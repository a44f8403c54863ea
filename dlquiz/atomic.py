"""Write a file whole or not at all, and only where a plain file is or can be.

A reader, or a kill, sees the old content or the new, never a half: everything is written into a new file beside, and
on the disk, before it takes the name. A link, a folder, a device or a pipe is never written to and never replaced.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from dlquiz.errors import UsageError, cannot_write

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def write_output(path: Path, content: bytes, *, force: bool, check: Callable[[Path], object] = lambda _: None) -> None:
    """Write a file that a person asked for (``-o``); one that is there is replaced only by ``force``.

    Parameters
    ----------
    path : Path
        Its folder must be there.
    content : bytes
        Everything that it shall hold.
    force : bool
        Whether a plain file may be replaced.
    check : callable, optional
        Gets the written file before it takes its name; what it raises ends the writing.

    Raises
    ------
    UsageError
        Something is there already, or the file cannot be written.
    """
    try:
        mode = _mode(path)
        if mode is not None and not force:
            raise already_there(path)
        with _beside(path, content, mode) as new:
            check(new)
            if mode is not None:
                new.replace(path)
            elif not _take_name(new, path):
                raise FileExistsError(errno.EEXIST, "another program has just written it")
    except OSError as error:
        raise cannot_write(path, error) from error


def already_there(path: Path) -> UsageError:
    """Return the error about a file that is replaced only by ``force``."""
    return UsageError(f"{path} is already there.", next_step="Choose another name with -o, or overwrite with --force.")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file of ours, whether it is there or not; folders above it are made. OSError if that cannot be done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path, content, _mode(path)) as new:
        new.replace(path)


def create_file(path: Path, content: bytes) -> bool:
    """Write a file that must not exist yet; False, and nothing is changed, if anything is there.

    Folders above it are made. OSError if it cannot be written.
    """
    if os.path.lexists(path):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with _beside(path, content, None) as new:
        return _take_name(new, path)


def _mode(path: Path) -> int | None:
    """Return the permissions of the plain file at ``path``, None if nothing is there; OSError for anything else."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISREG(mode):
        return stat.S_IMODE(mode) & 0o777
    what = (
        "a link to another place" if stat.S_ISLNK(mode) else "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
    )
    raise OSError(errno.EINVAL, f"it is {what}, not a plain file")


@contextlib.contextmanager
def _beside(path: Path, content: bytes, mode: int | None) -> Iterator[Path]:
    """Write ``content`` into a new file in the same folder, and yield that; it is gone at the end."""
    new = path.with_name(f".dlquiz-{secrets.token_hex(6)}.tmp")
    descriptor = os.open(new, _NEW, 0o666)  # less what the person's mask takes away
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if mode is not None:
                os.fchmod(descriptor, mode)
            file.flush()
            os.fsync(descriptor)
        yield new
    finally:
        new.unlink(missing_ok=True)


def _take_name(new: Path, path: Path) -> bool:
    """Give a written file its name if nothing has it; False if something has."""
    try:
        path.hardlink_to(new)
    except FileExistsError:
        return False
    except OSError:
        # Some file systems know no hard links: an empty file takes the name first, which overwrites nothing either.
        try:
            os.close(os.open(path, _NEW, 0o666))
        except FileExistsError:
            return False
        new.replace(path)
    return True
