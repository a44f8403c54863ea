"""The exceptions that beginners meet most: each is raised by the library itself, and its meaning is said."""

import math
from pathlib import Path

import numpy as np
import pytest

from dlquiz.grading.crashes import explained, shapes_of

NOTHING = None
A, B, V = np.ones((6, 4)), np.ones((5, 3)), np.ones(6)
INTS = np.arange(3)


def text_of(raises):
    with pytest.raises(Exception) as caught:
        raises()
    return f"{type(caught.value).__name__}: {caught.value}"


def add_in_place(left, right):
    left += right


def divide_in_place(left, right):
    left /= right


def unpack(value):
    first, second = value
    return first, second


def pair(x, y):
    return x, y


def put(array, value):
    array[0] = value


def local():
    total += 1  # noqa: F821  the mistake under test
    return total, total


def endless():
    return endless()


def read_only():
    array = np.ones(3)
    array.flags.writeable = False
    array[0] = 2


NUMPY = {
    "product": (lambda: A @ B, "A has 4 columns and B has 5 rows"),
    "dot": (lambda: np.dot(A, B), "A has 4 columns and B has 5 rows"),
    "number": (lambda: A @ 3, "For a number use *"),
    "rows": (lambda: A + V, "shape must be (6, 1): keepdims=True"),
    "entries": (lambda: A + B, "shape (6, 4) and (5, 3) were combined"),
    "grown": (lambda: add_in_place(np.ones(3), np.ones((3, 3))), "cannot change a shape: the array has (3,)"),
    "truth": (lambda: bool(A > 0), "np.where"),
    "maximum": (lambda: max(A, 0), "np.maximum"),
    "axis as array": (lambda: np.max(0, A), "np.maximum(a, b)"),
    "math": (lambda: math.exp(A), "np.exp"),
    "length": (lambda: np.zeros(3.0), "n // m"),
    "index": (lambda: A[1.0], "whole number"),
    "whole numbers": (lambda: add_in_place(np.arange(3), 0.5), "(a = a + b)"),
    "divided": (lambda: divide_in_place(np.arange(3), 2), "(a = a / b)"),
    "none": (lambda: NOTHING[0], "no return statement"),
    "none added": (lambda: NOTHING + 1, "no return statement"),
    "none times": (lambda: A * NOTHING, "no return statement"),
    "none unpacked": (lambda: unpack(NOTHING), "no return statement"),
    "unpacked": (lambda: unpack((1, 2, 3)), "stand 2 names"),
    "too few": (lambda: unpack((1,)), "stand 2 names"),
    "key": (lambda: {}["W1"], "no entry 'W1'"),
    "out of bounds": (lambda: A[:, 7], "to 3, and 7 was"),
    "indices": (lambda: A[0, 0, 0], "has 2 axes and was given 3"),
    "reshape": (lambda: A.reshape(5, 2), "There are 24"),
    "joined": (lambda: np.concatenate([A, B]), "agree in every axis"),
    "joined axes": (lambda: np.concatenate([A, V]), "row[None, :]"),
    "uneven": (lambda: np.array([[1, 2], [3]]), "equally long rows"),
    "place": (lambda: put(np.zeros((3, 2)), np.ones(3)), "shape (3,) was to be written into a place of shape (2,)"),
    "axis": (lambda: A.sum(axis=2), "there is no axis 2"),
    "mask": (lambda: A[np.ones(3, bool)], "A mask must have the shape"),
    "minus": (lambda: -np.ones(3, bool), "~mask"),
    "called": (lambda: A(1), "square brackets"),
    "list": (lambda: [1].shape, "np.array(…)"),
    "append": (lambda: A.append(3), "np.concatenate"),
    "arguments": (lambda: pair(1), "too few arguments"),
    "more arguments": (lambda: pair(1, 2, 3), "more arguments"),
    "keyword": (lambda: pair(1, z=2), "no parameter that is called z"),
    "local": (local, "total has no value here"),
    "numpy": (lambda: numpy.ones(3), "its name here is np"),  # noqa: F821  the mistake under test
    "name": (lambda: nonsense + 1, "nonsense has no value here"),  # noqa: F821  the mistake under test
    "list index": (lambda: [1][1], "Counting begins at 0"),
    "tuple": (lambda: (1, 2).shape, "A tuple has no .shape"),
    "scaled": (lambda: [1] * 0.5, "np.array"),
    "file": (lambda: Path("data.csv").read_text(), "no files but"),
    "recursion": (endless, "calls itself without end"),
    "read-only": (read_only, "Work on a copy"),
    "singular": (lambda: np.linalg.inv(np.zeros((2, 2))), "no inverse"),
}


