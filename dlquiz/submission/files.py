"""Open what a stranger may have left at a path: never through a link, never waiting for a pipe."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dlquiz.errors import SubmissionError
from dlquiz.submission.plain import shown

# O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY
_NAME_IT = "Name a .py file, a notebook, a folder or an archive."


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open ``path`` and yield its descriptor; failing to open, or to read, becomes a SubmissionError."""
    try:
        descriptor = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise cannot_open(str(path), error) from error
    try:
        yield descriptor
    except OSError as error:
        raise cannot_open(str(path), error) from error
    finally:
        os.close(descriptor)


@contextmanager
def opened_beneath(folder: int, parts: tuple[str, ...]) -> Iterator[int]:
    """Open a file or folder below the open ``folder``, no part of its path through a link."""
    descriptor = os.dup(folder)
    try:
        for part in parts:
            below = os.open(part, _FLAGS, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = below
        yield descriptor
    finally:
        os.close(descriptor)


def is_folder(descriptor: int) -> bool:
    """Say whether an open descriptor is a folder."""
    return stat.S_ISDIR(os.fstat(descriptor).st_mode)


def require_plain(descriptor: int, name: str) -> None:
    """Raise SubmissionError for an open pipe, socket or device."""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        raise _not_plain(name)


def read_plain(descriptor: int, name: str, limit: int) -> bytes:
    """Read at most ``limit + 1`` bytes of an open plain file: one more tells "exactly full" from "too large"."""
    require_plain(descriptor, name)
    with os.fdopen(descriptor, "rb", closefd=False) as stream:
        return stream.read(limit + 1)


def cannot_open(name: str, error: OSError | ValueError) -> SubmissionError:
    """Return the sentence for a path that does not open."""
    name = shown(name)
    number = error.errno if isinstance(error, OSError) else errno.ENOENT
    if number in (errno.ELOOP, errno.EMLINK):
        return SubmissionError(
            f"{name} is a link to another place. Links are not followed.", next_step="Name the real file with --file."
        )
    if number in (errno.ENOENT, errno.ENOTDIR):
        return SubmissionError(f"There is no file {name}.", next_step="Check the name, or run: dlquiz start")
    if number in (errno.ENXIO, errno.ENODEV):
        return _not_plain(name)
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return SubmissionError(f"{name} cannot be opened: {reason}.", next_step="Check that you may read it.")


def _not_plain(name: str) -> SubmissionError:
    return SubmissionError(
        f"{shown(name)} is not a plain file (it is a pipe, a socket or a device).", next_step=_NAME_IT
    )
