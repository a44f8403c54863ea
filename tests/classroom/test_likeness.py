"""How alike two programs are: what leaves a trace, and what does not."""

import ast
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dlquiz.classroom.likeness import (
    MAX_SIZE,
    NotComparedError,
    alike_pairs,
    alike_parts,
    fingerprint,
    likeness,
    runs_of,
)

GRADERS = Path(__file__).parents[2] / "graders"
FUNCTIONS = [
    ast.unparse(node)
    for path in sorted([*GRADERS.glob("*/solution.py"), *GRADERS.glob("exercise3/right/*.py")])
    for node in ast.parse(path.read_text("utf-8")).body
    if isinstance(node, ast.FunctionDef)
]
chosen = st.lists(st.sampled_from(FUNCTIONS), min_size=1, max_size=6, unique=True)

ONE = """\
import numpy as np


def cost(pred, y):
    error = pred - y
    return float(np.mean(error ** 2) + 0.5 * np.sum(pred))
"""


def alike(one, other):
    return likeness(fingerprint([one]), fingerprint([other]))


def joined(functions):
    return "import numpy as np\n\n\n" + "\n\n\n".join(functions) + "\n"


class _Renamed(ast.NodeTransformer):
    """Gives each variable another name; modules, functions and what is read of objects stay."""

    def __init__(self, tree):
        self.names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
        self.names |= {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}

    def visit_Name(self, node):
        node.id = f"other_{node.id}" if node.id in self.names else node.id
        return node

    def visit_arg(self, node):
        node.arg = f"other_{node.arg}"
        return node


@given(chosen, chosen)
def test_likeness_lies_between_0_and_1_and_is_the_same_both_ways(one, other):
    there, back = alike(joined(one), joined(other)), alike(joined(other), joined(one))
    assert there == back
    assert 0 <= there <= 1


@given(chosen, st.randoms(use_true_random=False))
@example(FUNCTIONS[:3], None)
def test_names_order_comments_and_white_space_change_nothing(functions, dice):
    source = joined(functions)
    program = fingerprint([source])
    shuffled = list(functions)
    if dice is not None:
        dice.shuffle(shuffled)
    tree = ast.parse(joined(shuffled))
    renamed = ast.unparse(_Renamed(tree).visit(tree))
    spaced = "\n".join(f"\n{line}  # {number}" if line else "" for number, line in enumerate(renamed.split("\n")))
    assert fingerprint([renamed]).counts == program.counts
    if '"""' not in renamed:  # in a text a line is no line of the program
        assert fingerprint([spaced]).counts == program.counts
    if program.counts:
        assert likeness(program, fingerprint([renamed])) == 1


@given(st.lists(chosen, min_size=2, max_size=8), st.sampled_from([0.0, 0.3, 0.65, 1.0]))
def test_all_pairs_at_once_are_what_two_and_two_are(several, least):
    programs = [fingerprint([joined(functions)]) for functions in several]
    wanted = {
        (a, b): likeness(programs[a], programs[b])
        for a, b in combinations(range(len(programs)), 2)
        if programs[a].counts and programs[b].counts and likeness(programs[a], programs[b]) >= least
    }
    found = alike_pairs(programs, least)
    assert {(pair.first, pair.second): pair.likeness for pair in found} == wanted
    assert [pair.likeness for pair in found] == sorted(wanted.values(), reverse=True)


@given(chosen, chosen)
def test_parts_cover_what_is_in_both_and_use_nothing_twice(one, other):
    a, b = fingerprint([joined(one)]), fingerprint([joined(other)])
    parts = alike_parts(a, b)
    assert bool(parts) == bool(a.counts & b.counts)
    lines = (len(joined(one).splitlines()), len(joined(other).splitlines()))
    for part in parts:
        for (first, last), most in zip((part.left, part.right), lines, strict=True):
            assert 1 <= first <= last <= most
    assert alike_parts(a, a) == sorted(alike_parts(a, a), key=lambda part: part.left)
    assert all(part.left == part.right for part in alike_parts(a, a))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pred - y", "np.subtract(pred, y)"),
        ("np.mean(error ** 2)", "(error ** 2).mean()"),
        ("0.5 * np.sum(pred)", "np.sum(pred) * 0.5"),
        ("np.mean(error ** 2) + 0.5 * np.sum(pred)", "0.5 * np.sum(pred) + np.mean(error ** 2)"),
        ("    error =", "    error: float ="),
        ("(pred, y):", "(pred: 'array', y: 'array') -> float:"),
        ("    return ", "    result = "),
        ("import numpy as np", "import numpy as np\nimport sys, os"),
        ("    error =", '    """Return it."""\n    print("here", pred)\n    error ='),
    ],
)
def test_other_words_for_the_same_leave_no_trace(old, new):
    assert old in ONE
    assert fingerprint([ONE]).counts == fingerprint([ONE.replace(old, new)]).counts


@pytest.mark.parametrize(("old", "new"), [("pred - y", "y / pred"), ("np.mean", "np.max"), ("** 2", "@ error")])
def test_other_operations_do(old, new):
    assert alike(ONE, ONE.replace(old, new)) < 1


def test_names_of_numpy_are_the_same_however_they_are_imported():
    other = ONE.replace("import numpy as np", "import numpy").replace("np.", "numpy.")
    bare = ONE.replace("import numpy as np", "from numpy import mean, sum as total")
    assert fingerprint([ONE]).counts == fingerprint([other]).counts
    assert fingerprint([ONE]).counts == fingerprint([bare.replace("np.mean", "mean").replace("np.sum", "total")]).counts


def test_what_the_stub_has_does_not_count():
    stub = "def given(a):\n    return [a[0] * 2, a[1] * 3, a[2] * 4]\n"
    without = runs_of([stub])
    assert without
    assert fingerprint([stub], without).counts == frozenset()
    assert fingerprint([stub + ONE], without).counts == fingerprint([ONE]).counts
    assert likeness(fingerprint([stub], without), fingerprint([ONE])) == 0


def test_a_part_names_the_lines_of_both_and_of_the_second_file():
    moved = f"# a comment\n\n\n{ONE}"
    (part,) = alike_parts(fingerprint([ONE]), fingerprint(["x = 1\n", moved]))
    assert (part.left, part.right) == ((5, 6), (9, 10))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(:\n", "it is not Python (line 1)"),
        ("x = 1\n\x00", "it is not Python (line 1)"),
        ("x" + ".a" * 5000, "it is nested too deeply"),
        ("x = " + "-" * 50_000 + "1", "it is nested too deeply"),
        ("x = " + "+".join(["a"] * 9000), "it is nested too deeply"),
        ("x = " + "(" * 500, "it is not Python (line 1)"),
        ("# " + "x" * MAX_SIZE, "it has more than 200,000 characters"),
        ("a[0]\n" * 39_000, "it has too many operations"),
    ],
)
def test_what_cannot_be_compared_says_why_and_takes_no_time(source, said):
    begun = time.process_time()
    with pytest.raises(NotComparedError) as caught:
        fingerprint([source])
    assert str(caught.value) == said
    assert time.process_time() - begun < 10


def test_a_file_of_one_line_a_thousand_times_is_told_in_no_time():
    same = fingerprint(["x = a[0] + b[1] * c\n" * 2000])
    begun = time.process_time()
    assert likeness(same, same) == 1
    assert alike_parts(same, same) == []
    assert time.process_time() - begun < 5
