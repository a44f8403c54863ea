"""Exercise 2: the worked example of the lesson is true, and the reference is what the mathematics says."""

import math
import warnings
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.authoring.rules import Materials

X = np.array([[1.0, 2.0]])
PARAMS = {
    "W1": np.array([[1.0, -2.0], [1.0, 0.5]]),
    "b1": np.array([-1.0, 0.0]),
    "W2": np.array([[0.5, 0.0, 1.0], [3.0, -1.0, 2.0]]),
    "b2": np.array([0.0, 2.0, -2.0]),
}


def listed(array: np.ndarray) -> str:
    """Write whole numbers as the lesson does."""
    return "`[" + ", ".join(f"{v:g}" for v in array[0]) + "]`"


def test_the_lesson_prints_the_matrices_of_the_example(lesson: str) -> None:
    for text in ("X  = [[1, 2]]", "W1 = [[1, -2],        b1 = [-1, 0]\n      [1, 0.5]]"):
        assert text in lesson
    assert "W2 = [[0.5, 0, 1],    b2 = [0, 2, -2]\n      [3, -1, 2]]" in lesson


def test_each_step_of_the_example_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
    sums = solution.linear(X, PARAMS["W1"], PARAMS["b1"])
    hidden = solution.relu(sums)
    logits = solution.linear(hidden, PARAMS["W2"], PARAMS["b2"])
    assert f"So $Z_1$ = {listed(sums)}." in lesson
    assert f"ReLU: {listed(hidden)}." in lesson
    assert f"The logits are {listed(logits)}." in lesson
    probabilities = ", ".join(f"{p:.3f}" for p in solution.mlp_forward(X, PARAMS)[0])
    assert f"The probabilities are `[{probabilities}]`." in lesson
    assert f"so `predict` gives class {solution.predict(X, PARAMS)[0]}." in lesson


def test_powers_of_e_and_the_network_without_relu_are_right_in_the_lesson(solution: ModuleType, lesson: str) -> None:
    powers = [math.exp(z) for z in (1, 2, 0)]
    assert f"$e^1 = {powers[0]:.3f}$, $e^2 = {powers[1]:.3f}$, $e^0 = 1$, together {sum(powers):.3f}" in lesson
    without = solution.linear(solution.linear(X, PARAMS["W1"], PARAMS["b1"]), PARAMS["W2"], PARAMS["b2"])
    assert f"Without the ReLU the logits would be {listed(without)}" in lesson


def test_the_row_whose_class_changes_without_relu_is_right_in_the_lesson(solution: ModuleType, lesson: str) -> None:
    row = np.array([[-2.0, -6.0]])
    sums = solution.linear(row, PARAMS["W1"], PARAMS["b1"])
    hidden = solution.relu(sums)
    with_it, without = (solution.linear(each, PARAMS["W2"], PARAMS["b2"]) for each in (hidden, sums))
    assert f"The row {listed(row)} has the hidden sums {listed(sums)}." in lesson
    assert f"they become {listed(hidden)}, and the logits are {listed(with_it)}: class {with_it.argmax()}." in lesson
    assert f"Without it the logits are {listed(without)}: class {without.argmax()}." in lesson
    assert with_it.argmax() != without.argmax()


def test_dividing_by_sums_without_keepdims_is_right_for_a_single_row_alone() -> None:
    one, square = np.ones((1, 3)), np.arange(1.0, 10).reshape(3, 3)
    np.testing.assert_array_equal(one / one.sum(axis=1), one / one.sum(axis=1, keepdims=True))
    assert not np.allclose(square / square.sum(axis=1), square / square.sum(axis=1, keepdims=True))
    with pytest.raises(ValueError, match="broadcast"):
        np.ones((2, 3)) / np.ones((2, 3)).sum(axis=1)


def test_the_limit_of_exp_in_the_lesson_is_the_one_of_float64(lesson: str) -> None:
    assert "the limit is about $e^{709}$" in lesson
    assert math.isfinite(math.exp(709))
    with pytest.raises(OverflowError):
        math.exp(710)


def test_speed_is_promised_in_the_stub_as_the_grader_asks_it(materials: Materials) -> None:
    grader = materials.tests[0].text
    assert "50 rows of 784 numbers into 64 neurons may take at most 60 times as long" in " ".join(
        materials.stub.text.split()
    )
    assert "make.layer(rng, 50, 784, 64)" in grader
    assert grader.count("check.speed(") == grader.count("at_most=60") == 1


logit_rows = st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3)


@settings(max_examples=60)
@given(rows=st.lists(logit_rows, min_size=1, max_size=5))
def test_softmax_gives_probabilities_in_the_order_of_the_logits_without_a_warning(
    solution: ModuleType, rows: list[list[float]]
) -> None:
    Z = np.array(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        P = solution.softmax(Z)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    assert (P >= 0).all()
    best = P[np.arange(len(Z)), Z.argmax(axis=1)]
    np.testing.assert_array_equal(best, P.max(axis=1))


@settings(max_examples=60)
@given(values=st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8))
def test_sigmoid_of_minus_z_is_one_minus_sigmoid_of_z_without_a_warning(
    solution: ModuleType, values: list[float]
) -> None:
    Z = np.array(values)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(solution.sigmoid(-Z), 1 - solution.sigmoid(Z), rtol=0, atol=1e-15)


def test_the_yardstick_for_speed_computes_the_same_as_linear(solution: ModuleType) -> None:
    rng = np.random.default_rng(1)
    A, W, b = rng.normal(size=(4, 5)), rng.normal(size=(5, 7)), rng.normal(size=7)
    np.testing.assert_allclose(solution.linear_with_einsum(A, W, b), solution.linear(A, W, b), rtol=1e-12)


def test_arguments_of_the_reference_are_not_changed(solution: ModuleType) -> None:
    Z = np.array([[-1.0, 2.0, 0.5]])
    for function in (solution.relu, solution.sigmoid, solution.softmax):
        function(Z)
        np.testing.assert_array_equal(Z, [[-1.0, 2.0, 0.5]])
