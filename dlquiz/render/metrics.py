"""What a grading measured, as lines: curves and confused classes.

``metrics`` of a report may hold anything; what does not look as expected is left out.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dlquiz.render.layout import number, sparkline
from dlquiz.text import one_line

_MAX_PAIRS = 5


def metric_lines(metrics: Mapping[str, Any], width: int = 80) -> list[str]:
    """Return lines about the curves, numbers and the confusion matrix in ``metrics``; empty if there are none."""
    lines: list[str] = []
    for key, value in metrics.items():
        if key.endswith("_curve"):
            lines += _curve(key, value, width)
        elif key == "confusion_matrix":
            lines += _confused(value)
        elif key.endswith("accuracy") and (accuracy := _number(value)) is not None:
            lines.append(f"{_words(key)}: {number(accuracy)}")
    return lines


def _curve(key: str, value: Any, width: int) -> list[str]:
    """Draw ``{"x": […], "y": […], "x_label": "…", "y_label": "…"}``."""
    if not isinstance(value, Mapping):
        return []
    x, y = _numbers(value.get("x")), _numbers(value.get("y"))
    finite = [i for i, v in enumerate(y) if math.isfinite(v)]
    if len(x) != len(y) or len(finite) < 2:
        return []
    y_label = one_line(str(value.get("y_label", _words(key.removesuffix("_curve")).lower())), 40)
    x_label = one_line(str(value.get("x_label", "x")), 40)
    first, last = finite[0], finite[-1]
    change = "rises" if y[last] > y[first] else "falls" if y[last] < y[first] else "stays the same"
    return [
        f"{_words(key)}  {number(y[first])} {sparkline(y, min(width // 2, 60))} {number(y[last])}",
        f"The {y_label} {change}: {number(y[first])} ({x_label}: {number(x[first])}), "
        f"then {number(y[last])} ({x_label}: {number(x[last])}).",
    ]


def _confused(value: Any) -> list[str]:
    """Name the pairs confused most often; rows are true classes, columns predictions."""
    labels: Sequence[Any] | None = None
    if isinstance(value, Mapping):
        given = value.get("labels")
        labels = given if isinstance(given, list | tuple) else None
        value = value.get("matrix")
    rows = [_numbers(row) for row in value] if isinstance(value, list | tuple) else []
    if not rows or any(len(row) != len(rows) for row in rows):
        return []
    names = [one_line(str(label), 20) for label in labels] if labels and len(labels) == len(rows) else None
    pairs = [(n, i, j) for i, row in enumerate(rows) for j, n in enumerate(row) if i != j and n > 0]
    total = sum(n for row in rows for n in row if math.isfinite(n))
    if not pairs:
        return [f"No mistake in {number(total)} test examples."] if total > 0 else []
    wrong = sum(pair[0] for pair in pairs)
    lines = [f"{number(wrong)} of {number(total)} test examples are wrong. Confused most often:"]
    for n, i, j in sorted(pairs, key=lambda pair: (-pair[0], pair[1:]))[:_MAX_PAIRS]:
        true, read = (names[i], names[j]) if names else (str(i), str(j))
        lines.append(f"  {true} taken for {read}: {number(n)} {'time' if n == 1 else 'times'}")
    return lines


def _numbers(value: Any) -> list[float]:
    """Return a list of floats; empty if anything in it is not a number. None (JSON's NaN) becomes NaN."""
    if not isinstance(value, list | tuple):
        return []
    found = [math.nan if item is None else _number(item) for item in value]
    return [item for item in found if item is not None] if None not in found else []


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def _words(key: str) -> str:
    return one_line(key.replace("_", " ").capitalize(), 40)
