"""Two files that differ in words only are one program."""

import ast
import re

import pytest

from dlquiz.authoring.trees import canonical

ONE = '''
"""Title."""
import numpy as np
import math


def _shift(Z):
    return Z - Z.max()


def softmax(Z, *, axis=1):
    """Return probabilities."""
    # a comment
    p = np.exp(_shift(Z))
    return p / p.sum(axis, keepdims=True)


def relu(Z):
    return np.maximum(Z, 0)


if __name__ == "__main__":
    print(softmax(np.zeros(3)))
'''


def same(one, other):
    return canonical(ast.parse(one)) == canonical(ast.parse(other))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""Title."""', '"""Other words."""'),
        ("# a comment", "# nothing"),
        ("Z", "logits"),
        ("_shift", "_centred"),
        ("(Z):", "(Z: np.ndarray) -> np.ndarray:"),
        ("import numpy as np\nimport math", "import math\nimport numpy as np"),
        ("print(softmax(np.zeros(3)))", "print(1)"),
        ('    """Return probabilities."""\n', "    pass\n"),
    ],
)
def test_words_make_no_other_program(old, new):
    assert old in ONE
    assert same(ONE, ONE.replace(old, new))


def test_the_names_of_local_variables_make_no_other_program():
    assert same(ONE, re.sub(r"\bp\b", "powers", ONE))


def test_the_order_of_functions_makes_no_other_program():
    relu = "def relu(Z):\n    return np.maximum(Z, 0)\n"
    assert same(ONE, ONE.replace(relu, "").replace("def softmax", f"{relu}\n\ndef softmax"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("axis=1", "axis=0"),
        ("(Z, 0)", "(0, Z)"),
        ("Z.max()", "Z.max(axis=1)"),
        ("Z - Z", "Z + Z"),
        ("def relu", "def rectify"),
        ("axis", "dim"),  # it must be named in a call
        ("import math", "import random"),
        ("    return np.maximum(Z, 0)", "    Z = Z + 0\n    return np.maximum(Z, 0)"),
        ('if __name__ == "__main__":\n    print', "if True:\n    print"),
    ],
)
def test_anything_else_does(old, new):
    assert old in ONE
    assert not same(ONE, ONE.replace(old, new))


def test_names_from_outside_keep_their_meaning():
    assert not same("def f(x):\n    return np.exp(x)\n", "def f(x):\n    return np.log(x)\n")
    assert not same("def f(x, y):\n    return x - y\n", "def f(x, y):\n    return y - x\n")
    assert same("def f(x, y):\n    return x - y\n", "def f(y, x):\n    return y - x\n")
