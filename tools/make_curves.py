"""Draw the pictures of quizzes/curves.yaml, and the same curves as text in its stems.

``python tools/make_curves.py`` writes quizzes/curves/*.svg, and the blocks of text in the stems of the questions that
show them; ``--check`` only says what differs (exit code 1). The numbers come from small trainings and formulas in this
file. Products go through einsum, not through BLAS, and points are rounded to whole pixels, so that every machine draws
the same.
"""

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path

import numpy as np

QUIZ = Path(__file__).resolve().parents[1] / "quizzes" / "curves.yaml"
FOLDER = QUIZ.parent / "curves"
COLUMNS = 56
"""Width of a text drawing, without its upright axis; it has two rows for each step of this axis."""
WIDTH, HEIGHT = 480, 300
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 50, 48
"""Size of a picture, and its margins, in pixels."""

Array = np.ndarray


@dataclass(frozen=True)
class Series:
    """One curve: what it is called, the letter that draws it as text, and its points."""

    name: str
    letter: str
    x: Sequence[float]
    y: Sequence[float]
    joined: bool = True


@dataclass(frozen=True)
class Plot:
    """Curves over one pair of axes; a text drawing shows one point of ``every`` so many."""

    x_title: str
    y_title: str
    x_ticks: Sequence[float]
    y_ticks: Sequence[float]
    series: Sequence[Series]
    rules: Sequence[tuple[float, str]] = ()
    """Horizontal lines, with what they mark."""
    rules_left: bool = False
    """Write the words of the lines at their left end, where the curves leave room."""
    log: bool = False
    every: int = 1
    y_words: Sequence[str] = field(default=())
    """What to write at the ticks, where their numbers are not enough."""

    def height(self, value: float) -> float:
        """Return where a value stands between the lowest tick (0) and the highest (1)."""
        scale: Callable[[float], float] = np.log10 if self.log else float
        low, high = scale(self.y_ticks[0]), scale(self.y_ticks[-1])
        part = float((scale(value) - low) / (high - low))
        if not 0 <= part <= 1:
            raise ValueError(f"{value} is not between {self.y_ticks[0]} and {self.y_ticks[-1]}")
        return part

    def place(self, value: float) -> float:
        """Return where a value stands between the first tick (0) and the last (1)."""
        return (value - self.x_ticks[0]) / (self.x_ticks[-1] - self.x_ticks[0])

    def y_labels(self) -> list[str]:
        """Return what is written at the ticks of the upright axis."""
        return list(self.y_words) or [f"{tick:g}" for tick in self.y_ticks]


@dataclass(frozen=True)
class Counts:
    """A confusion matrix."""

    classes: Sequence[str]
    rows: Sequence[Sequence[int]]


# --- text -----------------------------------------------------------------------------------


def text_of(figure: Plot | Counts) -> list[str]:
    """Draw a figure in plain ASCII."""
    return matrix_text(figure) if isinstance(figure, Counts) else plot_text(figure)


