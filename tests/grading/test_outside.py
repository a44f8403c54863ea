"""Functions that read data of the file in place of their argument: both halves of the sentence are facts."""

import ast
import dis
import re
from itertools import chain
from pathlib import Path
from types import CodeType

import pytest

from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.outside import add_outside, sentences
from dlquiz.submission import submission_from_bytes

ROOT = Path(__file__).parents[2]
REFERENCE = b"""
def predict(X, params, rng=None):
    return X @ params["W"]

def loss(X, y):
    return X - y
"""
LOAD = "import numpy as np\nX_train, y_train = load_digits()\n"


def of(source: str, name: str = "mine.py") -> dict[str, str]:
    return sentences(submission_from_bytes(source.encode(), name=name, module_name="mine"), REFERENCE)


def predict(body: str, head: str = LOAD, parameters: str = "X, params") -> str | None:
    return of(f"{head}\ndef predict({parameters}):\n    {body}\n").get("predict")


SAID = "`predict` does not use its argument `X`; it reads `X_train` from outside of the function."


@pytest.mark.parametrize(
    "head",
    [
        LOAD,
        "X_train = np.load('x.npy')",
        "X_train = np.load('x.npz')['X']",
        "data = fetch()\nX_train = data.images[:100] / 255",
        "X_train = read()\nX_train = X_train / 255\nX_train /= 2",
        "X_train = None\nif True:\n    X_train = read()",
        "rng = np.random.default_rng(0)\nX_train = rng.normal(size=(5, 3))",
        "X_train = [row for row in read()]",
        "with open('x') as file:\n    X_train = [float(one) for one in file]",
        "(X_train, y_train), test = mnist.load_data()",
        "X_train = np.array([[1.0, 2.0], [3.0, 4.0]])",
        "X_train: list = [[1.0, 2.0], [3.0, 4.0]]",
    ],
)
def test_data_that_is_read_in_place_of_an_argument_is_told(head):
    assert predict("return X_train @ params['W']", head) == SAID


def test_several_arguments_and_several_names_are_listed():
    head = LOAD + "W1 = init()\nb1, W2, b2, W3 = parts(W1)"
    assert predict("return X @ W1 + b1", head) == (
        "`predict` does not use its argument `params`; it reads `W1` and `b1` from outside of the function."
    )
    assert "reads `W1`, `b1`, `W2`, `b2` and others from" in predict("return X @ W1 + b1 @ W2 + b2 @ W3", head)
    assert of(LOAD + "def loss(X, y):\n    return X_train - y_train")["loss"] == (
        "`loss` does not use its arguments `X` and `y`; it reads `X_train` and `y_train` from outside of the function."
    )


@pytest.mark.parametrize(
    "body",
    [
        "return X @ X_train @ params['W']",
        "return params['W'] @ X_train if X is None else X",
        "return locals()['X'] @ X_train @ params['W']",
        "return eval('X') @ X_train @ params['W']",
        "return (lambda: X)() @ X_train @ params['W']",
        "del X\n    return X_train @ params['W']",
        "X = X_train\n    return X @ params['W']",
        "def inner():\n        return X\n    return inner() @ X_train @ params['W']",
        "def inner(A=X):\n        return A\n    return inner() @ X_train @ params['W']",
        "return [X for X in X_train], params",
        "X_train = np.zeros(3)\n    return X_train @ params['W']",
        "for X_train in params:\n        print(X_train)",
        "return params['W']",
        "return f'{X}', X_train, params",
    ],
)
def test_a_function_that_may_use_its_argument_or_reads_nothing_from_outside_is_left_alone(body):
    assert predict(body) is None


@pytest.mark.parametrize("parameters", ["*X", "X, *params", "_X, params", "X, params, **more", "_, params"])
def test_other_kinds_of_parameters_are_left_alone(parameters):
    assert predict("return X_train, params", parameters=parameters) is None


