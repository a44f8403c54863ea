"""A confusion matrix: drawn with its diagonal in brackets, and the largest confusions in words."""

from collections.abc import Sequence
from typing import Final

from dlquiz.model.metrics import ConfusionMatrix
from dlquiz.render.ink import Ink
from dlquiz.text import one_line

_MAX_PAIRS: Final = 5
_LABEL: Final = 16


def matrix_lines(title: str, matrix: ConfusionMatrix, width: int, ink: Ink) -> list[str]:
    """Return the counts in rows and columns; nothing if they are too many for ``width`` columns, or all are 0."""
    names, counts = labels_of(matrix), matrix.counts
    if not any(map(any, counts)):
        return []
    cell = max(len(str(n)) for row in counts for n in row)
    short = all(len(name) <= cell for name in names)
    heads = names if short else [str(i) for i in range(len(names))]
    cell = max(cell, *map(len, heads))
    rows = names if short or not matrix.labels else [f"{i} {name}" for i, name in enumerate(names)]
    rows = [one_line(row, _LABEL) for row in rows]
    margin = max(map(len, rows))
    if margin + 3 + (cell + 1) * len(counts) + 1 > width:
        return []
    head = f"  {'':>{margin}}  " + " ".join(f"{name:>{cell}}" for name in heads)
    worst = {(i, j) for _, i, j in _pairs(matrix)[:_MAX_PAIRS]}
    body = [f"  {name:>{margin}} {_row(counts[i], i, cell, worst, ink)}" for i, name in enumerate(rows)]
    return [f"{title}: rows are the true classes, columns the answers.", head, *body]


def _row(counts: Sequence[int], own: int, cell: int, worst: set[tuple[int, int]], ink: Ink) -> str:
    """Return the cells of a row; the brackets around the right answers take the place of the blanks between cells."""
    text = ""
    for j, n in enumerate(counts):
        start = "[" if j == own else "]" if j == own + 1 else " "
        shown = f"{n or ('·' if ink.blocks and j != own else '.' if j != own else 0):>{cell}}"
        style = "green" if j == own else "red" if (own, j) in worst else "" if n else "dim"
        text += start + ink.style(shown, style)
    return text + ("]" if own == len(counts) - 1 else "")


def matrix_sentences(matrix: ConfusionMatrix) -> list[str]:
    """Say how many are wrong, and name the pairs confused most often."""
    names, pairs = labels_of(matrix), _pairs(matrix)
    total = sum(map(sum, matrix.counts))
    if not pairs:
        return [f"No mistake in {total} test examples."] if total > 0 else []
    wrong = sum(pair[0] for pair in pairs)
    if (one := _always(matrix)) is not None:
        answers = sum(row[one] for row in matrix.counts)
        return [f"{wrong} of {total} test examples are wrong: the answer is {names[one]} for {answers} of them all."]
    lines = [f"{wrong} of {total} test examples are wrong. Confused most often:"]
    for n, i, j in pairs[:_MAX_PAIRS]:
        lines.append(f"  {names[i]} taken for {names[j]}: {n} {'time' if n == 1 else 'times'}")
    return lines


def right_sentences(matrix: ConfusionMatrix) -> list[str]:
    """Say of each class how many of it are right: what the diagonal shows."""
    names = labels_of(matrix)
    parts = [f"{name}: {row[i]} of {sum(row)}" for i, (name, row) in enumerate(zip(names, matrix.counts, strict=True))]
    return [f"Right in each class: {', '.join(parts)}."] if any(map(any, matrix.counts)) else []


def labels_of(matrix: ConfusionMatrix) -> list[str]:
    """Return the names of the classes; their numbers, if they have none."""
    return [one_line(label, 20) for label in matrix.labels] or [str(i) for i in range(len(matrix.counts))]


def _pairs(matrix: ConfusionMatrix) -> list[tuple[int, int, int]]:
    """Return the mistakes as (how many, true class, answer), the most frequent ones first."""
    found = [(n, i, j) for i, row in enumerate(matrix.counts) for j, n in enumerate(row) if i != j and n > 0]
    return sorted(found, key=lambda pair: (-pair[0], pair[1:]))


def _always(matrix: ConfusionMatrix) -> int | None:
    """Return the class that nearly every example was taken for, if there is one and the classes are many."""
    total = sum(map(sum, matrix.counts))
    answers = [sum(row[j] for row in matrix.counts) for j in range(len(matrix.counts))]
    most = max(answers, default=0)
    # Even if every third example is of one class, a network that reads would not answer it so often.
    return answers.index(most) if len(answers) > 2 and most >= 0.8 * total > 0 else None