def plot_text(plot: Plot) -> list[str]:
    """Draw curves with their letters; ``*`` stands where two of them meet."""
    rows = 2 * (len(plot.y_ticks) - 1)

    def row_of(value: float) -> int:
        return rows - round(plot.height(value) * rows)

    grid = [[" "] * COLUMNS for _ in range(rows + 1)]
    for value, _ in plot.rules:
        grid[row_of(value)] = ["-" if column % 2 == 0 else " " for column in range(COLUMNS)]
    taken: dict[tuple[int, int], str] = {}
    for one in plot.series:
        for x, y in list(zip(one.x, one.y, strict=True))[:: plot.every]:
            where = (row_of(y), round(plot.place(x) * (COLUMNS - 1)))
            taken[where] = one.letter if taken.get(where, one.letter) == one.letter else "*"
    for (row, column), letter in taken.items():
        grid[row][column] = letter
    labels = {row_of(tick): word for tick, word in zip(plot.y_ticks, plot.y_labels(), strict=True)}
    margin = max(map(len, labels.values()))
    lines = [f"{labels.get(row, ''):>{margin}} |{''.join(cells)}".rstrip() for row, cells in enumerate(grid)]
    lines.append(" " * margin + " +" + "-" * (COLUMNS - len(plot.x_title) - 1) + " " + plot.x_title)
    below = [" "] * (COLUMNS + 4)
    for tick in plot.x_ticks:
        word, column = f"{tick:g}", round(plot.place(tick) * (COLUMNS - 1))
        start = max(column - (len(word) - 1) // 2, 0)
        below[start : start + len(word)] = word
    lines.append(" " * (margin + 2) + "".join(below).rstrip())
    key = [f"{one.letter}: {one.name}" for one in plot.series if len(plot.series) > 1]
    if len(plot.series) > 1 and "*" in taken.values():
        key.append("*: two at one place")
    key += [f"- -: {words}" for _, words in plot.rules]
    return [*wrapped(key), plot.y_title, *lines]


def wrapped(parts: Sequence[str]) -> list[str]:
    """Put parts into lines of at most 66 characters."""
    lines: list[str] = []
    for part in parts:
        if lines and len(lines[-1]) + len(part) + 3 <= 66:
            lines[-1] += f"   {part}"
        else:
            lines.append(part)
    return lines


def matrix_text(counts: Counts) -> list[str]:
    """Draw a table with the true classes to the left and the predicted ones above."""
    cell = max(len(f"{number}") for row in counts.rows for number in row)
    cell = max(cell, *map(len, counts.classes)) + 2
    name = max(map(len, counts.classes))
    head = " " * (len("true  ") + name) + " |" + "".join(f"{word:>{cell}}" for word in counts.classes)
    lines = [" " * (len("true  ") + name + 2) + "  predicted", head, "-" * len(head)]
    for number, (word, row) in enumerate(zip(counts.classes, counts.rows, strict=True)):
        lead = "true  " if number == 0 else " " * len("true  ")
        lines.append(f"{lead}{word:>{name}} |" + "".join(f"{value:>{cell}}" for value in row))
    return lines


# --- pictures -------------------------------------------------------------------------------

STYLES = (("#0b4f9c", "", "circle"), ("#a83200", "7 4", "cross"), ("#22662a", "2 3", "square"))
"""Colour, dashes and marker of the first, second and third curve: each tells them apart by itself."""


def svg_of(figure: Plot | Counts) -> str:
    """Draw a figure as SVG, on a light ground of its own that can be read on a white and on a dark page."""
    parts = matrix_svg(figure) if isinstance(figure, Counts) else plot_svg(figure)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="sans-serif" font-size="13" fill="#1a1a1a">'
    )
    ground = f'<rect x="1" y="1" width="{WIDTH - 2}" height="{HEIGHT - 2}" rx="6" fill="#fff" stroke="#777"/>'
    return "\n".join([head, ground, *parts, "</svg>", ""])


