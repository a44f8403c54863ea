"""What a terminal can show, and blocks of lines beside each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from dlquiz.render.layout import visible
from dlquiz.text import one_line

_GAP: Final = 2
_CAPTION: Final = 30
_COLOURS: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "magenta": "35", "cyan": "36"}


@dataclass(frozen=True, slots=True)
class Ink:
    """What pictures may be drawn with.

    ``blocks`` says that the encoding has frames and blocks, ``dots`` that the font has braille, too (the console of
    Linux has none). ``colour`` allows the terminal's own colours, ``shades`` the 256 fixed ones, which look the same
    on a dark and on a light screen. Without colours a picture is drawn in ink: what is bright there is dark on paper.
    """

    blocks: bool = True
    dots: bool = True
    colour: bool = False
    shades: bool = False

    def style(self, text: str, name: str) -> str:
        """Return ``text`` in a colour, if colours are wanted."""
        return f"\x1b[{_COLOURS[name]}m{text}\x1b[0m" if self.colour and name else text


def padded(text: str, width: int) -> str:
    """Return ``text`` with blanks up to ``width`` columns; colours take none."""
    return text + " " * (width - visible(text))


def beside(blocks: Sequence[Sequence[str]], captions: Sequence[str], width: int, *, together: int = 1) -> list[str]:
    """Set blocks of lines beside each other, as many as fit, each with its caption below.

    Each line of a block is as wide as its first one. Of every ``together`` blocks that belong to each other none
    goes alone to the next row, if that many fit at all. Rows are filled evenly: six blocks of which five fit are
    three and three.
    """
    if not blocks:
        return []
    notes = [one_line(caption, min(_CAPTION, width)) for caption in captions]
    columns = max(max(visible(block[0]), len(note)) for block, note in zip(blocks, notes, strict=True))
    each = _in_a_row(len(blocks), (width + _GAP) // (columns + _GAP), together)
    lines: list[str] = []
    for start in range(0, len(blocks), each):
        row = [*blocks[start : start + each]]
        lines += [""] if lines else []
        for i in range(max(map(len, row))):
            lines.append((" " * _GAP).join(padded(block[i] if i < len(block) else "", columns) for block in row))
        if any(notes):
            lines.append((" " * _GAP).join(padded(note, columns) for note in notes[start : start + each]))
    return [line.rstrip() for line in lines]


def _in_a_row(count: int, fit: int, together: int) -> int:
    most = max(fit // together * together or fit, 1)
    even = -(-count // -(-count // most))
    return min(-(-even // together) * together, most)
