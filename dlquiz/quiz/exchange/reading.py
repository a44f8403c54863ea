"""Read bytes of unknown origin as text or JSON, and say exactly what is wrong with them."""

import json
import re
from typing import Any, NoReturn

from dlquiz.errors import Finding
from dlquiz.model.codes import Code
from dlquiz.quiz.exchange.base import MAX_BYTES
from dlquiz.yamlfile import stop

MAX_DEPTH = 60
"""So deep may lists, objects and elements be nested in a foreign file."""

_LONGEST_EXCERPT = 120
_FORBIDDEN = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_LINE_ENDS = re.compile(r"\r\n|\r|\x85|\u2028|\u2029")


def refuse(file: str, message: str, help: str = "", *, line: int = 0, column: int = 1, text: str = "") -> NoReturn:
    """Raise ContentError about a foreign file: what was found, what was expected; ``text`` is the whole file."""
    lines = text.split("\n") if text else []
    excerpt = tidy(lines[line - 1]).replace("\n", " ") if 0 < line <= len(lines) else ""
    if len(excerpt) > _LONGEST_EXCERPT:
        excerpt = excerpt[:_LONGEST_EXCERPT] + "…" if column <= _LONGEST_EXCERPT else ""
    stop(Finding(file, line, column if line else 0, Code.FOREIGN, message, help, excerpt))


def text_of(data: bytes, file: str) -> str:
    r"""Decode a text file. Lines end in ``\n`` afterwards; a byte order mark is understood and left out.

    Raises
    ------
    ContentError
        The file is empty, too large, binary, or in an encoding that cannot be told.
    """
    if len(data) > MAX_BYTES:
        refuse(file, f"the file is larger than {MAX_BYTES // 2**20} MiB", "split it into several files")
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace").splitlines() or [""]
        message = f"the byte 0x{data[error.start]:02x} is not {encoding[:6].rstrip('-').upper()} text"
        refuse(file, message, "save the file as UTF-8", line=len(before), column=len(before[-1]) + 1)
    text = _LINE_ENDS.sub("\n", text)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        refuse(file, "the file holds a NUL byte, so it is no text file", "expected a text file", line=line)
    if not text.strip():
        refuse(file, "the file is empty", "expected at least one question")
    return text


def tidy(text: str) -> str:
    """Return ``text`` without characters that our files may not hold: controls, and directions of text."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def json_of(data: bytes, file: str) -> Any:
    """Parse a JSON file; ContentError with line and column if it is none."""
    text = text_of(data, file)
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        refuse(file, f"this is not valid JSON: {error.msg}", line=error.lineno, column=error.colno, text=text)
    except RecursionError:
        refuse(file, f"lists and objects are nested more than {MAX_DEPTH} deep")
    except ValueError as error:  # an integer of thousands of digits
        refuse(file, f"this JSON cannot be read: {error}")
    if _depth(value) > MAX_DEPTH:
        refuse(file, f"lists and objects are nested more than {MAX_DEPTH} deep")
    return value


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        item, depth = waiting.pop()
        deepest = max(deepest, depth)
        if depth > MAX_DEPTH:
            return depth
        below = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
        waiting.extend((one, depth + 1) for one in below)
    return deepest
