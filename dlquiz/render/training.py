"""How a training goes on: the numbers in what was printed, and the curves that a grader records."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from dlquiz.model.metrics import MAX_POINTS, Curve
from dlquiz.render.curves import curve_lines
from dlquiz.render.ink import Ink
from dlquiz.render.layout import number, sparkline
from dlquiz.text import clean, whole_lines

_NUMBER: Final = r"(?P<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|[-+]?(?:nan|inf)\b)"
# "loss: 0.31", "'loss': 0.31", "loss = 0.31", "loss 0.31"; "Loss after epoch 3: 0.31".
_VALUE: Final = re.compile(
    r"(?<![A-Za-z])(?P<name>loss|cost|accuracy|acc|error|reward)\b(?:[^\w\n+.-]{1,4}|[^\n:=]{0,40}[:=]\s?)" + _NUMBER,
    re.IGNORECASE,
)
_COUNTER: Final = re.compile(
    r"\b(?P<name>epoch|step|iteration|iter|episode|game)s?\b[^\w\n]{0,3}(?P<value>\d{1,9})", re.I
)
_LINES: Final = re.compile(r"[\r\n]+")
_FULL: Final = {"acc": "accuracy", "iter": "iteration"}
_ENOUGH: Final = 4
"""So many values are worth a picture at the end of a grading."""
_LINE_LIMIT: Final = 500


@dataclass
class Run:
    """Values of one name that were printed one after the other, in one training."""

    name: str
    counter: str
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)

    def curve(self) -> Curve:
        """Return the values as a curve."""
        kept = tuple(None if not math.isfinite(value) else value for value in self.y[-MAX_POINTS:])
        name = f"{self.name} that your code printed"
        return Curve(x=tuple(self.x[-MAX_POINTS:]), lines={name: kept}, x_label=self.counter, y_label=self.name)


class Printed:
    """Reads a program's output line by line and collects the losses or accuracies in it."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self._counted: tuple[str, float] | None = None
        self._gap = False

    def read(self, text: str) -> "Printed":
        """Read some more lines; return itself."""
        for line in _LINES.split(text):
            if any(character.isdigit() for character in line) or "nan" in line.lower():
                self._line(line[:_LINE_LIMIT])
        return self

    def read_whole(self, text: str) -> "Printed":
        """Read all that was printed, of which parts may be left out."""
        for place, part in enumerate(whole_lines(text)):
            self._gap = place > 0
            self.read(part)
        return self

    def _line(self, line: str) -> None:
        if counter := _COUNTER.search(line):
            self._counted = _name(counter), float(counter["value"])
        if value := _VALUE.search(line):
            self._add(_name(value), float(value["value"]))

    def _add(self, name: str, value: float) -> None:
        run = next((run for run in reversed(self.runs) if run.name == name), None)
        if self._gap and self._counted is None:
            run = None  # nobody knows how many lines were left out
        counter, x = self._counted or ("line", len(run.x) + 1.0 if run else 1.0)
        self._gap = False
        if run is None or run.counter != counter or x < run.x[-1]:
            self.runs.append(run := Run(name, counter))
        if run.x and run.x[-1] == x:
            run.y[-1] = value  # a bar that rewrites itself until the epoch ends
            return
        run.x.append(x)
        run.y.append(value)


def _name(found: re.Match[str]) -> str:
    name = found["name"].lower()
    return _FULL.get(name, name)


def printed_curve(outputs: Iterable[str]) -> Curve | None:
    """Return the longest training that the outputs tell of; None if there is none worth a picture."""
    runs = [run for text in outputs for run in Printed().read_whole(text).runs]
    longest = max(reversed(runs), key=lambda run: len(run.x), default=None)
    return longest.curve() if longest is not None and len(longest.x) >= _ENOUGH else None


class Following:
    """The curve that is shown while a case runs: what the code prints, or what the grader records."""

    def __init__(self) -> None:
        self._curve: tuple[str, Curve] | None = None
        self.ended()

    def ended(self) -> None:
        """Forget the curve: its case has ended."""
        self._printed, self._last, self._elapsed, self._curve = Printed(), "", 0.0, None

    def heard(self, text: str, elapsed_s: float) -> None:
        """Take in the last line that was printed in a call; another call begins another curve."""
        if elapsed_s < self._elapsed:
            self._printed = Printed()
        self._elapsed = elapsed_s
        if text == self._last:
            return
        self._last = text
        self._printed.read(clean(text, _LINE_LIMIT))
        if self._printed.runs and len((run := self._printed.runs[-1]).x) > 1:
            self._curve = f"{run.name.capitalize()} that your code prints", run.curve()

    def recorded(self, title: str, curve: Curve) -> None:
        """Take in a curve of the grader's."""
        if len(curve.x) > 1:
            self._curve = title, curve

    def picture(self, width: int, ink: Ink, rows: int) -> list[str]:
        """Return the curve as a few lines, or nothing."""
        if self._curve is None:
            return []
        title, curve = self._curve
        return curve_lines(f"{title}:", curve, width, ink, rows=rows)

    def brief(self) -> str:
        """Return the curve's first line as "Loss … 2.3 ▇▅▂▁ 0.3", or nothing."""
        if self._curve is None:
            return ""
        title, curve = self._curve
        values = [math.nan if y is None else y for y in next(iter(curve.lines.values()))]
        return f"{title} {number(values[0])} {sparkline(values, 20)} {number(values[-1])}"
