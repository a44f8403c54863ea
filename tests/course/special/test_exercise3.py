"""Exercise 3: the lesson's example by hand is true, and the reference's gradients are right."""

import math
import re
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def test_the_lessons_example_by_hand_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
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
    for number in ("0.6931", "((−1.5, 1.5), (0, 0))", "(-0.5, 1.5)", "((−0.5, 0), (−1, 0))"):
        assert number in lesson


def test_the_lessons_cube_has_the_slope_twelve_and_a_quarter(solution: ModuleType, lesson: str) -> None:
    got = solution.numerical_gradient(lambda z: float((z**3).sum()), np.array([2.0]), 0.5)
    assert got.tolist() == [12.25]
    assert "12.25" in lesson


def test_the_logits_have_one_name_that_no_reader_takes_for_the_loss(lesson: str) -> None:
    assert "$Z_2$ holds the logits" in lesson
    assert "dZ_2" in lesson
    assert re.search(r"(?<![a-zA-Z])d?L(_\w)?(?![a-zA-Z])", lesson) is None


@pytest.mark.parametrize("formula", [r"dZ_2 = \frac{p - \mathrm{onehot}(y)}{N}", r"dX = dZ\, W^{\top}"])
def test_a_gradient_is_derived_where_it_stands(lesson: str, formula: str) -> None:
    beneath = lesson.partition(formula)[2]
    assert "   Why: " in beneath[: beneath.index("$$\n\n   ") + 20]


# -- the gradients, by plain finite differences that share no code with the reference --


def plain_loss(X: np.ndarray, y: np.ndarray, params: dict[str, np.ndarray]) -> float:
    """The loss written out row by row."""
    total = 0.0
    for row, label in zip(X, y, strict=True):
        hidden = [max(0.0, float(v)) for v in row @ params["W1"] + params["b1"]]
        logits = np.array(hidden) @ params["W2"] + params["b2"]
        total += math.log(sum(math.exp(v - logits[label]) for v in logits))
    return total / len(y)


def plain_slopes(X: np.ndarray, y: np.ndarray, params: dict[str, np.ndarray], key: str) -> np.ndarray:
    """The slope of ``plain_loss`` for every entry of one parameter."""
    slopes = np.empty(params[key].shape)
    for index in np.ndindex(slopes.shape):
        ends = []
        for step in (1e-5, -1e-5):
            moved = params[key].copy()
            moved[index] += step
            ends.append(plain_loss(X, y, {**params, key: moved}))
        slopes[index] = (ends[0] - ends[1]) / 2e-5
    return slopes


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1), n=st.integers(2, 7), d=st.integers(1, 5), h=st.integers(1, 6), c=st.integers(2, 5)
)
def test_the_reference_agrees_with_plain_finite_differences(
    solution: ModuleType, seed: int, n: int, d: int, h: int, c: int
) -> None:
    rng = np.random.default_rng(seed)
    shapes = {"W1": (d, h), "b1": (h,), "W2": (h, c), "b2": (c,)}
    params = {key: rng.normal(size=shape) for key, shape in shapes.items()}
    X, y = rng.normal(size=(n, d)), rng.integers(0, c, size=n)
    if np.abs(X @ params["W1"] + params["b1"]).min() < 1e-3:
        return  # next to a kink of ReLU the finite difference itself is wrong
    loss, grads = solution.loss_and_grads(X, y, params)
    assert loss == pytest.approx(plain_loss(X, y, params), rel=1e-12, abs=1e-12)
    for key in params:
        slopes = plain_slopes(X, y, params, key)
        # The 1e-2 lets gradients that are zero but for rounding pass.
        size = np.linalg.norm(slopes) + np.linalg.norm(grads[key]) + 1e-2
        assert np.linalg.norm(grads[key] - slopes) <= 1e-7 * size


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


def test_the_slopes_of_the_single_numbers_in_the_lesson_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch")
    x, y, z, q = (torch.tensor(value, requires_grad=True) for value in (3.0, 1.0, -2.0, 4.0))
    ((x + y) * z).backward()
    assert (x.grad.item(), y.grad.item(), z.grad.item()) == (-2, -2, 4)
    (q * z.detach()).backward()
    assert q.grad.item() == -2
    assert pytest.approx(-8.2) == (3.1 + 1) * -2
    w, b, x = (torch.tensor(value, requires_grad=True) for value in (2.0, -1.0, 3.0))
    loss = (torch.relu(w * x + b) - 4) ** 2
    loss.backward()
    assert (loss.item(), w.grad.item(), b.grad.item(), x.grad.item()) == (1, 6, 2, 4)