def write(x: float, y: float, words: str, anchor: str = "middle", more: str = "") -> str:
    """Return a piece of text."""
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def plot_svg(plot: Plot) -> Iterator[str]:
    """Yield axes with titles, lines, markers and a key."""
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def across(value: float) -> int:
        return round(LEFT + plot.place(value) * wide)

    def down(value: float) -> int:
        return round(TOP + (1 - plot.height(value)) * high)

    base = HEIGHT - BOTTOM
    ticks = "".join(f"M{LEFT} {down(tick)}H{WIDTH - RIGHT}" for tick in plot.y_ticks[1:])
    yield f'<path d="{ticks}" stroke="#ddd"/>'
    ticks = "".join(f"M{across(tick)} {base}v5" for tick in plot.x_ticks)
    yield f'<path d="M{LEFT} {TOP}V{base}H{WIDTH - RIGHT}{ticks}" stroke="#1a1a1a" fill="none"/>'
    for tick, word in zip(plot.y_ticks, plot.y_labels(), strict=True):
        yield write(LEFT - 6, down(tick) + 4, word, "end")
    for tick in plot.x_ticks:
        yield write(across(tick), base + 19, f"{tick:g}")
    yield write(LEFT + wide / 2, HEIGHT - 10, plot.x_title)
    middle = TOP + high / 2
    yield write(15, middle, plot.y_title, more=f' transform="rotate(-90 15 {middle:g})"')
    for value, words in plot.rules:
        yield f'<path d="M{LEFT} {down(value)}H{WIDTH - RIGHT}" stroke="#1a1a1a" stroke-dasharray="1 3"/>'
        if plot.rules_left:
            yield write(LEFT + 6, down(value) - 5, words, "start")
        else:
            yield write(WIDTH - RIGHT - 4, down(value) - 5, words, "end")
    key = LEFT
    for one, (colour, dashes, shape) in zip(plot.series, STYLES, strict=False):
        points = [(across(x), down(y)) for x, y in zip(one.x, one.y, strict=True)]
        dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
        pen = f'fill="none" stroke="{colour}" stroke-width="2"'
        if one.joined:
            line = " ".join(f"{x},{y}" for x, y in points)
            yield f'<polyline points="{line}" {pen}{dashed}/>'
        if len(points) <= 45:
            yield f'<path d="{"".join(mark(x, y, shape) for x, y in points)}" {pen}/>'
        if len(plot.series) > 1:
            line = f'<path d="M{key} 26h26" {pen}{dashed}/>' if one.joined else ""
            marker = f'<path d="{mark(key + 13, 26, shape)}" {pen}/>' if len(points) <= 45 else ""
            yield line + marker + write(key + 32, 30, one.name, "start")
            key += 32 + 7 * len(one.name) + 18


def mark(x: int, y: int, shape: str) -> str:
    """Return the path of a marker."""
    if shape == "cross":
        return f"M{x - 3} {y - 3}l6 6m0-6l-6 6"
    if shape == "square":
        return f"M{x - 3} {y - 3}h6v6h-6z"
    return f"M{x - 3} {y}a3 3 0 1 0 6 0a3 3 0 1 0-6 0"


def matrix_svg(counts: Counts) -> Iterator[str]:
    """Yield a table of numbers with its titles."""
    size = len(counts.classes)
    left, top = 150, 62
    wide, high = (WIDTH - left - 24) / size, (HEIGHT - top - 24) / size
    lines = "".join(f"M{left} {top + n * high:g}H{WIDTH - 24}" for n in range(size + 1))
    lines += "".join(f"M{left + n * wide:g} {top}V{HEIGHT - 24}" for n in range(size + 1))
    yield f'<path d="{lines}" stroke="#777"/>'
    yield write(left + size * wide / 2, 26, "predicted class")
    middle = top + size * high / 2
    yield write(24, middle, "true class", more=f' transform="rotate(-90 24 {middle:g})"')
    for row, word in enumerate(counts.classes):
        yield write(left - 10, top + (row + 0.5) * high + 5, word, "end")
        yield write(left + (row + 0.5) * wide, top - 10, word)
        for column, number in enumerate(counts.rows[row]):
            place = left + (column + 0.5) * wide, top + (row + 0.5) * high + 6
            yield write(*place, f"{number}", more=' font-size="17"')


# --- small trainings ------------------------------------------------------------------------


def product(a: Array, b: Array) -> Array:
    """Return a matrix product that does not depend on the BLAS of this machine."""
    return np.einsum("ij,jk->ik", a, b)


def blobs(seed: int, rows: int, classes: int, size: int, spread: float) -> tuple[Array, Array]:
    """Return points around one centre for each class, in turn; equal seeds have equal centres."""
    centres = np.random.RandomState(7).normal(size=(classes, size))
    y = np.arange(rows) % classes
    return centres[y] + spread * np.random.RandomState(seed).normal(size=(rows, size)), y