def test_a_parameter_that_the_solution_does_not_use_either_is_left_alone():
    assert predict("return X_train @ X @ params['W']", parameters="X, params, rng=None") is None
    assert of(LOAD + "def other(X):\n    return X_train\n") == {}, "the solution has no such function"


@pytest.mark.parametrize(
    "head",
    [
        "def X_train(): pass",
        "class X_train: pass",
        "import numpy as X_train",
        "from data import X_train",
        "X_train = lambda: 1",
        "X_train = np.float64",
        "import numpy as np\nX_train = np.pi",
        "def f(): pass\nX_train = f",
        "from functools import partial\nX_train = partial(print, 1)",
        "def f(): pass\nX_train = [f]",
        "X_train = dict[str, int] | None",
        "def load():\n    global X_train\n    X_train = 1\nX_train = read()",
        "",
    ],
)
def test_functions_classes_imports_and_names_that_are_not_known_are_no_data(head):
    assert predict("return X_train, params", head) is None


@pytest.mark.parametrize(
    "head",
    ["EPS = 1e-8", "EPS = 1 / 3", "EPS = np.array([1.0, 2.0])", "EPS = [1, 2]", "RATE = read()", "_eps = read()"],
)
def test_constants_that_are_not_named_after_the_argument_are_no_data(head):
    name = head.split(" ")[0]
    assert predict(f"return {name} * 2, params", head) is None


@pytest.mark.parametrize(
    "rest",
    [
        "def predict(X, params):\n    return X",
        "predict = other(predict)",
        "for predict in []: pass",
        "def change():\n    global predict\n    predict = print",
    ],
)
def test_a_name_that_is_bound_twice_is_left_alone(rest):
    assert of(f"{LOAD}def predict(X, params):\n    return X_train, params\n{rest}\n") == {}


def test_a_decorator_may_use_the_arguments():
    assert of(f"{LOAD}@cached\ndef predict(X, params):\n    return X_train, params\n") == {}


def test_a_cell_that_is_no_python_does_not_stop_the_others():
    import json

    cells = [LOAD, "1 +", "def predict(X, params):\n    return X_train, params", "predict(X_train, {})"]
    document = {"nbformat": 4, "metadata": {}, "cells": [{"cell_type": "code", "source": one} for one in cells]}
    assert of(json.dumps(document), "w.ipynb") == {"predict": SAID}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "source",
    [
        "def predict(X:\n",
        "x = '\\d'\n",
        "x = " + "(" * 5000 + ")" * 5000,
        "x = " + "-" * 20_000 + "1",
        "x = " + "f." * 20_000 + "f()",
        "x = 1" + " + 1" * 40_000,
        "a0 = read()\n" + "".join(f"a{n + 1} = a{n} + a{n}\n" for n in range(300)) + "def predict(X, params): a300\n",
        "".join(f"def f{n}(X): pass\n" for n in range(10_000)),
        "#" * 300_000,
    ],
)
def test_a_text_that_is_hard_to_read_is_no_reason_to_stop(source):
    assert set(of(source)) <= {"predict"}


# -- where it is said -------------------------------------------------------------


def told(*called, **failure):
    source = f"{LOAD}def predict(X, params):\n    return X_train @ params['W']\n"
    submission = submission_from_bytes(source.encode(), name="mine.py", module_name="mine")
    error = CaseFailed(failure.pop("message", "It is wrong."), **failure)
    add_outside(error, submission, REFERENCE, called)
    return error


def test_it_is_said_in_front_of_what_is_known_and_in_place_of_the_hint():
    error = told("loss", "predict", diagnosis="Indices are counted from 0.")
    assert (error.diagnosis, error.hinted) == (f"{SAID} Indices are counted from 0.", False)


def test_a_function_in_the_traceback_was_called_too():
    trace = '  File "<submission>/mine.py", line 5, in predict\n    return X_train @ params["W"]\n'
    assert told("loss", cause="exception", trace=trace).diagnosis == SAID


