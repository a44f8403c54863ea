"""Blanks in a text, such as ``One pass is an [[epoch]], one step uses a [[mini-batch|batch]]``."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_BLANK = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank: the texts that fit, the author's first choice first."""

    variants: tuple[str, ...]


def parse(text: str) -> tuple[str | Blank, ...]:
    """Split a text into what stands there and its blanks. Between code marks ``[[`` is only text."""
    return tuple(_parts(text))


def _parts(text: str) -> Iterator[str | Blank]:
    code = [match.span() for match in _CODE.finditer(text)]
    place = 0
    for match in _BLANK.finditer(text):
        if match.start() < place or any(start <= match.start() < end for start, end in code):
            continue
        if match.start() > place:
            yield text[place : match.start()]
        yield Blank(tuple(" ".join(part.split()) for part in match[1].split("|")))
        place = match.end()
    if place < len(text):
        yield text[place:]


def unfinished(text: str) -> bool:
    """Return whether a ``[[`` is left that no ``]]`` closes, or the other way round."""
    rest = _CODE.sub("", "".join(part for part in parse(text) if isinstance(part, str)))
    return "[[" in rest or "]]" in rest
