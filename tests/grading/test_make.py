"""Inputs for cases: every mistake that a size or a zero could hide has to show."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.grading import make

SEEDS = st.integers(0, 2**32 - 1)


@given(SEEDS)
def test_a_seed_is_a_small_whole_number(number):
    seed = make.seed(np.random.default_rng(number))
    assert type(seed) is int
    assert 0 <= seed < 2**31


@given(SEEDS, st.integers(1, 12), st.integers(0, 30))
def test_every_class_occurs_among_the_labels(number, classes, more):
    y = make.labels(np.random.default_rng(number), classes + more, classes)
    assert y.dtype == np.int64
    assert y.shape == (classes + more,)
    assert set(y.tolist()) == set(range(classes))


@given(SEEDS)
def test_a_layer_has_a_bias_that_cannot_be_overlooked(number):
    X, W, b = make.layer(np.random.default_rng(number), 4, 3, 5)
    assert (X.shape, W.shape, b.shape) == ((4, 3), (3, 5), (5,))
    assert np.abs(b).min() >= 0.2


@settings(max_examples=50)
@given(SEEDS)
def test_a_network_stays_away_from_the_kink_of_relu(number):
    X, y, params = make.two_layer(np.random.default_rng(number))
    Z1 = X @ params["W1"] + params["b1"]
    assert np.abs(Z1).min() > 1e-3
    assert (Z1 > 0).any()
    assert (Z1 < 0).any()
    assert len({X.shape[0], X.shape[1], *params["W2"].shape}) == 4  # no two sizes agree
    assert set(y.tolist()) == {0, 1, 2}


def test_the_same_generator_gives_the_same_inputs():
    first, second = (make.two_layer(np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[2]["W1"], second[2]["W1"])


@pytest.mark.parametrize("number", range(5))
def test_fresh_classes_can_be_learnt_and_training_rows_are_sorted(number):
    X, y, X_test, y_test = make.blobs(np.random.default_rng(number))
    assert X.dtype == X_test.dtype == np.float32
    assert X.min() >= 0
    assert X.max() <= 1
    assert (np.diff(y) >= 0).all()
    assert (np.diff(y_test) < 0).any()
    centres = np.array([X[y == c].mean(axis=0) for c in range(5)])
    nearest = ((X_test[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == y_test).mean() > 0.98
