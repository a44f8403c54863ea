"""Curves: the plot, its axes, and the sentence beside it."""

import math

import pytest

from dlquiz.model.metrics import metric_of
from dlquiz.render.curves import curve_lines, curve_sentences
from dlquiz.render.ink import Ink


def curve(lines, x=None, **labels):
    length = len(next(iter(lines.values())))
    return metric_of({"kind": "curve", "x": x or list(range(length)), "lines": lines, "x_label": "epoch", **labels})


def test_a_falling_line_goes_from_the_upper_left_to_the_lower_right():
    title, *plot = curve_lines("Loss:", curve({"loss": [4.0, 3.0, 2.0, 1.0]}), 60, Ink(blocks=False), rows=4)
    assert title == "Loss:"
    assert [line.split("|")[0].strip() for line in plot[:4]] == ["4", "", "", "1"]
    starts = [line.index("*") for line in plot[:4]]
    assert starts == sorted(starts)
    assert plot[-1].split() == ["0", "epoch", "3"]


def test_dots_lie_where_the_values_are():
    # From the highest dot of the first cell to the lowest of the last one: the diagonal of the plot.
    _, *plot = curve_lines("Loss:", curve({"loss": [1.0, 0.0]}), 60, Ink(), rows=4)
    assert plot[0].partition("┤")[2].startswith("⠉")
    assert plot[3].partition("┤")[2].endswith("⣀")


def test_lines_can_be_told_apart_without_colours():
    two = curve({"you": [0.0, 1.0], "a linear model": [0.5, 0.5]})
    _, legend, *plot = curve_lines("Accuracy:", two, 80, Ink(blocks=False))
    assert legend == "  * you,  o a linear model"
    assert all(sign in "".join(plot) for sign in "*o")
    _, legend, *plot = curve_lines("Accuracy:", two, 80, Ink())
    assert legend == "  ⠤⠤⠤ you,  ⠤ ⠤ a linear model"
    solid, dashed = (curve_lines("", curve({"you": [0.5, 0.5], "b": b}), 80, Ink())[2:] for b in ([1, 1], [0.5, 0.5]))
    assert solid != dashed


def test_an_axis_does_not_need_two_different_numbers():
    lines = curve_lines("Loss:", curve({"loss": [3.0, 3.0]}), 60, Ink())
    assert sum("3" in line.partition("┤")[0] for line in lines) == 1


@pytest.mark.parametrize("values", [[1.0], [math.nan, 1.0], [math.inf] * 3, []])
def test_less_than_two_points_are_no_line(values):
    one = curve({"loss": values}, x=list(range(len(values))))
    assert curve_lines("Loss:", one, 80, Ink()) == curve_sentences(one) == []


def test_enormous_numbers_are_drawn():
    huge = curve({"loss": [-1e308, 1e308, 0.0]})
    assert len(curve_lines("Loss:", huge, 60, Ink())) == 11


def test_a_gap_stays_a_gap():
    whole, broken = (
        "".join(curve_lines("", curve({"loss": [1.0, middle, 1.0]}), 60, Ink(blocks=False))) for middle in (1.0, None)
    )
    assert whole.count("*") > 2 == broken.count("*")


def test_the_sentence_names_ends_extremes_and_gaps():
    said = curve_sentences(curve({"loss": [2.0, 5.0, math.nan, 0.5, 1.0]}, x=[1, 2, 3, 4, 5]))
    assert said == [
        "The loss falls: 2 (epoch: 1), then 1 (epoch: 5). The largest: 5 (epoch: 2). The smallest: 0.5 (epoch: 4). "
        "At 1 of 5 points it is no number (NaN or infinite)."
    ]
    said = curve_sentences(curve({"you": [0.1, 0.9], "a linear model": [0.8, 0.8]}))
    assert said[0] == "You: 0.1 (epoch: 0), then 0.9 (epoch: 1); it rises."
    assert said[1] == "A linear model: 0.8 (epoch: 0), then 0.8 (epoch: 1); it stays the same."
    assert curve_sentences(curve({"you": [0.1, 0.9]}, y_label="accuracy"))[0].startswith("The accuracy rises: 0.1")
