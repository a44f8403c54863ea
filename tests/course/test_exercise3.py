"""Exercise 3's content: stub, lesson, cases and reference agree, and the reference's mathematics is right."""

import ast
import importlib.util
import inspect
import math
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.authoring.source import Mistake, mistake, read_python
from dlquiz.model.course import Exercise

ROOT = Path(__file__).parents[2]
LESSON = ROOT / "exercises" / "exercise3"
GRADER = ROOT / "graders" / "exercise3"
FUNCTIONS = (
    "cross_entropy",
    "cross_entropy_grad",
    "linear_backward",
    "relu_backward",
    "loss_and_grads",
    "numerical_gradient",
)


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"content_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def stub() -> ModuleType:
    return load(LESSON / "backprop.py")


@pytest.fixture(scope="module")
def solution() -> ModuleType:
    return load(GRADER / "solution.py")


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise.model_validate(yaml.safe_load((LESSON / "exercise.yaml").read_text(encoding="utf-8")))


def cases() -> dict[str, dict[str, object]]:
    """Title, points, hint and public of every case, by function name, read without importing the grader."""
    found = {}
    for node in ast.parse((GRADER / "test_backprop.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            (mark,) = node.decorator_list
            assert isinstance(mark, ast.Call)
            keywords = {word.arg or "": ast.literal_eval(word.value) for word in mark.keywords}
            found[node.name] = {"title": ast.literal_eval(mark.args[0]), **keywords}
    return found


def said(path: Path) -> Mistake:
    found = mistake(read_python(path))
    assert found is not None, f"{path.name} has no `loses:`"
    return found


WRONG = sorted((GRADER / "wrong").glob("*.py"))


def test_the_points_are_the_sum_of_the_cases_points(exercise: Exercise) -> None:
    assert sum(float(str(case["points"])) for case in cases().values()) == exercise.points == 10


def test_every_case_has_a_hint_and_at_least_two_are_public() -> None:
    assert all(case["hint"] for case in cases().values())
    assert sum(bool(case.get("public")) for case in cases().values()) >= 2


def test_there_are_three_hints(exercise: Exercise) -> None:
    assert len(exercise.hints) == 3


def test_every_function_of_the_stub_says_which_todo_it_is(stub: ModuleType) -> None:
    text = (LESSON / "backprop.py").read_text(encoding="utf-8")
    for number, name in enumerate(FUNCTIONS, start=1):
        arguments = [None] * len(inspect.signature(getattr(stub, name)).parameters)
        with pytest.raises(NotImplementedError, match=rf"^{name}: TODO\({number}\)$"):
            getattr(stub, name)(*arguments)
        assert f"# TODO({number}):" in text


def test_stub_and_reference_have_the_same_parameters(stub: ModuleType, solution: ModuleType) -> None:
    for name in FUNCTIONS:
        wanted, found = (inspect.signature(getattr(module, name)).parameters for module in (stub, solution))
        assert list(wanted) == list(found)
        assert [p.default for p in wanted.values()] == [p.default for p in found.values()]


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_every_wrong_solution_says_what_it_loses(path: Path) -> None:
    assert said(path).loses
    assert {*said(path).loses, *said(path).may_lose} <= set(cases())


def test_every_case_is_lost_by_some_wrong_solution() -> None:
    assert {name for path in WRONG for name in said(path).loses} == set(cases())


def test_the_lesson_ends_with_sources_and_the_two_commands() -> None:
    lesson = (LESSON / "README.md").read_text(encoding="utf-8")
    assert 80 <= len(lesson.splitlines()) <= 180
    assert lesson.index("## Common mistakes") < lesson.index("## Sources") < lesson.index("dlquiz run exercise3")
    assert lesson.rstrip().splitlines()[-2].startswith("dlquiz grade exercise3")


def test_the_examples_print_what_they_promise(exercise: Exercise, solution: ModuleType) -> None:
    assert 3 <= len(exercise.examples) <= 5
    for example in exercise.examples:
        assert str(eval(example.call, {"np": np, **vars(solution)})) == example.expect, example.call


def test_the_lessons_example_by_hand_is_what_the_reference_computes(solution: ModuleType) -> None:
    params = {
        "W1": np.array([[1.0, 1.0], [1.0, -1.0]]),
        "b1": np.array([0.0, 0.5]),
        "W2": np.array([[1.0, 0.0], [2.0, 5.0]]),
        "b2": np.array([-3.0, 0.0]),
    }
    loss, grads = solution.loss_and_grads(np.array([[1.0, 2.0]]), np.array([0]), params)
    assert f"{loss:.4f}" == "0.6931"
    assert grads["b2"].tolist() == [-0.5, 0.5]
    assert grads["W2"].tolist() == [[-1.5, 1.5], [0.0, 0.0]]
    assert grads["b1"].tolist() == [-0.5, 0.0]
    assert grads["W1"].tolist() == [[-0.5, 0.0], [-1.0, 0.0]]
    lesson = (LESSON / "README.md").read_text(encoding="utf-8")
    for number in ("0.6931", "((−1.5, 1.5), (0, 0))", "(-0.5, 1.5)", "((−0.5, 0), (−1, 0))"):
        assert number in lesson


def test_the_lessons_cube_has_the_slope_twelve_and_a_quarter(solution: ModuleType) -> None:
    got = solution.numerical_gradient(lambda z: float((z**3).sum()), np.array([2.0]), 0.5)
    assert got.tolist() == [12.25]
    assert "12.25" in (LESSON / "README.md").read_text(encoding="utf-8")


# --- the mathematics of the reference, by plain finite differences that share no code with it ---


def plain_loss(X: np.ndarray, y: np.ndarray, params: dict[str, np.ndarray]) -> float:
    """The loss written out row by row."""
    total = 0.0
    for row, label in zip(X, y, strict=True):
        hidden = [max(0.0, float(v)) for v in row @ params["W1"] + params["b1"]]
        logits = np.array(hidden) @ params["W2"] + params["b2"]
        total += math.log(sum(math.exp(v - logits[label]) for v in logits))
    return total / len(y)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 7), st.integers(1, 5), st.integers(1, 6), st.integers(2, 5))
