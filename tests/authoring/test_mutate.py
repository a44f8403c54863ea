"""One-place changes of a program: which there are, how they are named, and that each is a program."""

import ast

import pytest

from dlquiz.authoring.mutate import mutants
from dlquiz.authoring.source import functions
from dlquiz.content.course import load_course

COURSE = load_course()


def changes(body, *, head="import numpy as np\n"):
    """What may become of a function's body, by the names of the changes."""
    text = f"{head}def f(x, y, axis=0):\n    {body}\n"
    return {one.change for one in mutants(text, ["f"]) if one.function == "f"}


@pytest.mark.parametrize(
    ("body", "change"),
    [
        ("return x < y", "x < y -> x <= y"),
        ("return x < y", "x < y -> x > y"),
        ("return x == y", "x == y -> x != y"),
        ("return not x", "not x -> x"),
        ("return x and y", "x and y -> x or y"),
        ("return -x", "-x -> x"),
        ("return x + y", "x + y -> x - y"),
        ("return x * y", "x * y -> x / y"),
        ("return x - y", "x - y -> y - x"),
        ("return x @ y", "x @ y -> y @ x"),
        ("return x / y", "x / y -> x"),
        ("return x ** 2", "x ** 2 -> x * 2"),
        ("return x.sum(axis=0)", "x.sum(axis=0) -> x.sum(axis=1)"),
        ("return x.sum(axis=1)", "x.sum(axis=1) -> x.sum(axis=0)"),
        ("return x.sum(axis=-1)", "x.sum(axis=-1) -> x.sum(axis=1)"),
        ("return x.sum(axis=0)", "x.sum(axis=0) -> x.sum()"),
        ("return x.sum(axis=0)", "x.sum(axis=0) -> x.mean(axis=0)"),
        ("return x.sum(axis=0, keepdims=True)", "x.sum(axis=0, keepdims=True) -> x.sum(axis=0, keepdims=False)"),
        ("return x * 255", "x * 255 -> x * 256"),
        ("return x * 255", "x * 255 -> x * 254"),
        ("return x * 0.5", "x * 0.5 -> x * 1.0"),
        ("return f(x, y)", "f(x, y) -> f(y, x)"),
        ("return f(x, y)", "f(x, y) -> f(x)"),
        ("return x.copy()", "x.copy() -> x"),
        ("return np.sqrt(x)", "np.sqrt(x) -> x"),
        ("return x.T @ y", "x.T @ y -> x @ y"),
        ("return np.maximum(x, 0)", "np.maximum(x, 0) -> np.minimum(x, 0)"),
        ("return x.astype(np.float32)", "x.astype(np.float32) -> x.astype(np.float64)"),
        ("return x[:-1]", "x[:-1] -> x[:]"),
        ("return x[::-1]", "x[::-1] -> x[:]"),
        ("return x['W1'] + y['W2']", "x['W1'] -> x['W2']"),
        ("return x if y else axis", "x if y else axis -> x"),
        ("return [a for a in x if a]", "[a for a in x if a] -> [a for a in x]"),
        ("return x, y", "return (x, y) -> return (y, x)"),
        ("x = y\n    return x", "left out: x = y"),
        ("x += y\n    return x", "x += y -> x -= y"),
        ("x += y\n    return x", "x += y -> x = y"),
        ("if x:\n        return y", "if x: -> if not x:"),
        ("if x:\n        return y", "if x: -> if True:"),
        ("for a in x:\n        y += a\n    return y", "ends after the first turn: for a in x:"),
        ("for a in x:\n        y += a\n    return y", "left out: for a in x:"),
        ("Z1, Z2 = x, y\n    return Z1", "return Z1 -> return Z2"),
    ],
)
def test_a_slip_of_each_kind_is_made(body, change):
    assert change in changes(body)


@pytest.mark.parametrize(
    "body",
    [
        "return np.maximum(x, y)",  # the order of these two is free
        '"""Say 1 < 2."""\n    return x',
        'raise ValueError("W1 < 2")',
        "import math\n    return x",
    ],
)
def test_what_is_no_slip_is_left_alone(body):
    assert not {one for one in changes(body) if "np.maximum(y, x)" in one or "<" in one or "math" in one or "'W" in one}


def test_what_nobody_calls_is_passed_over():
    text = "A = 1\ndef f(x):\n    return g(x) + A\ndef g(x):\n    return x + 2\ndef h(x):\n    return x + 3\n"
    found = mutants(text, ["f"])
    assert {one.function for one in found} == {"", "f", "g"}


def test_changes_that_read_alike_are_told_apart():
    found = changes("return x + 1, x + 1")
    assert {"x + 1 -> x + 2", "x + 1 -> x + 2 (#2)"} <= found


def test_a_program_that_is_run_alone_is_not_changed():
    text = "def f(x):\n    return x\n\n\nif __name__ == '__main__':\n    print(f(1) + 2)\n"
    assert {one.function for one in mutants(text, ["f"])} == {"f"}


@pytest.mark.slow
@pytest.mark.parametrize("exercise", COURSE.exercise_ids())
def test_every_change_of_a_reference_is_another_program_with_a_name_and_a_place(exercise):
    text = COURSE.solution_path(exercise).read_text()
    called = functions(ast.parse(COURSE.stub_path(exercise).read_text()))
    # It takes as long as all others together; what its first functions use is as much as a usual exercise.
    found = mutants(text, list(called)[:3] if exercise == "exercise16" else called)
    lines = text.splitlines()
    original = ast.dump(ast.parse(text))
    assert len(found) > 10
    assert len({ast.dump(ast.parse(one.source)) for one in found} | {original}) == len(found) + 1
    assert len({(one.function, one.change) for one in found}) == len(found)
    assert all(0 < one.line <= len(lines) and 0 < one.column <= len(lines[one.line - 1]) for one in found)
    assert [one.line for one in found if not lines[one.line - 1].strip()] == []
