"""Tables in columns, and boards of games and grid worlds."""

from typing import Final

from dlquiz.model.metrics import Board, Boards, Table
from dlquiz.render.ink import Ink, beside
from dlquiz.render.layout import number
from dlquiz.render.pictures import left_out
from dlquiz.text import one_line

_SHOWN_ROWS: Final = 20
_SHOWN_BOARDS: Final = 12
_CELL: Final = 30
_RULED: Final = 4
"""A board of more rows has no lines between its cells: they would take more room than the cells."""
_LETTERS: Final = {"↑": "^", "→": ">", "↓": "v", "←": "<", "·": ".", "█": "#", "▒": "%", "●": "o", "○": "O"}
_WORDS: Final = {"": "empty", "↑": "up", "→": "right", "↓": "down", "←": "left", "█": "wall", "#": "wall", "·": "empty"}


def table_lines(title: str, table: Table, width: int) -> list[str]:
    """Return the rows in columns; numbers stand at the right. Of long texts the widest column is cut first."""
    shown = [[_text(entry) for entry in row] for row in table.rows[:_SHOWN_ROWS]]
    if not shown:
        return []
    heads = [one_line(head, _CELL) for head in table.columns]
    widths = [max(map(len, column)) for column in zip(heads, *shown, strict=True)]
    while sum(widths) + 2 * len(widths) > width and max(widths) > 4:
        widths[widths.index(max(widths))] -= 1
    rights = [any(isinstance(row[j], int | float) for row in table.rows) for j in range(len(heads))]

    def line(cells: list[str]) -> str:
        cut = [one_line(cell, size) for cell, size in zip(cells, widths, strict=True)]
        placed = zip(cut, widths, rights, strict=True)
        return "  " + "  ".join(text.rjust(size) if right else text.ljust(size) for text, size, right in placed)

    more = left_out(len(table.rows) - len(shown), "rows")
    return [f"{title}:", line(heads), *map(line, shown), *more]


def table_sentences(title: str, table: Table) -> list[str]:
    """Return each row as "word: a, count: 1"."""
    if not table.rows:
        return []
    heads = [one_line(head, _CELL) for head in table.columns]
    rows = [
        "  " + ", ".join(f"{head}: {_text(entry)}" for head, entry in zip(heads, row, strict=True))
        for row in table.rows[:_SHOWN_ROWS]
    ]
    return [f"{title}:", *rows, *left_out(len(table.rows) - len(rows), "rows")]


def board_lines(title: str, boards: Boards, width: int, ink: Ink) -> list[str]:
    """Return the boards beside each other, with their captions."""
    shown = boards.boards[:_SHOWN_BOARDS]
    if not shown:
        return []
    lines = beside([_drawn(board, ink) for board in shown], [board.caption for board in shown], width)
    return [f"{title}:", *lines, *left_out(len(boards.boards) - len(shown), "boards")]


def board_sentences(title: str, boards: Boards) -> list[str]:
    """Return each board row by row in words."""
    lines = []
    for board in boards.boards[:_SHOWN_BOARDS]:
        lines.append(f"{title}{f', {caption}' if (caption := one_line(board.caption, 200)) else ''}:")
        for i, row in enumerate(board.cells, start=1):
            lines.append(f"  row {i}: {', '.join(_word(cell) for cell in row)}")
    return lines


def _drawn(board: Board, ink: Ink) -> list[str]:
    cells = [[_sign(cell, ink) for cell in row] for row in board.cells]
    size = max(len(cell) for row in cells for cell in row)
    bar, cross, dash = "│┼─" if ink.blocks else "|+-"
    if len(cells) <= _RULED:
        rule = cross.join([dash * (size + 2)] * len(cells[0]))
        rows = [bar.join(f" {cell:^{size}} " for cell in row) for row in cells]
        return [line for row in rows for line in (rule, row)][1:]
    first, last = ("┌┐", "└┘") if ink.blocks else ("++", "++")
    edge = dash * ((size + 1) * len(cells[0]) + 1)
    body = [f"{bar} {' '.join(f'{cell:^{size}}' for cell in row)} {bar}" for row in cells]
    return [f"{first[0]}{edge}{first[1]}", *body, f"{last[0]}{edge}{last[1]}"]


def _sign(cell: str, ink: Ink) -> str:
    text = one_line(cell, 8)
    return text if ink.blocks else "".join(_LETTERS.get(sign, sign) for sign in text)


def _word(cell: str) -> str:
    text = one_line(cell, 8).strip()
    return _WORDS.get(text, text)


def _text(entry: str | float | None) -> str:
    if entry is None:
        return "-"
    return one_line(entry, _CELL) if isinstance(entry, str) else str(entry) if isinstance(entry, int) else number(entry)