def test_the_reference_agrees_with_plain_finite_differences(seed: int, n: int, d: int, h: int, c: int) -> None:
    solution = load(GRADER / "solution.py")
    rng = np.random.default_rng(seed)
    shapes = {"W1": (d, h), "b1": (h,), "W2": (h, c), "b2": (c,)}
    params = {key: rng.normal(size=shape) for key, shape in shapes.items()}
    X, y = rng.normal(size=(n, d)), rng.integers(0, c, size=n)
    if np.abs(X @ params["W1"] + params["b1"]).min() < 1e-3:
        return  # next to a kink of ReLU the finite difference itself is wrong
    loss, grads = solution.loss_and_grads(X, y, params)
    assert loss == pytest.approx(plain_loss(X, y, params), rel=1e-12, abs=1e-12)
    for key in params:
        slopes = np.empty(shapes[key])
        for index in np.ndindex(shapes[key]):
            ends = []
            for step in (1e-5, -1e-5):
                moved = params[key].copy()
                moved[index] += step
                ends.append(plain_loss(X, y, {**params, key: moved}))
            slopes[index] = (ends[0] - ends[1]) / 2e-5
        # The 1e-6 lets gradients that are zero but for rounding pass.
        assert np.linalg.norm(grads[key] - slopes) <= 1e-7 * (
            np.linalg.norm(slopes) + np.linalg.norm(grads[key]) + 1e-2
        )


def test_the_reference_agrees_with_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(3)
    params = {"W1": (5, 6), "b1": (6,), "W2": (6, 4), "b2": (4,)}
    arrays = {key: rng.normal(size=shape) for key, shape in params.items()}
    X, y = rng.normal(size=(9, 5)), rng.integers(0, 4, size=9)
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in arrays.items()}
    hidden = torch.relu(torch.tensor(X) @ tensors["W1"] + tensors["b1"])
    theirs = torch.nn.functional.cross_entropy(hidden @ tensors["W2"] + tensors["b2"], torch.tensor(y))
    theirs.backward()
    loss, grads = solution.loss_and_grads(X, y, arrays)
    assert loss == pytest.approx(theirs.item(), rel=1e-12)
    for key, tensor in tensors.items():
        np.testing.assert_allclose(grads[key], tensor.grad.numpy(), rtol=1e-9, atol=1e-12)


def test_relu_backward_of_torch_at_zero_is_zero_too(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    Z = torch.zeros(3, requires_grad=True)
    torch.relu(Z).sum().backward()
    assert solution.relu_backward(np.ones(3), np.zeros(3)).tolist() == Z.grad.tolist()
