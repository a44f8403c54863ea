"""Small pictures in half blocks: two pixels in each character, one above the other."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final, TypeAlias

from dlquiz.model.metrics import Images
from dlquiz.render.ink import Ink, beside
from dlquiz.text import one_line

Pixel: TypeAlias = tuple[int, ...]
"""One grey level or three colours, from 0 to 255."""
Grid: TypeAlias = list[list[Pixel]]

_SHOWN: Final = 24
_LARGEST: Final = 32
"""Columns of a picture at most: what is wider is shown at half its size, or less."""
_SMALLEST: Final = 14
_ASCII: Final = " .:-=+*#%@"
_INKS: Final = {
    " ": (0.0, 0.0), "░": (0.25, 0.25), "▒": (0.5, 0.5), "▓": (0.75, 0.75), "█": (1.0, 1.0),
    "▀": (1.0, 0.0), "▄": (0.0, 1.0),
}  # fmt: skip
"""How much ink each sign has in its upper and in its lower half."""


def picture_lines(title: str, images: Images, width: int, ink: Ink) -> list[str]:
    """Return the pictures beside each other, with their captions."""
    shown = images.pictures[:_SHOWN]
    if not shown:
        return []
    grids = [_grid(one.pixels, images) for one in shown]
    grids = [_sized(grid, width, len(shown)) for grid in _cut(grids)]
    blocks = [_drawn(grid, ink) for grid in grids]
    lines = beside(blocks, [one.caption for one in shown], width, together=images.together)
    return [f"{title}:", *lines, *left_out(len(images.pictures) - len(shown), "pictures")]


def picture_sentences(title: str, images: Images) -> list[str]:
    """Return the captions."""
    if not images.pictures:
        return []
    count = len(images.pictures)
    head = f"{title}: {count} picture{'s' if count > 1 else ''} of {images.height} by {images.width} pixels."
    return [head, *(f"  {one_line(one.caption, 200)}" for one in images.pictures if one.caption)]


def left_out(count: int, what: str) -> list[str]:
    """Say how many more there are."""
    return [f"… and {count} more {what} (--json shows all)"] if count > 0 else []


def _grid(pixels: Sequence[int], images: Images) -> Grid:
    n, row = images.channels, images.channels * images.width
    return [
        [tuple(pixels[start + i : start + i + n]) for i in range(0, row, n)]
        for start in range(0, images.height * row, row)
    ]


def _cut(grids: list[Grid]) -> list[Grid]:
    """Cut the black margins that all pictures have: digits have some on every side, and screens are small."""
    rows = [i for i in range(len(grids[0])) if any(any(map(any, grid[i])) for grid in grids)]
    columns = [j for j in range(len(grids[0][0])) if any(any(row[j]) for grid in grids for row in grid)]
    if not rows:
        return grids
    return [[row[columns[0] : columns[-1] + 1] for row in grid[rows[0] : rows[-1] + 1]] for grid in grids]


def _sized(grid: Grid, width: int, count: int) -> Grid:
    """Make a tiny picture larger, and one that is too wide smaller, by whole factors."""
    columns = len(grid[0])
    if columns <= _SMALLEST // 2:
        factor = max((_SMALLEST if count <= 8 else _SMALLEST * 2 // 3) // columns, 1)
        return [[pixel for pixel in row for _ in range(factor)] for row in grid for _ in range(factor)]
    factor = -(-columns // min(width, _LARGEST))
    return grid if factor == 1 else _shrunk(grid, factor)


def _shrunk(grid: Grid, factor: int) -> Grid:
    def mean(i: int, j: int) -> Pixel:
        part = [pixel for row in grid[i : i + factor] for pixel in row[j : j + factor]]
        return tuple(round(sum(values) / len(part)) for values in zip(*part, strict=True))

    return [[mean(i, j) for j in range(0, len(grid[0]), factor)] for i in range(0, len(grid), factor)]


def _drawn(grid: Grid, ink: Ink) -> list[str]:
    pairs = [(grid[i], grid[i + 1] if i + 1 < len(grid) else None) for i in range(0, len(grid), 2)]
    if ink.shades and ink.blocks:
        return [_coloured(upper, lower) for upper, lower in pairs]
    return ["".join(_sign(*pair, ink) for pair in _zipped(upper, lower)) for upper, lower in pairs]


def _zipped(upper: list[Pixel], lower: list[Pixel] | None) -> list[tuple[Pixel, Pixel]]:
    return list(zip(upper, lower or [(0,) * len(pixel) for pixel in upper], strict=True))


def _sign(upper: Pixel, lower: Pixel, ink: Ink) -> str:
    """Return the sign whose halves hold most nearly as much ink as two pixels are bright."""
    a, b = _brightness(upper), _brightness(lower)
    if not ink.blocks:
        return _ASCII[round((a + b) / 2 * (len(_ASCII) - 1))]
    return min(_INKS, key=lambda sign: (_INKS[sign][0] - a) ** 2 + (_INKS[sign][1] - b) ** 2)


def _brightness(pixel: Pixel) -> float:
    """Return how bright a pixel looks, from 0 to 1 (weights of ITU-R BT.601)."""
    if len(pixel) == 1:
        return pixel[0] / 255
    return (0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]) / 255


def _coloured(upper: list[Pixel], lower: list[Pixel] | None) -> str:
    """Return a row of upper half blocks: their own colour is the upper pixel, the ground behind them the lower one."""
    codes = [f"38;5;{_code(a)}" + ("" if lower is None else f";48;5;{_code(b)}") for a, b in _zipped(upper, lower)]
    return "".join(f"\x1b[{code}m" + "▀" * len([*same]) for code, same in groupby(codes)) + "\x1b[0m"


def _code(pixel: Pixel) -> int:
    """Return the nearest of the 256 colours: 24 levels of grey between black and white, or a cube of six by six by six.

    These are the same on every terminal; the first sixteen belong to its user.
    """
    if len(set(pixel)) == 1:
        level = round(pixel[0] / 255 * 25)
        return 16 if level == 0 else 231 if level == 25 else 231 + level
    red, green, blue = (0 if value < 48 else min((value - 35) // 40, 5) for value in pixel)
    return 16 + 36 * red + 6 * green + blue
