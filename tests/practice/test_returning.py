"""When a done exercise comes back, with which function, and how that one becomes blank."""

import ast
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.content.course import builtin_course, load_course
from dlquiz.practice.blanking import blanked, finished_functions
from dlquiz.practice.returning import INTERVALS, comes_back, next_function

DONE = date(2026, 1, 1)
STUB = '''import numpy as np


def add(
    a: int,
    b: int,
) -> int:
    """Return the sum."""
    # TODO(1)
    raise NotImplementedError("add: TODO(1)")


class Layer:
    def forward(self, x):
        # TODO(2): and then?
        raise NotImplementedError("forward: TODO(2)")

    def ready(self):
        return True


def last(x):
    raise NotImplementedError'''
MINE = """import numpy as np

HELP = 1


def add(a, b=2):  # mine: works
    c = a
    c += b
    return c
    # c = a + b


# add is done
class Layer:
    def forward(self, x):
        return x

    def ready(self):
        return True


def last(x): return x
"""


@pytest.mark.parametrize(("passes", "days"), [(0, 21), (1, 60), (2, 180), (3, 180), (9, 180)])
def test_it_comes_back_after_growing_times(passes, days):
    times = []
    for _ in range(passes):
        times.append(comes_back(DONE, times))
    assert comes_back(DONE, times) == max((DONE, *times)) + timedelta(days=days)


def test_a_pass_before_its_day_puts_nothing_off():
    early = [DONE + timedelta(days=20), DONE]
    assert comes_back(DONE, early) == DONE + timedelta(days=21)
    assert comes_back(DONE, [*early, DONE + timedelta(days=30)]) == DONE + timedelta(days=90)


@given(gaps=st.lists(st.integers(0, 400), max_size=8))
def test_it_never_comes_back_sooner_after_one_more_pass(gaps):
    passed, day = [], DONE
    for gap in gaps:
        before = comes_back(DONE, passed)
        day = before + timedelta(days=gap)
        passed.append(day)
        assert comes_back(DONE, passed) >= day + timedelta(days=INTERVALS[1])


def test_the_longest_unseen_function_comes_and_then_what_was_asked_longest_ago():
    lengths = {"short": 2, "long": 9, "middle": 5}
    asked = []
    for _ in range(5):
        asked.append(next_function(lengths, asked))
    assert asked == ["long", "middle", "short", "long", "middle"]
    assert next_function({"left": 1}, ["gone", "left"]) == "left"


def test_what_the_start_file_leaves_open_and_the_file_has_finished_can_come_back():
    assert finished_functions(MINE, STUB) == {"add": 4, "Layer.forward": 2}
    assert finished_functions(STUB, STUB) == {}


def test_only_the_body_becomes_blank_and_comments_that_tell_it_go():
    assert blanked(MINE, STUB, "add") == MINE.replace(
        """    c = a
    c += b
    return c
    # c = a + b
""",
        '''    """Return the sum."""
    # TODO(1)
    raise NotImplementedError("add: TODO(1)")
''',
    )
    assert "return x\n\n    def ready" not in blanked(MINE, STUB, "Layer.forward")


@pytest.mark.parametrize("number", range(1, 17))
def test_every_function_of_the_course_becomes_blank_alone(number):
    course = load_course(builtin_course())
    solution = course.solution_path(f"exercise{number}").read_text("utf-8")
    stub = course.stub_path(f"exercise{number}").read_text("utf-8")
    found = finished_functions(solution, stub)
    assert found
    for name in found:
        blank = blanked(solution, stub, name)
        ast.parse(blank)
        assert finished_functions(blank, stub).keys() == found.keys() - {name}
        assert finished_functions(blank, stub).items() <= found.items()
