"""Reading what is to be graded: one ``.py`` file of a learner, into bytes that are known to be text.

Nothing here runs or imports the file. The path may be anything a stranger left in
a folder, so it is opened without following a link and without waiting for a pipe.
"""

import errno
import hashlib
import io
import os
import re
import stat
import tokenize
from dataclasses import dataclass
from pathlib import Path

from dlquiz.errors import SubmissionError

MAX_BYTES = 1_000_000
"""Largest source that is read (1 MB); the largest reference is under 20 kB."""

# Python accepts any codec that its library knows, some of which take minutes for a
# megabyte (punycode). These are the ones that editors write.
_ENCODINGS = re.compile(
    r"utf-8(-sig)?|(us-)?ascii|latin-1|iso-?8859-\d+|(cp|windows-)125[0-8]|koi8-[ru]|mac-roman"
    r"|gbk|gb2312|gb18030|big5|shift[-_]jis|cp932|cp949|euc-(jp|kr)"
)


@dataclass(frozen=True, slots=True)
class Submission:
    """One file to grade.

    ``source`` holds the file's bytes as they are (``compile`` reads the encoding
    line itself); they decode, have no null byte and at most ``MAX_BYTES``.
    ``module_name`` is the stub's, whatever the file is called. ``sha256`` is of ``source``.
    """

    name: str
    module_name: str
    source: bytes
    sha256: str

    @property
    def text(self) -> str:
        """The source as text; every line ends with a line feed."""
        return decode(self.source, self.name)


def read_submission(path: Path, *, module_name: str) -> Submission:
    """Read the file at ``path`` as a submission.

    Raises
    ------
    SubmissionError
        It is not there, is not a plain ``.py`` file, is too large, or is not text.
    """
    source = _read_plain_file(path)
    return submission_from_bytes(source, name=path.name, module_name=module_name)


def submission_from_bytes(source: bytes, *, name: str, module_name: str) -> Submission:
    """Make a submission of bytes that somebody else read; the same rules as for a file."""
    if len(source) > MAX_BYTES:
        raise _too_large(name)
    decode(source, name)
    return Submission(name, module_name, source, hashlib.sha256(source).hexdigest())


def decode(source: bytes, name: str) -> str:
    """Decode Python source by its byte-order mark or encoding line (PEP 263), UTF-8 without one."""
    if source.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SubmissionError(
            f"{name} is saved as UTF-16. Python reads UTF-8.",
            next_step='In your editor: "Save with encoding", choose UTF-8.',
        )
    if b"\0" in source:
        line = source[: source.index(b"\0")].count(b"\n") + 1
        raise SubmissionError(
            f"{name} has a null byte in line {line}: it is not a Python text file.",
            next_step="Save it again from a text editor as UTF-8 text.",
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        if not _ENCODINGS.fullmatch(encoding.lower().replace("_", "-")):
            raise SubmissionError(
                f"{name} says in its first lines that its encoding is {encoding!r}. That one is not accepted.",
                next_step="Save the file as UTF-8 and delete the encoding line.",
            )
        text = source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        detail = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)
        raise SubmissionError(
            f"{name} is not readable as text ({detail}).",
            next_step="Save it again from a text editor as UTF-8 text.",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_plain_file(path: Path) -> bytes:
    if path.suffix == ".ipynb":
        raise SubmissionError(
            f"{path.name} is a notebook. Notebooks cannot be graded yet.",
            next_step="Copy your functions into the exercise's .py file.",
        )
    try:
        # O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise _cannot_open(path, error) from error
    try:
        _refuse_unless_plain(path, os.fstat(descriptor).st_mode)
        # One byte more than allowed tells "exactly full" from "too large", also for a growing file.
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            source = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _cannot_open(path, error) from error
    finally:
        os.close(descriptor)
    if len(source) > MAX_BYTES:
        raise _too_large(path.name)
    return source


def _refuse_unless_plain(path: Path, mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise SubmissionError(
            f"{path} is a folder. Folders cannot be graded yet.", next_step="Name one .py file with --file."
        )
    if not stat.S_ISREG(mode):
        raise SubmissionError(
            f"{path} is not a plain file (it is a pipe, a socket or a device).", next_step="Name one .py file."
        )
    if path.suffix != ".py":
        raise SubmissionError(
            f"{path.name} does not end in .py: it does not look like a Python file.", next_step="Name one .py file."
        )


def _cannot_open(path: Path, error: OSError) -> SubmissionError:
    if error.errno in (errno.ELOOP, errno.EMLINK):
        return SubmissionError(
            f"{path} is a link to another place. Links are not followed.", next_step="Name the real file with --file."
        )
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return SubmissionError(f"There is no file {path}.", next_step="Check the name, or run: dlquiz start")
    if error.errno in (errno.ENXIO, errno.ENODEV):
        return SubmissionError(
            f"{path} is not a plain file (it is a pipe, a socket or a device).", next_step="Name one .py file."
        )
    return SubmissionError(f"{path} cannot be opened: {error.strerror}.", next_step="Check that you may read it.")


def _too_large(name: str) -> SubmissionError:
    return SubmissionError(
        f"{name} is larger than {MAX_BYTES // 1_000_000} MB. An exercise needs a few kilobytes.",
        next_step="Move data out of the file; load nothing that the exercise does not give you.",
    )
