"""Lines, columns, bars and numbers for a terminal."""

import math
import re
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from dlquiz.text import one_line

if TYPE_CHECKING:
    from dlquiz.model.report import Outcome

_ANSI: Final = {"bold": "1", "dim": "2", "red": "31", "green": "32", "magenta": "35"}
_STYLED = re.compile("\x1b\\[[0-9;]*m")
_BARS: Final = "▁▂▃▄▅▆▇█"
_LABEL: Final = 14
_SIGNS: Final = {"passed": "✓", "failed": "✗", "skipped": "–", "broken": "!"}
_COLOURS: Final = {
    "passed": "green",
    "failed": "red",
    "skipped": "dim",
    "broken": "magenta",
}


class Page:
    """Lines that are collected and joined at the end. ``plain``: words instead of signs, bars and bullets."""

    def __init__(self, width: int, colour: bool, *, plain: bool = False) -> None:
        self.width = width
        self.plain = plain
        self._colour = colour
        self._lines: list[str] = []

    def style(self, text: str, name: str) -> str:
        """Return ``text`` in a colour, if colours are wanted."""
        return f"\x1b[{_ANSI[name]}m{text}\x1b[0m" if self._colour and name else text

    def line(self, text: str) -> None:
        """Add one line as it is."""
        self._lines.append(text.rstrip())

    def blank(self) -> None:
        """Add an empty line, but never two."""
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def text(self, text: str, indent: int = 0, hanging: int = 0) -> None:
        """Add wrapped text; its own line breaks are kept."""
        for part in text.split("\n"):
            for i, piece in enumerate(_wrap(part, self.width - indent - hanging)):
                self.line(" " * (indent + (hanging if i else 0)) + piece)

    def row(self, left: str, right: str, *, style: str = "", sign: str = "", sign_style: str = "") -> None:
        """Add a line with a sign at its left and something at its right end; a long text between is wrapped."""
        margin = len(sign) + 1 if sign else 0
        pieces = _wrap(left, self.width - margin - len(right) - 2)
        gap = " " * (self.width - margin - len(pieces[0]) - len(right))
        start = self.style(sign, sign_style) + " " if sign else ""
        self.line(start + self.style(pieces[0], style) + gap + self.style(right, style))
        for piece in pieces[1:]:
            self.line(" " * margin + piece)

    def case(self, outcome: "Outcome", title: str, right: str) -> None:
        """Add the line of a check: how it ended, what it claims, and its points."""
        title = one_line(title, 300)
        if self.plain:
            self.text(f"{outcome.value}: {title} ({right})", hanging=4)
        else:
            self.row(title, right, sign=_SIGNS[outcome], sign_style=_COLOURS[outcome])

    def item(self, text: str) -> None:
        """Add an item of a list."""
        self.text(f"{'-' if self.plain else '·'} {text}", indent=6, hanging=2)

    def field(self, label: str, value: str, style: str = "", *, most: int | None = None) -> None:
        """Add a label and a text in two columns; nothing if the text is empty, and of a long one ``most`` lines."""
        if not value:
            return
        pieces = [piece for part in value.split("\n") for piece in _wrap(part, self.width - 4 - _LABEL)]
        if most is not None and len(pieces) > most:
            pieces[most:] = ["… (--verbose shows all)"]
        for i, piece in enumerate(pieces or [""]):
            start = f"{label + ':' if i == 0 else '':<{_LABEL}}"
            self.line(f"    {self.style(start, 'dim')}{self.style(piece, style)}")

    def quote(self, line: str) -> None:
        """Add a line of somebody else's text behind a bar; it is broken where it is too long."""
        text = line.expandtabs(4)
        bar = " " if self.plain else self.style("│", "dim")
        for piece in self._pieces(text):
            self.line(f"    {bar} {piece}")

    def _pieces(self, text: str) -> list[str]:
        room = self.width - 6
        place = text.lstrip().startswith('File "')
        if place and any(len(word) > room for word in text.split()):
            return [text]  # an editor opens the path of a traceback only in one piece
        rest = " " * min(len(text) - len(text.lstrip()) + 4, self.width // 2)
        return textwrap.wrap(
            text,
            room,
            subsequent_indent=rest,
            break_long_words=not place,
            break_on_hyphens=False,
            drop_whitespace=False,
        ) or [""]

    def render(self) -> str:
        """Return all lines, without an empty one at the end."""
        return "\n".join(self._lines).rstrip("\n") + "\n"


def visible(text: str) -> int:
    """Return how many columns a text takes: colours take none."""
    return len(_STYLED.sub("", text))


def progress_bar(done: float, total: float, width: int = 20) -> str:
    """Return "[█████░░░░░]": ``width`` cells, of which ``done / total`` are full.

    A bar is full only if everything is done, and empty only if nothing is.
    """
    share = done / total if total > 0 and math.isfinite(done) and math.isfinite(total) else 0.0
    full = round(min(max(share, 0.0), 1.0) * width)
    if 0 < share < 1:
        full = min(max(full, 1), width - 1)
    return "[" + "█" * full + "░" * (width - full) + "]"


def sparkline(values: Sequence[float], width: int = 40) -> str:
    """Return one small bar for each value, from the smallest to the largest; at most ``width`` bars.

    More values are thinned out evenly, the first and last one kept. A blank
    stands for NaN and infinities; equal values all get a bar of half height.
    """
    shown = list(values)
    if len(shown) > width > 1:
        step = (len(shown) - 1) / (width - 1)
        shown = [shown[round(i * step)] for i in range(width)]
    finite = [value for value in shown if math.isfinite(value)]
    if not finite:
        return " " * len(shown)
    low, high = min(finite), max(finite)
    return "".join(_bar(value, low, high) for value in shown)


def number(value: float) -> str:
    """Return a number as people write it: "7", "1.5", "0.984"."""
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def points_text(value: float) -> str:
    """Return "1 point", "10 points"."""
    return f"{number(value)} point" + ("" if value == 1 else "s")


def seconds_text(seconds: float) -> str:
    """Return "0.31 s", "12 s", "2 min 5 s"."""
    if seconds < 9.95:
        return f"{seconds:.2g} s"
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _bar(value: float, low: float, high: float) -> str:
    if not math.isfinite(value):
        return " "
    if high == low:
        return _BARS[3]
    share = value / high if low == 0 else (value - low) / (high - low)  # high - low may overflow
    return _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)] if math.isfinite(share) else _BARS[0]


def filled(line: str, columns: int, width: int | None = None) -> str:
    """Break a line that is wider than ``columns`` between words, to ``width`` columns; its indent is kept.

    A word that is wider than that (a path, a command) stays whole: the terminal breaks it, and copies it in one piece.
    """
    if visible(line) <= columns:
        return line
    indent = line[: len(line) - len(line.lstrip())]
    return "\n".join(_wrap(line, width or columns, rest=indent, most=columns))


def _wrap(text: str, width: int, *, rest: str = "", most: int = 0) -> list[str]:
    """Wrap between words, never within one: a word beyond ``most`` columns goes on where it stands."""
    if visible(text) <= width:
        return [text]
    found: list[str] = []
    for piece in textwrap.wrap(
        text, max(width, 10), subsequent_indent=rest, break_long_words=False, break_on_hyphens=False
    ):
        if found and visible(piece) > max(width, most) and " " not in piece.strip():
            found[-1] += f" {piece.strip()}"
        else:
            found.append(piece)
    return found or [""]
