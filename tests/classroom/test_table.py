"""The table opens in a spreadsheet without running anything."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.classroom.roll import RollRow
from dlquiz.classroom.roster import Enrolled
from dlquiz.classroom.table import COLUMNS, GradeRow, cells, csv_bytes, harmless, is_table


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("Ada", "Ada"), ("=1+1", "'=1+1"), ("+49", "'+49"), ("-x", "'-x"), ("@x", "'@x"), ("\t=x", "'=x"),
        ("\rx", "'x"), ("  =x", "'=x"), ("a=b", "a=b"), ("", ""), ("two\nlines", "two lines"),
    ],
)  # fmt: skip
def test_a_cell_that_would_be_run_is_text(text, cell):
    assert harmless(text) == cell


@given(st.lists(st.text(), min_size=4, max_size=4))
def test_whatever_people_are_called_the_table_is_one_row_each_and_runs_nothing(texts):
    row = RollRow(Enrolled(texts[0], texts[1], texts[2]), "exercise1", labels=(texts[3],), reason=texts[0])
    raw = csv_bytes([GradeRow(row, "graded", texts[3], 1.5, 4)], bom=True)
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))
    assert tuple(header) == COLUMNS
    (only,) = rows
    assert len(only) == len(COLUMNS)
    assert only[4:7] == ["1.5", "4", "0.375"]
    assert not [cell for cell in only if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert is_table(raw)


def test_a_row_without_a_grading_has_no_points():
    row = RollRow(Enrolled("Ada", ""), "exercise1", late=True, when="2026-03-01T10:00:00")
    assert cells(GradeRow(row, "unreadable", "no"))[4:11] == [
        "",
        "",
        "",
        "yes",
        "unreadable",
        "no",
        "handed in 2026-03-01T10:00:00",
    ]
    assert not is_table(b"learner,grade\n")
