"""What a grading measured, as lines: pictures where they can be drawn, and always words beside them."""

from collections.abc import Mapping

from dlquiz.model.metrics import Boards, ConfusionMatrix, Curve, Images, Metric, Number, Table
from dlquiz.render.curves import curve_lines, curve_sentences
from dlquiz.render.ink import Ink
from dlquiz.render.layout import number
from dlquiz.render.matrices import matrix_lines, matrix_sentences, right_sentences
from dlquiz.render.pictures import picture_lines, picture_sentences
from dlquiz.render.tables import board_lines, board_sentences, table_lines, table_sentences
from dlquiz.text import one_line


def metric_lines(metrics: Mapping[str, Metric], width: int = 80, ink: Ink | None = None) -> list[str]:
    """Return what was measured: numbers, then pictures with empty lines between; without ``ink`` all of it in words."""
    lines: list[str] = []
    drawn = False
    shown = sorted(metrics.items(), key=lambda item: not isinstance(item[1], Number))
    for parts in (_lines(words_of(key), metric, width, ink) for key, metric in shown):
        before, drawn = drawn, ink is not None and len(parts) > 1 if parts else drawn
        lines += ["", *parts] if parts and lines and (before or drawn) else parts
    return lines


def _lines(title: str, metric: Metric, width: int, ink: Ink | None) -> list[str]:
    match metric:
        case Number(value=value):
            return [] if value is None else [f"{title}: {number(value)}"]
        case Curve():
            return [*(curve_lines(_named(title, metric), metric, width, ink) if ink else ()), *curve_sentences(metric)]
        case ConfusionMatrix():
            drawn = matrix_lines(title, metric, width, ink) if ink else right_sentences(metric)
            return [*drawn, *matrix_sentences(metric)]
        case Images():
            return picture_lines(title, metric, width, ink) if ink else picture_sentences(title, metric)
        case Boards():
            return board_lines(title, metric, width, ink) if ink else board_sentences(title, metric)
        case Table():
            return table_lines(title, metric, width) if ink else table_sentences(title, metric)


def _named(title: str, curve: Curve) -> str:
    label = one_line(curve.y_label, 40)
    return f"{title} ({label}):" if label and label.lower() != title.lower() else f"{title}:"


def words_of(key: str) -> str:
    """Return the title of what was recorded as ``key``: "accuracy_curve" is "Accuracy curve"."""
    return one_line(key.replace("_", " ").capitalize(), 40)
