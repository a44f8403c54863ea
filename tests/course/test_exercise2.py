"""Exercise 2: the worked example of the lesson is true, and the reference is what the mathematics says."""

import importlib.util
import math
import warnings
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
X = np.array([[1.0, 2.0]])
PARAMS = {
    "W1": np.array([[1.0, -2.0], [1.0, 0.5]]),
    "b1": np.array([-1.0, 0.0]),
    "W2": np.array([[0.5, 0.0, 1.0], [3.0, -1.0, 2.0]]),
    "b2": np.array([0.0, 2.0, -2.0]),
}


def load_reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("exercise2_solution", ROOT / "graders/exercise2/solution.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def forward() -> ModuleType:
    return load_reference()


@pytest.fixture(scope="module")
def lesson() -> str:
    return (ROOT / "exercises/exercise2/README.md").read_text("utf-8")


def listed(array: np.ndarray) -> str:
    """Write whole numbers as the lesson does."""
    return "`[" + ", ".join(f"{v:g}" for v in array[0]) + "]`"


def test_the_lesson_prints_the_matrices_of_the_example(lesson):
    for text in ("X  = [[1, 2]]", "W1 = [[1, -2],        b1 = [-1, 0]\n      [1, 0.5]]"):
        assert text in lesson
    assert "W2 = [[0.5, 0, 1],    b2 = [0, 2, -2]\n      [3, -1, 2]]" in lesson


def test_each_step_of_the_example_is_what_the_reference_computes(forward, lesson):
    sums = forward.linear(X, PARAMS["W1"], PARAMS["b1"])
    hidden = forward.relu(sums)
    logits = forward.linear(hidden, PARAMS["W2"], PARAMS["b2"])
    assert f"So $Z_1$ = {listed(sums)}." in lesson
    assert f"ReLU: {listed(hidden)}." in lesson
    assert f"The logits are {listed(logits)}." in lesson
    probabilities = ", ".join(f"{p:.3f}" for p in forward.mlp_forward(X, PARAMS)[0])
    assert f"The probabilities are `[{probabilities}]`." in lesson
    assert f"so `predict` gives class {forward.predict(X, PARAMS)[0]}." in lesson


def test_powers_of_e_and_the_network_without_relu_are_right_in_the_lesson(forward, lesson):
    powers = [math.exp(z) for z in (1, 2, 0)]
    assert f"$e^1 = {powers[0]:.3f}$, $e^2 = {powers[1]:.3f}$, $e^0 = 1$, together {sum(powers):.3f}" in lesson
    without = forward.linear(forward.linear(X, PARAMS["W1"], PARAMS["b1"]), PARAMS["W2"], PARAMS["b2"])
    assert f"Without the ReLU the logits would be {listed(without)}" in lesson


def test_the_limit_of_exp_in_the_lesson_is_the_one_of_float64(lesson):
    assert "the limit is about $e^{709}$" in lesson
    assert math.isfinite(math.exp(709))
    with pytest.raises(OverflowError):
        math.exp(710)


def test_speed_is_promised_in_the_stub_as_the_grader_asks_it():
    stub = " ".join((ROOT / "exercises/exercise2/forward.py").read_text("utf-8").split())
    grader = (ROOT / "graders/exercise2/test_forward.py").read_text("utf-8")
    assert "50 rows of 784 numbers into 64 neurons may take at most 60 times as long" in stub
    assert "make.layer(rng, 50, 784, 64)" in grader
    assert grader.count("check.speed(") == grader.count("at_most=60") == 1


logit_rows = st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(logit_rows, min_size=1, max_size=5))
def test_softmax_gives_probabilities_in_the_order_of_the_logits_without_a_warning(rows):
    Z = np.array(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        P = load_reference().softmax(Z)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    assert (P >= 0).all()
    best = P[np.arange(len(Z)), Z.argmax(axis=1)]
    np.testing.assert_array_equal(best, P.max(axis=1))


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8))
def test_sigmoid_of_minus_z_is_one_minus_sigmoid_of_z_without_a_warning(values):
    Z = np.array(values)
    reference = load_reference()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(reference.sigmoid(-Z), 1 - reference.sigmoid(Z), rtol=0, atol=1e-15)


def test_the_yardstick_for_speed_computes_the_same_as_linear(forward):
    rng = np.random.default_rng(1)
    A, W, b = rng.normal(size=(4, 5)), rng.normal(size=(5, 7)), rng.normal(size=7)
    np.testing.assert_allclose(forward.linear_with_einsum(A, W, b), forward.linear(A, W, b), rtol=1e-12)


def test_argument_of_the_reference_are_not_changed(forward):
    Z = np.array([[-1.0, 2.0, 0.5]])
    for function in (forward.relu, forward.sigmoid, forward.softmax):
        function(Z)
        np.testing.assert_array_equal(Z, [[-1.0, 2.0, 0.5]])
