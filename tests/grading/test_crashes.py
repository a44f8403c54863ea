"""The exceptions that beginners meet most: each is raised by the library itself, and its meaning is said."""

import math
from pathlib import Path

import numpy as np
import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.crashes import explained, refused, shapes_of
from dlquiz.grading.run import grade
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course

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


def entry(container, key):
    return container[key]


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
    "one axis": (lambda: V[0, 0], "has 1 axis and was given 2"),
    "shape in a variable": (lambda: A.reshape(2, (3, 4)), "*shape"),
    "empty list": (lambda: put([], 1), "A list grows by append"),
    "transpose": (lambda: A.transpose(0, 2, 1), "each axis of the array once"),
    "axis twice": (lambda: A.sum(axis=(0, 0)), "named twice"),
    "einsum": (lambda: np.einsum("nd,dm->nm", A, A), "one letter stands for one length"),
    "stacked": (lambda: np.stack([A, V]), "same shape along a new axis"),
    "slice": (lambda: A[: 6 / 2], "ends of a slice"),
    "name in a tuple": (lambda: entry((A, B), "W1"), "A tuple has numbered entries"),
    "two in a list": (lambda: entry([[1, 2]], (0, 1)), "a[i][j]"),
    "shape without brackets": (lambda: np.zeros(2, 3), "np.zeros((2, 3))"),
    "counts": (lambda: np.bincount(np.array([1.5])), ".astype(int)"),
    "log of none": (lambda: np.log(NOTHING), "no return statement"),
    "float of none": (lambda: float(NOTHING), "no return statement"),
    "list plus": (lambda: [1, 2] + 1, "Use np.array"),
    "list minus": (lambda: [1, 2] - [1], "Use np.array"),
    "one minus list": (lambda: 1 - [1], "Use np.array"),
    "entry as attribute": (lambda: {"W1": A}.W1, "params['W1'], not params.W1"),
    "computed with a dictionary": (lambda: {"W1": A} * 2, "Take one of its arrays"),
    "generator": (lambda: np.random.default_rng(0).randn(3), "rng.normal"),
    "np.int": (lambda: np.int(3), "np.int64"),
    "np.float": (lambda: np.float(3), "np.float64"),
    "softmax": (lambda: np.softmax(A), "NumPy has no np.softmax"),
    "empty": (lambda: max([]), "nothing in it"),
    "empty array": (lambda: np.argmax([]), "nothing in it"),
    "loop over a number": (lambda: [i for i in 5], "range(n)"),
    "one value": (lambda: unpack(3), "return a, b"),
    "length of a number": (lambda: len(3), "X.shape[0]"),
    "text": (lambda: np.exp("a"), "text or a list"),
    "array of three": (lambda: np.array(1, 2, 3), "one list, in brackets"),
    "keepdim": (lambda: A.max(axis=1, keepdim=True), "NumPy writes keepdims"),
    "import": (lambda: random.random(), "import random is missing"),  # noqa: F821  the mistake under test
    "zero": (lambda: 1 / len([]), "below the line is 0"),
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


def test_an_array_that_is_taken_for_a_dictionary_is_told_by_the_line():
    error = text_of(lambda: A["W1"])
    assert "as if it were a dictionary" in explained(error, trace_of("return X @ params['W1'] + params['b1']"))
    assert ".astype(int) for labels" in explained(error, trace_of("return X[y / 2]"))


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


# -- what the sandbox refuses --------------------------------------------------

NO_SAVING, NO_LOADING, NO_PROCESSES, NO_COMPILER, NO_NETWORK = (
    "no file and no folder can be written",
    "what you saved earlier is not here",
    "no other process can be started",
    "torch.compile calls a compiler",
    "has no network",
)
DENIED = "PermissionError: [Errno 13] Permission denied: 'm'"


def trace_of(line):
    outer = '  File "<submission>/a.py", line 3, in fit\n    save(model)\n'
    return f'{outer}  File "<submission>/a.py", line 9, in g\n    {line}\n'


