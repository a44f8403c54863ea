"""Tables and boards."""

from dlquiz.model.metrics import metric_of
from dlquiz.render.ink import Ink
from dlquiz.render.tables import board_lines, table_lines, table_sentences


def table(columns, rows):
    return metric_of({"kind": "table", "columns": columns, "rows": rows})


def boards(*cells, captions=None):
    notes = captions or [""] * len(cells)
    return metric_of(
        {"kind": "boards", "boards": [{"cells": c, "caption": n} for c, n in zip(cells, notes, strict=True)]}
    )


def test_numbers_stand_at_the_right_and_texts_at_the_left():
    assert table_lines("T", table(["word", "n"], [["the", 10], ["a", None], ["of", 0.333333]]), 80) == [
        "T:", "  word       n", "  the       10", "  a          -", "  of    0.3333",
    ]  # fmt: skip


def test_a_wide_table_is_cut_where_it_is_widest():
    lines = table_lines("T", table(["text", "n"], [["x" * 60, 1]]), 24)
    assert max(map(len, lines)) <= 24
    assert lines[2].endswith("…  1")


def test_a_long_table_is_cut_and_counted():
    rows = [["a", i] for i in range(30)]
    for lines in (table_lines("T", table(["a", "b"], rows), 80), table_sentences("T", table(["a", "b"], rows))):
        assert lines[-1] == "… and 10 more rows (--json shows all)"
    assert table_lines("T", table(["a"], []), 80) == table_sentences("T", table(["a"], [])) == []


def test_a_small_board_has_lines_between_its_cells():
    two = boards([["X", "O", ""], ["", "X", ""], ["", "", ""]], [["X"]], captions=["before", "after"])
    assert board_lines("Game", two, 80, Ink()) == [
        "Game:",
        " X │ O │      X",
        "───┼───┼───",
        "   │ X │",
        "───┼───┼───",
        "   │   │",
        "before       after",
    ]


def test_a_large_board_has_a_frame():
    world = boards([["→", "→", "G"]] * 5)
    assert board_lines("Path", world, 80, Ink())[1:3] == ["┌───────┐", "│ → → G │"]
    assert board_lines("Path", world, 80, Ink(blocks=False))[1:3] == ["+-------+", "| > > G |"]


def test_a_cell_cannot_steer_the_terminal():
    assert "\x1b" not in "".join(board_lines("Game", boards([["\x1b[2J", "a\nb"]]), 80, Ink()))
