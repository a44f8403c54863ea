"""Everything that a grader can record, at every width and with every kind of ink."""

import re

import pytest

from dlquiz.model.metrics import metric_of
from dlquiz.render.ink import Ink
from dlquiz.render.layout import visible
from dlquiz.render.metrics import metric_lines

DRAWING = re.compile("[\u2190-\u21ff\u2500-\u25ff\u2800-\u28ff·]")
INKS = {
    "all": Ink(colour=True, shades=True),
    "no colours": Ink(),
    "no braille": Ink(dots=False, colour=True),
    "letters": Ink(blocks=False),
    "words": None,
}
DIGIT = [0] * 8 + [0, 255, 128, 0] + [0, 64, 200, 0] + [0] * 4
RECORDED = {
    "accuracy": 0.97,
    "loss": {
        "kind": "curve", "x": [1, 2, 3, 4], "x_label": "epoch", "y_label": "cross-entropy",
        "lines": {"your network": [2.3, 1.0, 0.2, 0.4], "a linear model": [2.3, 1.1, 0.9, 0.9]},
    },
    "confusion_matrix": {"matrix": [[5, 1], [0, 4]], "labels": ["cat", "dog"]},
    "misread": {
        "kind": "images", "height": 5, "width": 4,
        "pictures": [{"pixels": DIGIT, "caption": f"you: {i}, truth: 2"} for i in range(6)],
    },
    "words": {"kind": "table", "columns": ["word", "count"], "rows": [["the", 10], ["a", 2.5]]},
    "last_game": {
        "kind": "boards",
        "boards": [{"cells": [["X", "O", ""], ["", "X", ""], ["O", "", "X"]], "caption": "you won as X"}],
    },
    "path": {"kind": "boards", "boards": [{"cells": [["→", "→", "↓"]] + [["↑", "█", "↓"]] * 4}]},
}  # fmt: skip


def drawn(name, width=80, ink="no colours"):
    return metric_lines({name: metric_of(RECORDED[name])}, width, INKS[ink])


@pytest.mark.parametrize("ink", INKS)
@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_every_picture_fits_the_width(ink, width):
    metrics = {name: metric_of(value) for name, value in RECORDED.items()}
    assert None not in metrics.values()
    pictures = [line for line in metric_lines(metrics, width, INKS[ink]) if DRAWING.search(line)]
    assert all(visible(line) <= width for line in pictures)
    assert bool(pictures) == (ink not in ("letters", "words"))


@pytest.mark.parametrize("name", RECORDED)
def test_words_draw_nothing_and_letters_are_ascii(name):
    assert "".join(drawn(name, ink="words")).isascii()
    assert "".join(drawn(name, ink="letters")).isascii()
    assert drawn(name, ink="words")


@pytest.mark.parametrize("name", RECORDED)
def test_without_colours_no_code_of_a_terminal_is_sent(name):
    assert "\x1b" not in "".join(drawn(name))


@pytest.mark.parametrize("name", RECORDED)
def test_each_line_gives_the_terminal_its_own_colours_back(name):
    for line in drawn(name, ink="all"):
        assert "\x1b" not in line or re.findall("\x1b\\[[0-9;]*m", line)[-1] == "\x1b[0m"


def test_words_say_what_a_picture_shows():
    assert drawn("misread", ink="words")[1] == "  you: 0, truth: 2"
    assert drawn("confusion_matrix", ink="words")[0] == "Right in each class: cat: 5 of 6, dog: 4 of 4."
    assert "cat taken for dog: 1 time" in "\n".join(drawn("confusion_matrix", ink="words"))
    assert drawn("words", ink="words")[1:] == ["  word: the, count: 10", "  word: a, count: 2.5"]
    assert drawn("last_game", ink="words") == [
        "Last game, you won as X:", "  row 1: X, O, empty", "  row 2: empty, X, empty", "  row 3: O, empty, X",
    ]  # fmt: skip
    assert drawn("path", ink="words")[1] == "  row 1: right, right, down"


def test_numbers_come_first_and_pictures_stand_apart():
    recorded = {"one": 1.0, "two": 2.0, **RECORDED, "three": 3.0}
    metrics = {name: metric_of(value) for name, value in recorded.items()}
    lines = metric_lines(metrics, 80, INKS["no colours"])
    assert lines[:5] == ["One: 1", "Two: 2", "Accuracy: 0.97", "Three: 3", ""]
    assert lines[lines.index("Misread:") - 1] == ""
    assert "" not in metric_lines(metrics, 80, None)