@pytest.mark.parametrize("name", NUMPY)
def test_what_numpy_and_python_say_is_explained(name):
    raises, words = NUMPY[name]
    assert words in (explained(text_of(raises)) or "nothing")


def torch_cases():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    nn = torch.nn
    a, b, x = torch.ones(6, 4), torch.ones(5, 3), torch.ones(3, requires_grad=True)
    loss = nn.CrossEntropyLoss()
    twice = (x * x).sum()
    twice.backward()
    return {
        "product": (lambda: a @ b, "A has 4 columns and B has 5 rows"),
        "linear": (lambda: nn.Linear(3, 2)(a), "in_features"),
        "entries": (lambda: a + torch.ones(6), "along axis 1 one has 4"),
        "double": (lambda: nn.Linear(4, 2)(a.double()), "x.float()"),
        "array": (lambda: nn.Linear(4, 2)(np.ones((3, 4))), "torch.from_numpy"),
        "numpy": (lambda: nn.Linear(4, 2)(a).numpy(), "no_grad"),
        "no graph": (lambda: a.sum().backward(), "nothing to follow back"),
        "twice": (twice.backward, "loss.item()"),
        "no scalar": (lambda: (x * 2).backward(), "Take the mean"),
        "in place": (lambda: x.add_(1), "only by the optimiser"),
        "float labels": (lambda: loss(torch.ones(3, 2), torch.tensor([0.0, 1, 1])), "y.long()"),
        "label": (lambda: loss(torch.ones(3, 2), torch.tensor([0, 1, 2])), "is n_out right"),
        "column": (lambda: loss(torch.ones(3, 2), torch.ones(3, 1).long()), "y.squeeze(1)"),
        "rows": (lambda: loss(torch.ones(3, 2), torch.tensor([0, 1])), "3 rows for 2 labels"),
        "channels": (lambda: nn.Conv2d(1, 8, 3)(torch.ones(2, 28, 28, 1)), "x.permute(0, 3, 1, 2)"),
        "flat": (lambda: nn.Conv2d(1, 8, 3)(torch.ones(2, 784)), "x.reshape(-1, 1, 28, 28)"),
        "view": (lambda: torch.ones(3, 4).T.view(12), ".reshape in place of .view"),
        "shape": (lambda: torch.ones(3, 4).view(5, 2), "12 do not fit"),
        "truth": (lambda: bool(a > 0), ".any()"),
        "no parameters": (lambda: torch.optim.SGD([], lr=0.1), "nn.ModuleList"),
        "forward": (lambda: nn.Module()(a), "called forward"),
        "one row": (lambda: nn.BatchNorm1d(3)(torch.ones(1, 3)), "model.eval()"),
        "mean": (lambda: torch.tensor([1, 2]).mean(), "x.float().mean()"),
    }


def test_what_torch_says_is_explained():
    missed = {
        name: text_of(raises)
        for name, (raises, words) in torch_cases().items()
        if words not in (explained(text_of(raises)) or "")
    }
    assert missed == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [("SystemExit: None", "exit()"), ("BdbQuit: ", "breakpoint()"), ("EOFError: EOF when reading a line", "input()")],
)
def test_what_only_a_grader_meets_is_explained_too(text, words):
    assert words in explained(text)


@pytest.mark.parametrize(
    "text",
    ["", "no", "KeyError: " * 900, "AssertionError: ", "my own words", "invalid literal for int() with base 10: 'a'"],
)
def test_other_texts_are_left_alone(text):
    assert explained(text) is None


def test_shapes_of_arguments_are_a_sentence():
    assert shapes_of((A, 3, {"W": B, "n": 2}, V)) == "It was called with arrays of shape (6, 4), (5, 3) and (6,)."
    assert shapes_of((A,)) == "It was called with arrays of shape (6, 4)."
    assert shapes_of((1, "a")) is None