class Net:
    """A network with one hidden layer of ReLU units (or none), softmax and cross-entropy."""

    def __init__(self, seed: int, size: int, hidden: int, classes: int, drop: float = 0.0) -> None:
        self.random = np.random.RandomState(seed)
        self.drop = drop
        sizes = [size, hidden, classes] if hidden else [size, classes]
        self.weights = [
            self.random.normal(size=(a, b)) * np.sqrt(2 / a) * (0.1 if b == classes else 1.0)
            for a, b in pairwise(sizes)
        ]
        self.biases = [np.zeros(b) for b in sizes[1:]]

    def forward(self, x: Array, training: bool = False) -> tuple[list[Array], Array]:
        """Return the inputs of every layer, and the probabilities."""
        inputs = [x]
        if len(self.weights) == 2:
            hidden = np.maximum(product(x, self.weights[0]) + self.biases[0], 0)
            if training and self.drop:
                hidden = hidden * (self.random.uniform(size=hidden.shape) >= self.drop) / (1 - self.drop)
            inputs.append(hidden)
        logits = product(inputs[-1], self.weights[-1]) + self.biases[-1]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        return inputs, powers / powers.sum(axis=1, keepdims=True)

    def loss(self, x: Array, y: Array) -> float:
        """Return the mean cross-entropy."""
        chosen = self.forward(x)[1][np.arange(len(y)), y]
        return float(-np.log(np.maximum(chosen, 1e-12)).mean())

    def accuracy(self, x: Array, y: Array, training: bool = False) -> float:
        """Return the share of right answers."""
        return float((self.forward(x, training)[1].argmax(axis=1) == y).mean())

    def step(self, x: Array, y: Array, rate: float) -> float:
        """Make one step of gradient descent; return the loss before it."""
        inputs, chances = self.forward(x, training=True)
        loss = float(-np.log(np.maximum(chances[np.arange(len(y)), y], 1e-12)).mean())
        delta = chances.copy()
        delta[np.arange(len(y)), y] -= 1
        delta /= len(y)
        for layer in reversed(range(len(self.weights))):
            below = product(delta, self.weights[layer].T)
            self.weights[layer] -= rate * product(inputs[layer].T, delta)
            self.biases[layer] -= rate * delta.sum(axis=0)
            if layer:
                delta = below * (inputs[layer] > 0) / (1 - self.drop)
        return loss

    def epoch(self, x: Array, y: Array, rate: float, batch: int, shuffle: bool = True) -> list[float]:
        """Go through the rows once; return the loss of every step."""
        order = self.random.permutation(len(y)) if shuffle else np.arange(len(y))
        return [self.step(x[rows], y[rows], rate) for rows in np.split(order, range(batch, len(y), batch))]


def numbered(values: Sequence[float], first: int = 1) -> tuple[list[float], list[float]]:
    """Return the numbers of epochs or steps, and the values."""
    return [float(n) for n in range(first, first + len(values))], [float(value) for value in values]


TRAIN, CHECKED = "training rows", "validation rows"
EPOCHS_20 = (1, 5, 10, 15, 20)


def noisy(seed: int, rows: int) -> tuple[Array, Array]:
    """Return points of three classes that overlap, a quarter of them with a label drawn at random."""
    x, y = blobs(seed, rows, 3, 20, 2.0)
    random = np.random.RandomState(seed + 100)
    return x, np.where(random.uniform(size=rows) < 0.25, random.randint(0, 3, size=rows), y)


def two_losses() -> Plot:
    """A large network on few noisy rows."""
    (x, y), (new_x, new_y) = noisy(1, 60), noisy(2, 300)
    net = Net(3, 20, 60, 3)
    known, new = [net.loss(x, y)], [net.loss(new_x, new_y)]
    for _ in range(40):
        net.epoch(x, y, 0.01, 10)
        known.append(net.loss(x, y))
        new.append(net.loss(new_x, new_y))
    series = (Series(TRAIN, "t", *numbered(known, 0)), Series(CHECKED, "v", *numbered(new, 0)))
    return Plot("epoch", "loss", (0, 10, 20, 30, 40), (0, 0.4, 0.8, 1.2, 1.6), series)


def curved(seed: int, rows: int) -> tuple[Array, Array]:
    """Return points of two classes with a ring for a border, so that no straight line parts them."""
    x = np.random.RandomState(seed).normal(size=(rows, 2))
    return x, ((x[:, 0] + 1) ** 2 + x[:, 1] ** 2 > 2.5).astype(int)


