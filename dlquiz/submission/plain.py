"""What a submission is once it has been read: text of Python, known to decode, within caps."""

import hashlib
import io
import re
import tokenize
from dataclasses import dataclass

from dlquiz.errors import SubmissionError
from dlquiz.text import one_line

MAX_BYTES = 1_000_000
"""Largest source that is read, all files together (1 MB); the largest reference is under 20 kB."""

# Python accepts any codec that its library knows, some of which take minutes for a
# megabyte (punycode). These are the ones that editors write.
_ENCODINGS = re.compile(
    r"utf-8(-sig)?|(us-)?ascii|latin-1|iso-?8859-\d+|(cp|windows-)125[0-8]|koi8-[ru]|mac-roman"
    r"|gbk|gb2312|gb18030|big5|shift[-_]jis|cp932|cp949|euc-(jp|kr)"
)


@dataclass(frozen=True, slots=True)
class ModuleSource:
    """One more module that the learner's main file may import.

    ``name`` is dotted (``helpers.layers``); ``file`` is its path in the folder, ``/`` between the parts.
    """

    name: str
    file: str
    source: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """What is graded: a main source, and for a folder or an archive the modules beside it.

    Attributes
    ----------
    name : str
        What was handed in, as people call it: ``backprop.py``, ``work.ipynb``, ``my_folder``, ``work.zip``.
    module_name : str
        The stub's module name, whatever the file is called.
    source : bytes
        The main file's bytes as they are (``compile`` reads the encoding line itself), or the code taken from
        a notebook. They decode, have no null byte and at most ``MAX_BYTES``.
    sha256 : str
        Of ``source``; for folders and archives of the names and contents of all files used, in sorted order.
    modules : tuple of Module
        Importable beside the main source, sorted by name; with it at most ``MAX_BYTES``.
    file : str
        The main file's own name, for tracebacks.
    cells : tuple of int
        For a notebook: the line of ``source`` (from 1) where each code cell begins.
    notes : tuple of str
        What the learner should know, such as which files were left out.
    """

    name: str
    module_name: str
    source: bytes
    sha256: str
    modules: tuple[ModuleSource, ...] = ()
    file: str = ""
    cells: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The main source as text; every line ends with a line feed."""
        return decode(self.source, self.file or self.name)


def plain_submission(source: bytes, *, name: str, module_name: str, cells: tuple[int, ...] = ()) -> Submission:
    """Make a submission of one source; SubmissionError if it is too large or not text."""
    if len(source) > MAX_BYTES:
        raise too_large(name)
    decode(source, name)
    name = shown(name)
    return Submission(name, module_name, source, hashlib.sha256(source).hexdigest(), file=name, cells=cells)


def shown(name: str) -> str:
    """Return a file's name as it may be printed and put into a report: names may hold newlines and escapes."""
    return one_line(name, 200) or "submission"


def decode(source: bytes, name: str) -> str:
    """Decode Python source by its byte-order mark or encoding line (PEP 263), UTF-8 without one."""
    name = shown(name)
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
        raise SubmissionError(
            f"{name} is not readable as text ({_place(source, error)}).",
            next_step="Save it again from a text editor as UTF-8 text.",
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _place(source: bytes, error: Exception) -> str:
    """Return the line of the first byte that is no text; without one, what Python says."""
    if not isinstance(error, UnicodeDecodeError):
        try:
            source.decode()
        except UnicodeDecodeError as found:  # Python looks for an encoding in the first two lines, and says no more
            error = found
        else:
            return str(error)
    line = re.sub(rb"\r\n?", b"\n", source[: error.start]).count(b"\n") + 1
    return f"line {line}, byte {source[error.start]:#04x}"


def too_large(name: str) -> SubmissionError:
    """Return the error for more source than anybody writes."""
    return SubmissionError(
        f"{shown(name)} is larger than {MAX_BYTES // 1_000_000} MB. An exercise needs a few kilobytes.",
        next_step="Move data out of the file; load nothing that the exercise does not give you.",
    )
