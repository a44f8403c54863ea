"""Markdown as plain text of a given width: what a pipe, a screen reader and ``--plain`` get.

Paragraphs and items are filled, code stays as it is, and a table becomes one item for each row. No character is drawn.
"""

import re
import textwrap
from collections.abc import Iterator

_FENCE = re.compile(r"\s*(```|~~~)")
_ITEM = re.compile(r"(\s*)([-*+]|\d+[.)])(\s+)")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_RULER = re.compile(r"\s*\|[\s|:-]+\|\s*$")
_OPEN = re.compile(r"\s*(#{1,6}\s|```|~~~|\|)|\s{4}")


def plain_lines(markdown: str, width: int) -> list[str]:
    """Return Markdown as lines of at most ``width`` columns; code and words that are longer stay whole."""
    lines: list[str] = []
    for block in _blocks(markdown.strip("\n").split("\n")):
        lines += _set(block, width)
    return lines


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """Put together the lines that are one paragraph, item, table or piece of code."""
    block: list[str] = []
    fenced = False
    for line in lines:
        fence = bool(_FENCE.match(line))
        if not (fenced or _goes_on(block, line)):
            if block:
                yield block
            block = []
        block.append(line)
        fenced = fenced != fence
    if block:
        yield block


def _goes_on(block: list[str], line: str) -> bool:
    """Whether a line belongs to the block before it."""
    if not block or not block[-1].strip() or not line.strip() or _FENCE.match(block[0]):
        return False
    if _ROW.match(line):
        return bool(_ROW.match(block[0]))
    if block[0].startswith("    "):
        return line.startswith("    ")
    return not (_OPEN.match(block[0]) or _ITEM.match(line) or line.lstrip().startswith(("#", "```", "~~~")))


def _set(block: list[str], width: int) -> list[str]:
    first = block[0]
    if _ROW.match(first):
        return _table(block, width)
    item = _ITEM.match(first)
    if first.startswith("    ") and not item:
        return [piece for line in block for piece in _formula(line, width)]
    if _FENCE.match(first) or first.startswith("#") or not first.strip():
        return block
    lead = item[0] if item else first[: len(first) - len(first.lstrip())]
    return _fill(" ".join(line.strip() for line in block), width, " " * len(lead), first=lead if not item else item[1])


def _formula(line: str, width: int) -> list[str]:
    """Break an indented line, as a rule a formula, between its terms."""
    depth = " " * (len(line) - len(line.lstrip()))
    return [line] if len(line) <= width else _fill(line.strip(), width, f"{depth}    ", first=depth)


def _fill(text: str, width: int, rest: str, *, first: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    )


def _table(rows: list[str], width: int) -> list[str]:
    """Say a table: each row as an item, each cell but the first by the head of its column."""
    cells = [
        [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip()[1:-1])] for row in rows if not _RULER.match(row)
    ]
    head, *body = cells
    lines: list[str] = []
    for row in body:
        said = (f"{name}: {cell}" if name else cell for name, cell in zip(head[1:], row[1:], strict=False) if cell)
        lines += _fill(f"- {row[0]}: {'; '.join(said)}", width, "  ")
    return lines