def flat_pair() -> Plot:
    """A model without a hidden layer on rows whose classes have a curved border."""
    (x, y), (new_x, new_y) = curved(1, 200), curved(2, 200)
    net, known, new = Net(3, 2, 0, 2), [], []
    for _ in range(30):
        net.epoch(x, y, 0.05, 20)
        known.append(net.loss(x, y))
        new.append(net.loss(new_x, new_y))
    series = (Series(TRAIN, "t", *numbered(known)), Series(CHECKED, "v", *numbered(new)))
    return Plot(
        "epoch", "loss", (1, 10, 20, 30), (0, 0.2, 0.4, 0.6, 0.8), series, ((0.15, "reached by a colleague's model"),)
    )


@cache
def run(rate: float, epochs: int) -> list[float]:
    """Return the loss on the training rows after each epoch of one training."""
    x, y = blobs(4, 200, 10, 12, 2.0)
    net = Net(5, 12, 24, 10)
    losses = [net.loss(x, y)]
    for _ in range(epochs):
        net.epoch(x, y, rate, 20)
        losses.append(net.loss(x, y))
    return losses


LOSS_10 = (0, 0.5, 1, 1.5, 2, 2.5)
FROM_0 = (0, 5, 10, 15, 20)


def slope() -> Plot:
    """A learning rate that is far too small."""
    return Plot("epoch", "training loss", FROM_0, LOSS_10, (Series("loss", "o", *numbered(run(0.002, 20), 0)),))


def zigzag() -> Plot:
    """A learning rate that is too large."""
    return Plot("epoch", "training loss", FROM_0, (0, 1, 2, 3, 4), (Series("loss", "o", *numbered(run(1.0, 20), 0)),))


def three_runs() -> Plot:
    """Three learning rates."""
    names = (("run A", "A", 0.002), ("run B", "B", 1.0), ("run C", "C", 0.1))
    series = tuple(Series(name, letter, *numbered(run(rate, 20), 0)) for name, letter, rate in names)
    return Plot("epoch", "training loss", FROM_0, (0, 1, 2, 3, 4), series)


def broken_off() -> Plot:
    """Gradient descent on a parabola in float32, with steps that are twelve times the way to its lowest point."""
    weight, losses = np.float32(1), []
    with np.errstate(over="ignore", invalid="ignore"):
        while np.isfinite(loss := weight * weight):
            losses.append(float(loss))
            weight = weight - np.float32(6) * (2 * weight)
    ticks, words = [10.0**n for n in (0, 10, 20, 30, 40)], ("1", "1e10", "1e20", "1e30", "1e40")
    series = (Series("loss", "o", *numbered(losses, 0)),)
    return Plot(
        "step", "training loss (axis in powers of ten)", (0, 10, 20, 30), ticks, series, log=True, y_words=words
    )


def top_score() -> Plot:
    """Every fifth label is drawn at random, and the validation rows are training rows."""
    x, y = blobs(6, 300, 10, 20, 0.5)
    random = np.random.RandomState(8)
    y = np.where(random.uniform(size=len(y)) < 0.2, random.randint(0, 10, size=len(y)), y)
    net, known, new = Net(9, 20, 100, 10), [], []
    for _ in range(40):
        net.epoch(x, y, 0.15, 10)
        known.append(net.accuracy(x, y))
        new.append(net.accuracy(x[:100], y[:100]))
    series = (Series(TRAIN, "t", *numbered(known)), Series(CHECKED, "v", *numbered(new)))
    rule = ((0.82, "0.82: best on new rows"),)
    return Plot("epoch", "accuracy", (1, 10, 20, 30, 40), (0.5, 0.6, 0.7, 0.8, 0.9, 1), series, rule)


def spikes() -> Plot:
    """Rows that are sorted by class, in every epoch anew."""
    x, y = blobs(10, 400, 5, 3, 0.5)
    x = x + 1  # like pixels, which are never negative
    order = np.argsort(y, kind="stable")
    net, losses = Net(11, 3, 0, 5), []
    for _ in range(3):
        losses += net.epoch(x[order], y[order], 0.15, 10, shuffle=False)
    series = (Series("loss", "o", *numbered(losses)),)
    return Plot("step", "loss of the batch", (0, 20, 40, 60, 80, 100, 120), (0, 1, 2, 3, 4, 5), series)


