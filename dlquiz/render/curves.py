"""Lines over an axis: drawn with dots of braille or with letters, and told in a sentence."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from dlquiz.model.metrics import Curve
from dlquiz.render.ink import Ink
from dlquiz.render.layout import number, visible
from dlquiz.text import one_line

Points: TypeAlias = Sequence[tuple[float, float] | None]
"""The points of a line in order; None where there is no number."""

_ROWS: Final = 8
_MOST_COLUMNS: Final = 60
_BRAILLE: Final = 0x2800
# Unicode numbers the dots 1, 2, 3, 7 down the left column and 4, 5, 6, 8 down the right one.
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_MARKS: Final = "*o+x"
_STYLES: Final = ("", "magenta", "cyan", "green")
_GAPS: Final = ((1, 0), (3, 3), (1, 3), (6, 2))
"""Dots on and off along each line, so that lines can be told apart without colours."""
_SAMPLES: Final = ("⠤⠤⠤", "⠤ ⠤", "⠄⠠⠄", "⠤⠤⠄")


def curve_lines(title: str, curve: Curve, width: int, ink: Ink, *, rows: int = _ROWS) -> list[str]:
    """Return the plot of a curve, at most ``width`` columns wide; nothing if no line has two points."""
    lines = {one_line(name, 40): _points(curve, name) for name in curve.lines}
    lines = {name: points for name, points in lines.items() if _count(points) > 1}
    if not lines:
        return []
    legend = _legend(list(lines), width, ink) if len(lines) > 1 else []
    plot = _plot([*lines.values()], one_line(curve.x_label, 40), width, rows, ink)
    return [title, *legend, *plot]


def curve_sentences(curve: Curve) -> list[str]:
    """Return what a reader of each line would say: its ends, what lies beyond them, and where there is no number."""
    x_label, y_label = one_line(curve.x_label, 40), one_line(curve.y_label, 40)
    found = []
    for name in curve.lines:
        points = _points(curve, name)
        if _count(points) > 1:
            shown = one_line(name, 40)
            alone = (y_label if shown.lower() == "you" else shown) if len(curve.lines) == 1 else ""
            found.append(_sentence(shown, alone, points, x_label))
    return found


def _sentence(name: str, alone: str, points: Points, x_label: str) -> str:
    known = [point for point in points if point is not None]
    first, last = known[0], known[-1]

    def at(point: tuple[float, float]) -> str:
        return f"{number(point[1])} ({x_label}: {number(point[0])})"

    change = "rises" if last[1] > first[1] else "falls" if last[1] < first[1] else "stays the same"
    ends = f"{at(first)}, then {at(last)}"
    text = f"The {alone} {change}: {ends}." if alone else f"{name[:1].upper()}{name[1:]}: {ends}; it {change}."
    high, low = max(known, key=lambda point: point[1]), min(known, key=lambda point: point[1])
    if high[1] > max(first[1], last[1]):
        text += f" The largest: {at(high)}."
    if low[1] < min(first[1], last[1]):
        text += f" The smallest: {at(low)}."
    if (missing := len(points) - len(known)) > 0:
        text += f" At {missing} of {len(points)} points it is no number (NaN or infinite)."
    return text


def _points(curve: Curve, name: str) -> Points:
    pairs = zip(curve.x, curve.lines[name], strict=True)
    return [None if x is None or y is None else (x, y) for x, y in pairs]


def _count(points: Points) -> int:
    return sum(point is not None for point in points)


def _legend(names: Sequence[str], width: int, ink: Ink) -> list[str]:
    """Say which line is which: on one line, or on one for each where that is too narrow."""
    signs = _SAMPLES if ink.dots and ink.blocks else _MARKS
    parts = [f"{ink.style(signs[i % len(signs)], _STYLES[i % len(_STYLES)])} {name}" for i, name in enumerate(names)]
    line = "  " + ",  ".join(parts)
    return [line] if visible(line) <= width else [f"  {part}" for part in parts]


def _plot(lines: Sequence[Points], x_label: str, width: int, rows: int, ink: Ink) -> list[str]:
    known = [point for points in lines for point in points if point is not None]
    low, high = min(y for _, y in known), max(y for _, y in known)
    left, right = min(x for x, _ in known), max(x for x, _ in known)
    labels = [number(high), *[""] * (rows - 2), number(low)]
    if low == high:
        labels = [number(low) if i == rows // 2 else "" for i in range(rows)]
    margin = max(map(len, labels))
    columns = min(width - margin - 4, _MOST_COLUMNS)
    canvas = _Canvas(columns, rows, ink)
    for i in reversed(range(len(lines))):  # the first line is the learner's own: it lies on top
        canvas.draw(i, [_placed(point, (left, right), (low, high)) for point in lines[i]])
    tick, bar, corner, dash = "┤│└─" if ink.blocks else "||+-"
    drawn = [
        f"  {label:>{margin}} {tick if label else bar}{row}" for label, row in zip(labels, canvas.rows(), strict=True)
    ]
    drawn.append(f"  {'':>{margin}} {corner}{dash * columns}")
    return [*drawn, " " * (margin + 4) + _axis(number(left), x_label, number(right), columns)]


def _placed(
    point: tuple[float, float] | None, xs: tuple[float, float], ys: tuple[float, float]
) -> tuple[float, float] | None:
    return None if point is None else (_share(point[0], *xs), _share(point[1], *ys))


def _share(value: float, low: float, high: float) -> float:
    """Return where ``value`` lies between two ends, from 0 to 1; halves, because a difference may be infinite."""
    span = high / 2 - low / 2
    return (value / 2 - low / 2) / span if span > 0 else 0.5


def _axis(left: str, label: str, right: str, columns: int) -> str:
    room = columns - len(left) - len(right) - 2
    return f"{left} {one_line(label, max(room, 1)):^{max(room, 0)}} {right}"


class _Canvas:
    """Cells of a plot: dots of braille, two beside and four above each other, or one letter in each."""

    def __init__(self, columns: int, rows: int, ink: Ink) -> None:
        self._ink = ink
        self._dotted = ink.dots and ink.blocks
        self._wide, self._high = (2, 4) if self._dotted else (1, 1)
        self._size = columns, rows
        self._cells: dict[tuple[int, int], tuple[int, int]] = {}

    def draw(self, number: int, points: Points) -> None:
        """Draw line ``number`` through points whose x and y lie between 0 and 1."""
        on, off = _GAPS[number % len(_GAPS)] if self._dotted else (1, 0)
        for i, (x, y) in enumerate(self._path(points)):
            if i % (on + off) < on:
                self._dot(number, x, y)

    def _path(self, points: Points) -> Iterator[tuple[int, int]]:
        last: tuple[int, int] | None = None
        width, height = self._size[0] * self._wide - 1, self._size[1] * self._high - 1
        for point in points:
            here = None if point is None else (round(point[0] * width), round((1 - point[1]) * height))
            if here is not None:
                yield from _between(last or here, here)
            last = here

    def _dot(self, number: int, x: int, y: int) -> None:
        cell = y // self._high, x // self._wide
        mask, _ = self._cells.get(cell, (0, number))
        self._cells[cell] = mask | (_DOTS[y % self._high][x % self._wide] if self._dotted else 1), number

    def rows(self) -> list[str]:
        """Return the lines of the plot."""
        columns, rows = self._size
        return ["".join(self._sign(row, column) for column in range(columns)).rstrip() for row in range(rows)]

    def _sign(self, row: int, column: int) -> str:
        if (cell := self._cells.get((row, column))) is None:
            return " "
        mask, number = cell
        sign = chr(_BRAILLE + mask) if self._dotted else _MARKS[number % len(_MARKS)]
        return self._ink.style(sign, _STYLES[number % len(_STYLES)])


def _between(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the dots of a straight line, without its start unless that is also its end."""
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    if steps == 0:
        yield end
    for i in range(1, steps + 1):
        yield tuple(round(a + (b - a) * i / steps) for a, b in zip(start, end, strict=True))  # type: ignore[misc]  # two numbers of two