@pytest.mark.parametrize(
    ("error", "line", "words"),
    [
        (DENIED, "joblib.dump(model, path)", NO_SAVING),
        (DENIED, "with open(path, 'w') as file:", NO_SAVING),
        (DENIED, 'file = open(path, mode="xb")', NO_SAVING),
        (DENIED, "fit(model, callbacks)", NO_SAVING),
        ("PermissionError: [Errno 13] Permission denied: '/home/ada/m.pt'", "model.save_weights(path)", NO_SAVING),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'out/m'", "np.savetxt(path, W)", NO_SAVING),
        ("PermissionError: [Errno 1] Operation not permitted: 'out'", "os.makedirs('out')", NO_SAVING),
        ("RuntimeError: Parent directory out does not exist.", "keep(model)", NO_SAVING),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'm'", "model = joblib.load(path)", NO_LOADING),
        ("PermissionError: [Errno 13] Permission denied: '/home/ada/m.pt'", "torch.load(path)", NO_LOADING),
        ("PermissionError: [Errno 13] Permission denied", "for x, y in loader:", NO_PROCESSES),
        ("PermissionError: [Errno 1] Operation not permitted", "subprocess.run(['ls'])", NO_PROCESSES),
        (
            "PermissionError: [Errno 1] Operation not permitted: '/home/ada/.cache/torch'",
            "hub.load('a/b', 'c')",
            NO_NETWORK,
        ),
        ("PermissionError: [Errno 1] Operation not permitted", "socket.create_connection(('::1', 80))", NO_NETWORK),
        ("PermissionError: [Errno 13] Permission denied: '/'", "np.loadtxt('http://example.com/a.csv')", NO_NETWORK),
        ("PermissionError: [Errno 13] Permission denied: '/'", "x, y = mnist.load_data()", NO_NETWORK),
        (
            "URLError: <urlopen error [Errno -3] Temporary failure in name resolution>",
            "data = get(address)",
            NO_NETWORK,
        ),
        ("gaierror: [Errno -2] Name or service not known", "connect()", NO_NETWORK),
        ("InductorError: PermissionError: [Errno 1] Operation not permitted", "model(x)", NO_COMPILER),
    ],
)
def test_what_the_sandbox_refuses_is_told_with_a_way_out(error, line, words):
    said = refused(error, trace_of(line))
    assert words in said
    assert any(way in said for way in ("__main__", "Take the line out", "Leave it out"))


@pytest.mark.parametrize(
    ("error", "line"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'", "open('a.csv')"),
        ("FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'", "open('a.csv', 'rb')"),
        ("PermissionError: [Errno 13] Permission denied: '/etc/passwd'", "open('/etc/passwd', 'r')"),
        ("ValueError: no", "torch.save(model, path)"),
        ("RuntimeError: the parent directory is mine", "torch.save(model, path)"),
        ("", ""),
    ],
)
def test_what_is_no_refusal_of_these_kinds_is_left_alone(error, line):
    assert refused(error, trace_of(line)) is None


TORCH = """\
import pickle
from urllib.request import urlopen

import numpy as np
import torch
from torch import nn


def save():
    torch.save(nn.Linear(2, 2).state_dict(), "m.pt")


def save_into_a_folder():
    torch.save(nn.Linear(2, 2).state_dict(), "models/m.pt")


def load():
    nn.Linear(2, 2).load_state_dict(torch.load("m.pt"))


def write():
    with open("losses.txt", "w") as file:
        file.write("1")


def pickled():
    pickle.dump([1], open("m.pkl", "wb"))


def workers():
    return len(list(torch.utils.data.DataLoader(torch.zeros(4, 2), num_workers=2)))


def compiled():
    return float(torch.compile(nn.Linear(2, 2))(torch.zeros(1, 2)).sum())


def downloaded():
    return urlopen("http://localhost:9/x").read()


def from_a_hub():
    return torch.hub.load("pytorch/vision", "resnet18")


if __name__ == "__main__":
    torch.save(nn.Linear(2, 2).state_dict(), "m.pt")
"""
EACH = {
    "save": NO_SAVING,
    "save_into_a_folder": NO_SAVING,
    "load": NO_LOADING,
    "write": NO_SAVING,
    "pickled": NO_SAVING,
    "workers": NO_PROCESSES,
    "compiled": NO_COMPILER,
    "downloaded": NO_NETWORK,
    "from_a_hub": NO_NETWORK,
}


def graded(root, source):
    """Grade a file of an exercise with torch; each of its cases calls one function."""
    make_course(root)
    exercise = root / "exercises/tiny/exercise.yaml"
    text = exercise.read_text().replace("call_s: 5, case_s: 10, submission_s: 30, memory_mib: 256", "memory_mib: 3072")
    exercise.write_text(f"{text}packages: [numpy, torch]\n")
    cases = [f"@pytest.mark.case('{name}')\ndef test_{name}(submission):\n    submission.{name}()\n" for name in EACH]
    (root / "graders/tiny/test_tiny.py").write_text("\n\n".join(["import pytest\n", *cases]))
    submission = submission_from_bytes(source.encode(), name="mine.py", module_name="tiny")
    return {case.title: case for case in grade(load_course(root), "tiny", submission).cases}


@pytest.mark.sandbox
def test_a_real_sandbox_refuses_in_the_words_that_are_explained(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed")
    cases = graded(tmp_path / "course", TORCH)
    assert {name: case.outcome for name, case in cases.items()} == dict.fromkeys(EACH, "failed"), "and main did not run"
    missed = {name: case for name, case in cases.items() if EACH[name] not in (case.diagnosis or "")}
    assert missed == {}


@pytest.mark.sandbox
def test_a_file_that_saves_while_it_is_loaded_reads_the_same(tmp_path):
    pytest.importorskip("torch", reason="torch is not installed")
    cases = graded(tmp_path / "course", TORCH.replace('if __name__ == "__main__":', "if True:"))
    assert all("while it was loaded" in case.message for case in cases.values())
    assert all(NO_SAVING in case.diagnosis for case in cases.values())