def straight() -> Plot:
    """A network whose hidden units all give 0."""
    x, y = blobs(4, 200, 10, 12, 0.9)
    net = Net(5, 12, 24, 10)
    net.biases[0] -= 100
    losses = [net.loss(x, y)]
    for _ in range(20):
        net.epoch(x, y, 0.08, 20)
        losses.append(net.loss(x, y))
    return Plot("epoch", "training loss", FROM_0, LOSS_10, (Series("loss", "o", *numbered(losses, 0)),))


def ten_measurements() -> Plot:
    """One trained network with dropout, measured ten times with it and ten times without."""
    x, y = blobs(12, 300, 10, 12, 0.8)
    new_x, new_y = blobs(13, 200, 10, 12, 0.8)
    net = Net(14, 12, 40, 10, drop=0.5)
    for _ in range(15):
        net.epoch(x, y, 0.1, 20)
    calm = [net.accuracy(new_x, new_y) for _ in range(10)]
    noisy = [net.accuracy(new_x, new_y, training=True) for _ in range(10)]
    series = (Series("way A", "A", *numbered(calm), joined=False), Series("way B", "B", *numbered(noisy), joined=False))
    return Plot("number of the measurement", "accuracy", tuple(range(1, 11)), (0.75, 0.8, 0.85, 0.9, 0.95, 1), series)


def dip(low: int, depth: float, epochs: int, bumps: dict[int, float]) -> list[float]:
    """Return a loss that falls to epoch ``low`` and rises after it, with bumps at some epochs."""
    falls = [depth + 1.2 * ((low - n) / low) ** 2 for n in range(1, low + 1)]
    rises = [depth + 0.06 * (n - low) for n in range(low + 1, epochs + 1)]
    return [loss + bumps.get(n, 0.0) for n, loss in enumerate([*falls, *rises], 1)]


def lowest() -> Plot:
    """A validation loss with its lowest value at epoch 8."""
    new = dip(8, 0.42, 14, {4: 0.12, 6: 0.25, 7: 0.12, 9: 0.1, 11: -0.02})
    known = [1.6 * 0.78**n for n in range(14)]
    series = (Series(TRAIN, "t", *numbered(known)), Series(CHECKED, "v", *numbered(new)))
    return Plot("epoch", "loss", tuple(range(1, 15)), (0, 0.4, 0.8, 1.2, 1.6), series)


def patience() -> Plot:
    """A validation loss with a first dip at epoch 4 and a deeper one at epoch 9."""
    new = (1.5, 1.1, 0.8, 0.6, 0.9, 0.8, 0.5, 0.4, 0.2, 0.5, 0.7, 0.9)
    return Plot(
        "epoch", "validation loss", tuple(range(1, 13)), (0, 0.4, 0.8, 1.2, 1.6), (Series("loss", "v", *numbered(new)),)
    )


def rough_smooth() -> Plot:
    """One network and one learning rate, with batches of two sizes."""
    x, y = blobs(15, 1200, 10, 12, 0.9)
    series = []
    for name, batch in (("run A", 200), ("run B", 2)):
        net, losses = Net(16, 12, 24, 10), []
        while len(losses) < 113:
            losses += net.epoch(x, y, 0.02, batch)
        series.append(Series(name, name[-1], *numbered(losses[:112])))
    return Plot("step", "loss of the batch", (1, 28, 56, 84, 112), (0, 1, 2, 3, 4), series, every=2)


def crossing() -> Plot:
    """The mean over the steps of an epoch, and the loss on new rows after its end."""
    x, y = blobs(17, 400, 10, 12, 0.7)
    new_x, new_y = blobs(18, 400, 10, 12, 0.7)
    net, known, new = Net(19, 12, 24, 10), [], []
    for _ in range(10):
        known.append(float(np.mean(net.epoch(x, y, 0.025, 10))))
        new.append(net.loss(new_x, new_y))
    series = (Series(TRAIN, "t", *numbered(known)), Series(CHECKED, "v", *numbered(new)))
    return Plot("epoch", "loss", (1, 4, 7, 10), (0, 0.4, 0.8, 1.2, 1.6, 2), series)


