"""Puzzles of lines made from a solution: which lines, which orders are right, and which lines are wrong."""

import ast
import itertools

import pytest

from dlquiz.authoring import parsons
from dlquiz.authoring.parsons_lines import Body, bodies, shifted, swapped, with_body, wrong_lines
from dlquiz.content.course import builtin_course, load_course
from dlquiz.errors import UnknownName
from dlquiz.model.quiz import Quiz
from dlquiz.quiz.marking import mark

SOURCE = '''
import numpy as np


def total(xs, *, start=0):
    """Add numbers."""
    found = start  # a comment
    for x in xs:
        found += x
    return found


def short(x):
    return x


def twice(x):
    x += 1
    x += 1
    x += 1
    return x
'''
TREE = ast.parse(SOURCE)
LINES = ("found = start", "for x in xs:", "    found += x", "return found")


def test_short_functions_without_repeated_lines_are_puzzles():
    assert bodies(TREE) == {"total": Body("total", "total(xs, start)", LINES)}


def test_the_lines_go_back_into_the_file():
    assert ast.dump(ast.parse(with_body(TREE, "total", LINES))) != ast.dump(TREE)  # the docstring has gone
    assert bodies(ast.parse(with_body(TREE, "total", LINES))) == bodies(TREE)
    assert with_body(TREE, "total", LINES[2:]) is None


def test_statements_change_places_and_a_loop_takes_its_lines_along():
    assert list(swapped(LINES)) == [
        (("for x in xs:", "    found += x", "found = start", "return found"), False),
        (("found = start", "return found", "for x in xs:", "    found += x"), False),
    ]
    assert list(swapped(("a", "b"))) == [(("b", "a"), True)]
    assert list(swapped(("if a:", "    b", "else:", "    c"))) == []


def test_each_line_is_shifted_by_one_step():
    assert len(list(shifted(LINES))) == 5
    assert (*LINES[:2], "found += x", LINES[3]) in shifted(LINES)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("        found = x", [(2, "found = x")]),
        ("        found += np.abs(x)", [(2, "found += np.abs(x)")]),
        ("        found += secret", []),  # a name that only the wrong file has would give it away
        ("        found += x", []),
        ("        found = start", []),  # a right line of another place
    ],
)
def test_lines_of_wrong_solutions_stand_for_a_right_one(line, found):
    wrong = ast.parse(SOURCE.replace("        found += x", line))
    assert list(wrong_lines(wrong, bodies(TREE)["total"], TREE)) == found


class Judge:
    """Lets those orders pass in which every line comes behind the lines that it needs."""

    def __init__(self, needs):
        self._needs = needs

    def passing(self, name, orders):
        return {order for order in orders if all(order.index(a) < order.index(b) for a, b in self._needs)}


@pytest.mark.parametrize(
    ("needs", "groups"),
    [
        (["ab", "bc", "cd"], []),
        (["ab", "ac", "bd", "cd"], [["b", "c"]]),
        (["ad", "bd", "cd"], [["a", "b", "c"]]),
        (["ac", "bc", "ad", "bd"], [["a", "b"], ["c", "d"]]),
    ],
)
def test_lines_that_may_change_places_are_found(needs, groups):
    assert parsons._free(Body("f", "f()", tuple("abcd")), Judge(needs)) == groups


def test_orders_that_are_no_free_places_make_no_puzzle():
    with pytest.raises(parsons._Unfit, match="3 orders"):  # b and c in any order, but c needs a
        parsons._free(Body("f", "f()", tuple("abcd")), Judge(["ac", "ad", "bd", "cd"]))


@pytest.mark.sandbox
def test_the_questions_of_an_exercise_are_right():
    course = load_course(builtin_course())
    made = parsons.make_puzzles(course, "exercise3", "linear_backward")
    (question,) = Quiz.model_validate({"format_version": 1, "title": "T", "questions": made.questions}).questions
    *free, last = question.items
    assert all(mark(question, (*order, last)).correct for order in itertools.permutations(free))
    assert not mark(question, (last, *free)).correct
    assert 1 <= len(question.extra) <= 3
    assert made.graded > 10
    with pytest.raises(UnknownName, match="no function relu_backward with 4 to 10"):
        parsons.make_puzzles(course, "exercise3", "relu_backward")
