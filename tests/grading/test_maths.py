"""Mathematics that graders trust: right, and remembered by contents alone."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlquiz.grading import maths
from dlquiz.grading.maths import cross_entropy, gradient_error, logistic_regression, remembered, slopes, softmax
from tests.strategies import hostile_arrays

TABLE = np.arange(12.0).reshape(3, 4)
finite = st.floats(-50, 50)
logits = hnp.arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(2, 5)), elements=finite)


def cubes(x, scale):
    return float(scale * (x**3).sum())


def loss_of(z, y):
    return cross_entropy(z, y)


@given(x=hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-2, 2)))
def test_central_differences_are_the_slope_of_a_cube(x):
    got = slopes(cubes, x, 2.0)
    np.testing.assert_allclose(got, 6 * x**2, rtol=1e-6, atol=1e-8)


@given(z=logits, seed=st.integers(0, 99))
def test_the_slope_of_the_cross_entropy_is_softmax_minus_one_hot_over_n(z, seed):
    y = np.random.default_rng(seed).integers(0, z.shape[1], len(z))
    want = (softmax(z) - np.eye(z.shape[1])[y]) / len(z)
    np.testing.assert_allclose(slopes(loss_of, z, y), want, atol=1e-8)


def test_softmax_and_cross_entropy_agree_with_torch():
    torch = pytest.importorskip("torch")
    z, y = np.random.default_rng(1).normal(size=(6, 4)) * 5, np.array([0, 1, 2, 3, 3, 0])
    tensor = torch.from_numpy(z)
    np.testing.assert_allclose(softmax(z), torch.softmax(tensor, -1).numpy(), rtol=1e-12)
    want = torch.nn.functional.cross_entropy(tensor, torch.from_numpy(y)).item()
    assert cross_entropy(z, y) == pytest.approx(want, rel=1e-12)


@given(z=logits, far=st.floats(-1e4, 1e4))
def test_softmax_does_not_change_with_a_shift_and_never_overflows(z, far):
    np.testing.assert_allclose(softmax(z + far), softmax(z), atol=1e-10)
    assert math.isfinite(cross_entropy(z + far, np.zeros(len(z), dtype=int)))


@pytest.fixture
def counted():
    calls = []

    @remembered
    def function(*args, **kwargs):
        calls.append(args)
        return np.array([float(len(calls))]), {"n": np.zeros(2)}

    return function, calls


def test_equal_contents_are_computed_once(counted):
    function, calls = counted
    for _ in range(2):
        function(np.ones((2, 3)), {"a": [1, "x"]}, cubes, eps=1e-5)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.ones((2, 3)), np.ones((3, 2))), (np.ones(2), np.ones(2, dtype=np.float32)),
        (np.zeros(2), np.array([0.0, -0.0])), (1, 1.0), (1, True), ("1", 1), ([1], (1,)), ([[1], 2], [[1, 2]]),
        ({"a": 1}, {"b": 1}), (["ab", "c"], ["a", "bc"]), (cubes, loss_of), (None, "None"), (np.float32(1), 1.0),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)  # fmt: skip
def test_other_contents_are_computed_anew(counted, one, other):
    function, calls = counted
    function(one)
    function(other)
    assert len(calls) == 2


def test_what_has_no_contents_is_never_remembered(counted):
    function, calls = counted
    shift = 1.0
    for argument in (lambda x: x + shift, object(), np.array([object()])):
        function(argument)
        function(argument)
    assert len(calls) == 6


def test_a_changed_argument_is_a_new_one(counted):
    function, calls = counted
    x = np.ones(3)
    function(x)
    x[0] = 2
    function(x)
    assert len(calls) == 2


def test_a_result_cannot_be_changed_for_the_next_one(counted):
    function, _ = counted
    array, table = function(1)
    for shared in (array, table["n"]):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = 5


def test_what_is_remembered_is_bounded(counted, monkeypatch):
    function, calls = counted
    monkeypatch.setattr(maths, "MAX_REMEMBERED", 3)
    for number in (0, 1, 2, 3, 3, 0):
        function(number)
    assert [args[0] for args in calls] == [0, 1, 2, 3, 0]
    large = np.zeros(maths.MAX_BYTES // 8 + 1)
    function(large)
    function(large)
    assert len(calls) == 7


def test_a_linear_model_learns_classes_that_a_line_separates_and_no_others() -> None:
    rng = np.random.default_rng(2)
    X = rng.uniform(size=(600, 2)).astype(np.float32)
    line, corners = (X.sum(axis=1) > 1).astype(int), ((X[:, 0] > 0.5) ^ (X[:, 1] > 0.5)).astype(int)
    learnt = [np.mean(logistic_regression(X[:300], y[:300], X[300:], epochs=60) == y[300:]) for y in (line, corners)]
    assert learnt[0] > 0.95
    assert learnt[1] < 0.7


def test_gradient_error_is_relative_to_both_norms():
    assert gradient_error(TABLE, TABLE) == 0
    assert gradient_error(0 * TABLE, 0 * TABLE) == 0
    assert gradient_error(TABLE, -TABLE) == pytest.approx(1)
    assert gradient_error(2 * TABLE, TABLE) == pytest.approx(1 / 3)
    assert gradient_error(1e200 * TABLE, 2e200 * TABLE) == pytest.approx(1 / 3)
    assert gradient_error([], []) == 0


@pytest.mark.parametrize("got", [None, "x", TABLE.T, TABLE * np.nan, TABLE + 1j, 10**400, [[1], [2, 3]]])
def test_gradient_error_of_something_else_is_infinite(got):
    assert gradient_error(got, TABLE) == math.inf


@settings(max_examples=100, deadline=None)
@given(hostile_arrays(), hostile_arrays())
def test_gradient_error_is_symmetric_and_never_raises(a, b):
    one, other = gradient_error(a, b), gradient_error(b, a)
    assert one == other
    assert 0 <= one <= 1 or one == math.inf
