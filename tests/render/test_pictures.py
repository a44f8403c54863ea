"""Pictures in half blocks: their pixels, sizes and places."""

import re

import pytest

from dlquiz.model.metrics import metric_of
from dlquiz.render.ink import Ink
from dlquiz.render.pictures import picture_lines


def images(rows, captions=("",), **more):
    channels = len(rows[0][0]) if isinstance(rows[0][0], list) else 1
    flat = [value for row in rows for pixel in row for value in (pixel if channels > 1 else [pixel])]
    pictures = [{"pixels": flat, "caption": caption} for caption in captions]
    size = {"height": len(rows), "width": len(rows[0]), "channels": channels}
    return metric_of({"kind": "images", **size, "pictures": pictures, **more})


def wide(height=28, width=28):
    """A picture without margins, too large to be enlarged."""
    return [[255] * width for _ in range(height)]


def test_a_half_block_holds_two_pixels():
    rows = [[255, 0, 255, 0, 128, 64, 190, 255], [255, 0, 0, 255, 128, 64, 190, 255]]
    assert picture_lines("A", images(rows), 80, Ink()) == ["A:", "█ ▀▄▒░▓█"]


def test_colours_are_two_of_the_fixed_ones_in_each_cell():
    rows = [[255, 0, 0, 0, 0, 0, 0, 255], [0, 255, 0, 0, 0, 0, 0, 255]]
    _, line = picture_lines("A", images(rows), 80, Ink(colour=True, shades=True))
    assert line == (
        "\x1b[38;5;231;48;5;16m▀\x1b[38;5;16;48;5;231m▀\x1b[38;5;16;48;5;16m▀▀▀▀▀\x1b[38;5;231;48;5;231m▀\x1b[0m"
    )


@pytest.mark.parametrize(
    ("pixel", "code"), [(0, 16), (255, 231), (128, 244), ([255, 0, 0], 196), ([0, 95, 255], 27), ([9, 9, 9], 232)]
)
def test_each_colour_becomes_a_near_one_of_256(pixel, code):
    picture = images([[pixel] * 8, [pixel] * 8])
    assert f"38;5;{code};48;5;{code}m" in picture_lines("A", picture, 80, Ink(colour=True, shades=True))[1]


def test_the_last_row_of_an_odd_picture_has_no_ground():
    _, first, last = picture_lines("A", images(wide(3, 8)), 80, Ink(colour=True, shades=True))
    assert "48;5" in first
    assert "48;5" not in last


@pytest.mark.parametrize(("width", "rows"), [(60, [2, 2, 2]), (80, [2, 2, 2]), (90, [3, 3]), (120, [3, 3])])
def test_as_many_stand_beside_each_other_as_fit_and_rows_are_even(width, rows):
    lines = picture_lines("A", images(wide(), [f"you: {i}, truth: 2" for i in range(6)]), width, Ink())
    assert [line.count("truth") for line in lines if "truth" in line] == rows
    assert max(map(len, lines)) <= width


def test_captions_stand_below_their_pictures():
    lines = picture_lines("A", images(wide(), ["you: 7, truth: 2", "b"]), 80, Ink())
    assert lines[-1] == "you: 7, truth: 2".ljust(30) + "b"


def test_pictures_that_belong_together_are_not_parted():
    rows = images(wide(8, 10), ["original", "rebuilt"] * 6, together=2)
    lines = picture_lines("A", rows, 38, Ink())  # three would fit
    assert {line.count("original") == line.count("rebuilt") for line in lines} == {True}


def test_margins_that_every_picture_has_are_cut():
    rows = [[0] * 28 for _ in range(28)]
    for i in range(8, 20):
        rows[i][9:19] = [200] * 10
    lines = picture_lines("A", images(rows), 80, Ink())
    assert (len(lines), max(map(len, lines[1:]))) == (7, 10)
    assert len(picture_lines("A", images([[0] * 28] * 28), 80, Ink())) == 15


def test_kernels_are_enlarged_and_photographs_made_smaller():
    kernel = picture_lines("A", images([[255, 0, 255]] * 3), 80, Ink())
    assert len(kernel[1]) == 12
    photograph = picture_lines("A", images(wide(100, 100)), 80, Ink())
    assert (len(photograph), len(photograph[1])) == (14, 25)


def test_many_pictures_are_cut_and_counted():
    assert picture_lines("A", images(wide(), [""] * 30), 80, Ink())[-1] == "… and 6 more pictures (--json shows all)"


def test_nothing_is_drawn_of_nothing():
    assert picture_lines("A", images([[1]], []), 80, Ink()) == []


def test_letters_get_darker_with_the_pixels():
    rows = [[i * 28 for i in range(10)]] * 2
    line = picture_lines("A", images(rows), 80, Ink(blocks=False))[1]
    assert re.fullmatch(r"\.:-=\+\*#%@", line.strip())
