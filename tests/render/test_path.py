"""The path through the course, line by line."""

from dlquiz.model.progress import State, Step
from dlquiz.render.path import path_lines


def test_the_path_is_a_table_whose_columns_line_up():
    steps = [
        Step("exercise1", "A long title", State.DONE, 10, 10, 20, graded=True),
        Step("exercise2", "Short", State.NEXT, 2.5, 8, 120, graded=True),
        Step("exercise10", "Another", State.OPEN, 0, 12, 5, graded=False),
    ]
    assert path_lines(steps) == [
        "      exercise    title         points     time",
        "done  exercise1   A long title   10/10   20 min",
        "next  exercise2   Short          2.5/8  120 min",
        "      exercise10  Another         0/12    5 min",
    ]


def test_a_path_without_steps_is_its_head():
    assert path_lines([]) == ["  exercise  title  points  time"]