def close_pair() -> Plot:
    """A network of a fitting size on enough rows."""
    x, y = blobs(20, 600, 3, 6, 0.65)
    new_x, new_y = blobs(21, 600, 3, 6, 0.65)
    net, known, new = Net(22, 6, 8, 3), [], []
    for _ in range(20):
        net.epoch(x, y, 0.008, 20)
        known.append(net.accuracy(x, y))
        new.append(net.accuracy(new_x, new_y))
    series = (Series(TRAIN, "t", *numbered(known)), Series(CHECKED, "v", *numbered(new)))
    rule = ((0.95, "0.95: what a person reaches"),)
    return Plot("epoch", "accuracy", EPOCHS_20, (0.5, 0.6, 0.7, 0.8, 0.9, 1), series, rule, rules_left=True)


def five_digits() -> Counts:
    """Five classes; the rows of the third one lie near the fifth, whose own rows lie close together."""
    random = np.random.RandomState(23)
    centres = np.array([[0, 0], [6, 0], [3.2, 5], [-4, 5], [4.6, 6.2]])
    spread = np.array([1.0, 1.0, 1.5, 1.0, 0.55])
    y = np.arange(250) % 5
    x = centres[y] + spread[y][:, None] * random.normal(size=(250, 2))
    near = ((x[:, None, :] - centres[None]) ** 2).sum(axis=2).argmin(axis=1)
    counts = np.zeros((5, 5), dtype=int)
    np.add.at(counts, (y, near), 1)
    return Counts(("0", "1", "4", "6", "9"), counts.tolist())


def full_column() -> Counts:
    """Three classes of unequal size, and one answer for all rows."""
    return Counts(("normal", "advert", "fraud"), ((90, 0, 0), (6, 0, 0), (4, 0, 0)))


FIGURES: dict[str, Callable[[], Plot | Counts]] = {
    figure.__name__.replace("_", "-"): figure
    for figure in (
        two_losses, flat_pair, slope, zigzag, three_runs, broken_off, top_score, spikes, straight, ten_measurements,
        lowest, patience, rough_smooth, crossing, close_pair, five_digits, full_column,
    )
}  # fmt: skip
"""Name of a file → what draws it."""


# --- files ----------------------------------------------------------------------------------


def with_drawings(text: str, drawings: dict[str, list[str]]) -> str:
    """Return the quiz with the text drawing of every picture in the stem of its question."""
    questions = re.split(r"(?=^  - kind:)", text, flags=re.MULTILINE)
    for number, question in enumerate(questions):
        shown = re.search(r"^    image: curves/([a-z-]+)\.svg$", question, re.MULTILINE)
        if shown:
            drawn = "".join(f"      {line}\n" for line in drawings[shown[1]])
            questions[number], found = re.subn(
                r"(?ms)^(      ```text\n).*?(^      ```$)", lambda block, new=drawn: block[1] + new + block[2], question
            )
            if found != 1:
                raise SystemExit(f"the question with curves/{shown[1]}.svg has {found} text drawings, expected 1")
    return "".join(questions)


def wanted() -> dict[Path, str]:
    """Return every file as it should be."""
    figures = {name: draw() for name, draw in FIGURES.items()}
    files = {FOLDER / f"{name}.svg": svg_of(figure) for name, figure in figures.items()}
    if QUIZ.is_file():
        drawings = {name: text_of(figure) for name, figure in figures.items()}
        files[QUIZ] = with_drawings(QUIZ.read_text(encoding="utf-8"), drawings)
    return files


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if a file is not up to date")
    check = parser.parse_args().check
    files = wanted()
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    left = [path for path in sorted(FOLDER.glob("*")) if path not in files]
    FOLDER.mkdir(exist_ok=True)
    for path in stale:
        print(f"{'not up to date' if check else 'written'}: {path.relative_to(QUIZ.parents[1])}")
        if not check:
            path.write_text(files[path], encoding="utf-8")
    for path in left:
        print(f"no figure has this name: {path.relative_to(QUIZ.parents[1])}")
    return 1 if left or (check and stale) else 0


if __name__ == "__main__":
    raise SystemExit(main())
