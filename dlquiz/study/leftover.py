"""Find the line of the start file that stops code which is written: ``raise NotImplementedError`` left in its place."""

import re

_RAISE = re.compile(r"\s*raise NotImplementedError\b")
_DOCSTRING = re.compile(r'\s*[rRuU]?("""|\'\'\').*?\1', re.DOTALL)


def still_raises(source: str, line: int, start: str) -> bool:
    """Say whether a line (from 1) still raises NotImplementedError although somebody's code stands beside it.

    Parameters
    ----------
    source, start : str
        The learner's file, and the start file: what stands there too is not the learner's.
    line : int
        Where the error came from.
    """
    lines = source.splitlines()
    if not 1 <= line <= len(lines) or not _RAISE.match(lines[line - 1]):
        return False
    given = {text.strip() for text in start.splitlines()}
    # Lines only, no parser: the text may be anything.
    return any(text not in given for text in _code(_block(lines, line - 1)))


def _block(lines: list[str], at: int) -> str:
    """Return the lines around one that stand as deep as it, or deeper: the body of its function."""
    depth = _depth(lines[at])

    def inside(text: str) -> bool:
        return not text.strip() or _depth(text) >= depth

    first = last = at
    while first > 0 and inside(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and inside(lines[last + 1]):
        last += 1
    return "\n".join([*lines[first:at], *lines[at + 1 : last + 1]])


def _depth(text: str) -> int:
    return len(text) - len(text.lstrip())


def _code(block: str) -> list[str]:
    """Return the lines of a function's body that are neither its docstring nor a comment."""
    found = (text.strip() for text in _DOCSTRING.sub("", block, count=1).splitlines())
    return [text for text in found if text and not text.startswith("#")]