def test_nothing_is_said_where_the_function_was_not_called_or_has_not_begun():
    for error in (
        told("loss", diagnosis="So."),
        told("predict", cause="missing", diagnosis="So."),
        told("predict", cause="exception", message="predict raised NotImplementedError: TODO(1)", diagnosis="So."),
        told("predict", cause="exception", message="Your file stopped.", whole_file=True, diagnosis="So."),
    ):
        assert (error.diagnosis, error.hinted) == ("So.", True)


# -- the solutions of the course --------------------------------------------------


def said_of(path: Path) -> dict[str, str]:
    submission = submission_from_bytes(path.read_bytes(), name=path.name, module_name="mine")
    reference = next(folder / "solution.py" for folder in path.parents if (folder / "solution.py").exists())
    return sentences(submission, reference.read_bytes())


@pytest.mark.parametrize("pattern", ["exercise*/solution.py", "exercise*/right/*.py"])
def test_nothing_is_said_of_a_right_solution(pattern):
    paths = sorted((ROOT / "graders").glob(pattern))
    assert paths
    assert {path.relative_to(ROOT): said for path in paths if (said := said_of(path))} == {}


def test_what_is_said_of_a_wrong_solution_is_so():
    paths = sorted((ROOT / "graders").glob("exercise*/wrong/*.py"))
    assert paths
    for path in paths:
        for name, text in said_of(path).items():
            assert is_so(text, name, path.read_bytes())


def test_a_solution_that_reads_data_in_place_of_an_argument_is_told_so():
    """Each parameter of each function of the course in turn; what it also assigns to, or only calls, is left alone."""
    told, left_alone = 0, 0
    for path in sorted((ROOT / "graders").glob("exercise*/solution.py")):
        source = path.read_bytes()
        for name, parameter in parameters_of(source):
            changed = Renamed(name, parameter).visit(ast.parse(source))
            text = f"{ast.unparse(changed)}\n{parameter}_train = read()\n".encode()
            said = sentences(submission_from_bytes(text, name="mine.py", module_name="mine"), source)
            assert set(said) <= {name}
            if said:
                told += 1
                assert f"`{parameter}`" in said[name]
                assert is_so(said[name], name, text)
            elif f"{parameter}_train" in ast.unparse(node_of(changed, name)):
                left_alone += 1
    assert told > 200
    assert left_alone < told / 10


def parameters_of(source: bytes) -> list[tuple[str, str]]:
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return [(node.name, one.arg) for node in functions for one in node.args.args]


class Renamed(ast.NodeTransformer):
    """Reads another name in place of a parameter."""

    def __init__(self, function: str, parameter: str) -> None:
        self.function, self.parameter = function, parameter

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node.name == self.function:
            for one in ast.walk(ast.Module(node.body, [])):
                if isinstance(one, ast.Name) and one.id == self.parameter:
                    one.id += "_train"
        return node


def node_of(tree: ast.Module, name: str) -> ast.FunctionDef:
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


def is_so(text: str, name: str, source: bytes) -> bool:
    """Ask the compiler, which does not know how the sentence was found."""
    unused, read = (set(re.findall(r"`(\w+)`", part)) for part in text.split(";"))
    module = compile(source, "mine.py", "exec")
    code = next(one for one in module.co_consts if isinstance(one, CodeType) and one.co_name == name)
    steps = list(chain.from_iterable(dis.get_instructions(one) for one in nested(code)))
    used = {one.argval for one in steps if isinstance(one.argval, str) and one.opname != "LOAD_CONST"}
    unused.discard(name)
    return (
        bool(unused)
        and unused <= set(code.co_varnames)
        and not unused & used
        and read <= {one.argval for one in steps if one.opname == "LOAD_GLOBAL"}
    )


def nested(code: CodeType) -> list[CodeType]:
    return [code, *chain.from_iterable(nested(one) for one in code.co_consts if isinstance(one, CodeType))]
