"""Nothing in a broken program that is handed out says what is broken, and it still breaks in the same way."""

import ast
import re
from pathlib import Path

import pytest

from dlquiz.content.mistakes import mistake_of
from dlquiz.practice.changes import changed_lines, repairs, shown_changes
from dlquiz.practice.disguise import disguised

GRADERS = Path(__file__).parents[2] / "graders"
REFERENCE = '''"""Reference."""
import numpy as np

RATE = 0.1


def mean(x):
    """Return the mean of all numbers."""
    return np.sum(x) / np.size(x)


class Model:
    """A model."""

    def step(self, g):
        return -RATE * g
'''
WRONG = '''"""The mean is a sum.

loses: test_mean
"""
import numpy as np

RATE = 0.1
NOT_DIVIDED = 1  # never divided


def _forgets_to_divide(numbers_not_divided, axis=None):
    """Return the sum, which is wrong."""
    # here the division is missing
    total_only = np.sum(numbers_not_divided, axis=axis)
    return total_only


def mean(x):
    """Return the sum, not the mean."""
    return _forgets_to_divide(x, axis=None)  # wrong


class Model:
    def step(self, g):
        "Wrong sign ü."
        return -RATE * g
'''


def test_header_comments_docstrings_and_names_of_a_wrong_solution_go():
    text = disguised(WRONG, REFERENCE)
    assert (
        text
        == '''import numpy as np

RATE = 0.1
NUMBER = 1


def _helper(value, axis=None):
    value2 = np.sum(value, axis=axis)
    return value2


def mean(x):
    """Return the mean of all numbers."""
    return _helper(x, axis=None)


class Model:
    def step(self, g):
        return -RATE * g
'''
    )


def test_a_function_of_a_docstring_alone_still_has_a_body():
    assert disguised('def f():\n    """Wrong."""\n', "x = 1\n") == "def f():\n    pass\n"


def _all():
    for grader in sorted(GRADERS.glob("exercise*")):
        reference = (grader / "solution.py").read_text(encoding="utf-8")
        for path in sorted(grader.glob("wrong/*.py")):
            yield pytest.param(path, reference, id=f"{grader.name}/{path.stem}")


@pytest.mark.parametrize(("path", "reference"), list(_all()))
def test_no_wrong_solution_of_the_course_tells_its_mistake(path, reference):
    source = path.read_text(encoding="utf-8")
    text = disguised(source, reference)
    said = mistake_of(ast.parse(source))
    assert said is not None
    assert said.title not in text
    assert "#" not in re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", "", text)
    assert disguised(text, reference) == text
    assert changed_lines(text, reference) >= 1
    # Of the repairs only the whole reference could be the same program: a function that is alike is passed over.
    assert any(1 <= changed_lines(text, one) <= 10 for one in repairs(text, reference))


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("x = 1\n", "x = 1  # one\n", 0),
        ("def f(x):\n    return x\n", 'def f(x: int) -> int:\n    """Doc."""\n    return (x)\n', 0),
        ("a = 1\nb = 2\nc = 3\n", "a = 1\nb = 3\nc = 3\n", 1),
        ("a = 1\nb = 2\n", "a = 1\n", 1),
        ("a = 1\n", "a = 1\nb = 2\nc = 3\n", 2),
        ("a = 1\nb: int = 2\n", "a = 2\nb = 3\n", 2),
    ],
)
def test_lines_are_counted_whatever_their_layout(before, after, lines):
    assert changed_lines(before, after) == lines
    assert bool(shown_changes(before, after)) == bool(lines)


def test_one_function_of_a_right_program_may_be_the_whole_repair():
    first, *_, last = repairs(disguised(WRONG, REFERENCE), REFERENCE)
    assert "np.sum(x) / np.size(x)" in first
    assert "_helper" in first
    assert last == REFERENCE


def test_changes_are_shown_between_their_neighbours():
    before = "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf = 6\n"
    assert shown_changes(before, before.replace("b = 2", "b = 0").replace("f = 6", "f = 0")) == [
        *(" a = 1", "-b = 2", "+b = 0", " c = 3"),
        *("…", " e = 5", "-f = 6", "+f = 0"),
    ]
