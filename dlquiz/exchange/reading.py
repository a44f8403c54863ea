"""Read bytes of unknown origin as text, JSON or an archive, and say exactly what is wrong with them."""

import json
import re
from typing import Any, NoReturn

from dlquiz.archives import ArchiveLimits, open_archive
from dlquiz.content.yamlfile import stop
from dlquiz.errors import ArchiveError, Finding
from dlquiz.exchange.base import MAX_BYTES
from dlquiz.exchange.conversion_report import Ledger
from dlquiz.model.codes import Code
from dlquiz.text import LINE_ENDS, storable

MAX_DEPTH = 60
"""So deep may lists, objects and elements be nested in a foreign file."""

_LONGEST_EXCERPT = 120
_WESTERN_SIGNS = frozenset("\u20ac‚„…†‡‰‹‘’“”•–—™›\xa0¡¢£¥§¨©«¬®¯°±²³´µ¶·¸¹»¼½¾¿×÷")


def refuse(file: str, message: str, help: str = "", *, line: int = 0, column: int = 1, text: str = "") -> NoReturn:
    """Raise ContentError about a foreign file: what was found, what was expected; ``text`` is the whole file."""
    lines = text.split("\n") if text else []
    excerpt = storable(lines[line - 1]).replace("\n", " ") if 0 < line <= len(lines) else ""
    if len(excerpt) > _LONGEST_EXCERPT:
        excerpt = excerpt[:_LONGEST_EXCERPT] + "…" if column <= _LONGEST_EXCERPT else ""
    stop(Finding(file, line, column if line else 0, Code.FOREIGN, message, help, excerpt))


def text_of(data: bytes, file: str, ledger: Ledger | None = None) -> str:
    r"""Decode a text file. Lines end in ``\n`` afterwards; a byte order mark is understood and left out.

    With a ``ledger``, text in the encoding of Western Windows is understood too, and noted there.

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
        western = _western(data) if ledger is not None and encoding == "utf-8-sig" else ""
        if western:
            assert ledger is not None
            why = "the file is not UTF-8; it was read as Windows-1252 (Western Europe): look at its special letters"
            ledger.changed("", "encoding", why, loss=False)
            return _text(western, file)
        before = data[: error.start].decode("utf-8", "replace").splitlines() or [""]
        message = f"the byte 0x{data[error.start]:02x} is not {encoding[:6].rstrip('-').upper()} text"
        refuse(file, message, "save the file as UTF-8", line=len(before), column=len(before[-1]) + 1)
    return _text(text, file)


def _text(text: str, file: str) -> str:
    text = LINE_ENDS.sub("\n", text)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        refuse(file, "the file holds a NUL byte, so it is no text file", "expected a text file", line=line)
    if not text.strip():
        refuse(file, "the file is empty", "expected at least one question")
    return text


def _western(data: bytes) -> str:
    """Return a text in Windows-1252; nothing if it does not look like one: any bytes at all could be one."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return ""
    special = [(match.start(), match[0]) for match in re.finditer(r"[^\x00-\x7f]", text)]
    letters = sum(char.isalpha() for _, char in special)
    few = letters <= 2 or letters * 3 <= sum(char.isalpha() for char in text)  # else it is Russian, Greek or the like
    return text if few and all(_plausible(text, place, char) for place, char in special) else ""


def _plausible(text: str, place: int, char: str) -> bool:
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if not char.isalpha():
        return char in _WESTERN_SIGNS
    if char.isupper() and before.islower():
        return False
    alone = (not before or before.isspace()) and (not after or after.isspace() or after in ",.;:")
    return before.isalpha() or after.isalpha() or alone


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


def files_of(data: bytes, file: str) -> dict[str, bytes]:
    """Return the files in a zip archive by their names, in its order; ContentError if it is not accepted."""
    limits = ArchiveLimits(archive_bytes=MAX_BYTES)
    try:
        archive = open_archive(data, "the archive", limits)
        return {member.name: member.read(limits.unpacked_bytes) for member in archive if not member.is_folder}
    except ArchiveError as error:
        refuse(file, error.message.rstrip("."), error.next_step)
