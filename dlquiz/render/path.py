"""The path through the course as lines for a terminal."""

import textwrap
from collections.abc import Sequence

from dlquiz.model.progress import State, Step

_MARK = {State.DONE: "done", State.NEXT: "next", State.STARTED: "begun", State.OPEN: ""}
_HEAD = ("", "exercise", "title", "points", "time")
_TITLE = 2
_GAP = "  "


def path_lines(steps: Sequence[Step], width: int = 80, *, known: bool = True) -> list[str]:
    """Return the path as lines of text: mark, id, title, points, minutes; a title that is too long is wrapped.

    ``known`` is False where the points cannot be read: then none are shown, rather than zero.
    """
    rows = [
        (
            _MARK[step.state],
            step.exercise_id,
            step.title,
            f"{_points(step, known)}/{step.possible:g}",
            f"{step.minutes} min",
        )
        for step in steps
    ]
    widths = [max(len(row[column]) for row in [_HEAD, *rows]) for column in range(len(_HEAD))]
    others = sum(widths) - widths[_TITLE] + len(_GAP) * (len(_HEAD) - 1)
    longest = max((len(word) for row in rows for word in row[_TITLE].split()), default=0)
    widths[_TITLE] = min(widths[_TITLE], max(width - others, longest, len(_HEAD[_TITLE])))
    lines: list[str] = []
    for row in [_HEAD, *rows]:
        pieces = textwrap.wrap(row[_TITLE], widths[_TITLE], break_long_words=False, break_on_hyphens=False) or [""]
        lines.append(_line((*row[:_TITLE], pieces[0], *row[_TITLE + 1 :]), widths))
        lines += [_line(("", "", piece, "", ""), widths) for piece in pieces[1:]]
    return lines


def _points(step: Step, known: bool) -> str:
    return f"{step.earned:g}" if known else "?"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    left = (cell.ljust(width) for cell, width in zip(cells[: _TITLE + 1], widths, strict=False))
    right = (cell.rjust(width) for cell, width in zip(cells[_TITLE + 1 :], widths[_TITLE + 1 :], strict=True))
    return _GAP.join((*left, *right)).rstrip()
