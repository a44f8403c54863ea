"""Blanks in a text, such as ``One pass is an [[epoch]], one step uses a [[mini-batch|batch]]``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dlquiz.model.pattern import is_pattern

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_OPEN, _CLOSE = "[[", "]]"
_SHOWN = 24


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank: the texts that fit, the author's first choice first."""

    variants: tuple[str, ...]


def parse(text: str) -> tuple[str | Blank, ...]:
    """Split a text into what stands there and its blanks. Between code marks ``[[`` is only text."""
    return tuple(_parts(text))


def unfinished(text: str) -> str:
    """Return the text at a ``[[`` that no ``]]`` closes, or at a ``]]`` that nothing opens; else nothing."""
    rest = _CODE.sub("", "".join(part if isinstance(part, str) else "\0" for part in parse(text)))
    if _OPEN in rest:
        return _cut(rest[rest.index(_OPEN) :].partition("\0")[0])
    if _CLOSE in rest:
        return _cut(rest[: rest.index(_CLOSE) + 2].rpartition("\0")[2][-_SHOWN:])
    return ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def _parts(text: str) -> Iterator[str | Blank]:
    code = [match.span() for match in _CODE.finditer(text)]
    shown = place = 0
    while (start := text.find(_OPEN, place)) >= 0:
        around = next((end for begin, end in code if begin <= start < end), None)
        end = _end(text, start + 2) if around is None else None
        if end is None:
            place = around or start + 2
            continue
        if start > shown:
            yield text[shown:start]
        yield Blank(tuple(" ".join(part.split()) for part in text[start + 2 : end].split("|")))
        shown = place = end + 2
    if shown < len(text):
        yield text[shown:]


def _end(text: str, start: int) -> int | None:
    """Return where the ``]]`` of a blank stands; None if the next blank, or the end, comes first.

    Brackets may stand in a blank (``[[shape[0]]]``), as long as each has its partner.
    """
    following = text.find(_OPEN, start)
    last = len(text) if following < 0 else following
    place = text.find(_CLOSE, start)
    while 0 <= place < last:
        inside = text[start:place]
        if all(is_pattern(part.strip()) or part.count("[") == part.count("]") for part in inside.split("|")):
            return place
        place = text.find(_CLOSE, place + 1)
    return None
