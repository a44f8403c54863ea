"""Whether two solutions gave the same wrong values: agreement, and what is worth calling agreement."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlquiz.grading.agreement import EXACT, ROUGH, agree, bytes_of, tells

RNG = np.random.default_rng(3)
RIGHT = RNG.normal(size=(4, 3))


def given_by(*values):
    return [(f"f{number}(…)", value) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    "value",
    [RIGHT, 2.5, [1, 2, 3], {"W": RIGHT, "b": [0.5, None]}, ("text", True), np.array([np.nan, 1.0]), []],
    ids=["array", "number", "list", "dict", "tuple", "nan", "empty"],
)
def test_a_value_agrees_with_itself(value):
    assert agree(given_by(value), given_by(value), EXACT)


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (RIGHT, RIGHT.T),
        (RIGHT, RIGHT + 1e-7),
        (RIGHT, RIGHT[:3]),
        ({"W": RIGHT}, {"V": RIGHT}),
        ([RIGHT, 1.0], [RIGHT]),
        ("overfitting", "underfitting"),
        (1.0, None),
        (np.array([np.nan, 1.0]), np.array([1.0, np.nan])),
    ],
    ids=["transposed", "shifted", "shorter", "key", "items", "text", "none", "nan"],
)
def test_other_values_do_not_agree(mine, theirs):
    assert not agree(given_by(mine), given_by(theirs), EXACT)


def test_another_order_of_adding_and_float32_agree_as_closely_as_they_should():
    added = RIGHT.sum(axis=0) + 1e-15
    assert agree(given_by(added), given_by(RIGHT.sum(axis=0)), EXACT)
    assert not agree(given_by(RIGHT.astype(np.float32)), given_by(RIGHT), EXACT)
    assert agree(given_by(RIGHT.astype(np.float32)), given_by(RIGHT), ROUGH)


def test_the_number_of_calls_counts():
    assert not agree(given_by(RIGHT), given_by(RIGHT, RIGHT), EXACT)


@pytest.mark.parametrize(
    ("mine", "right", "known"),
    [
        (RIGHT * 2, RIGHT, True),
        (0.3718, 0.5, True),
        (RIGHT.T, RIGHT, True),
        (RIGHT, RIGHT, False),
        (np.zeros((4, 3)), RIGHT, False),
        (np.full((4, 3), 0.7), RIGHT, False),
        (3, 4, False),
        ("overfitting", "good fit", False),
        ([0, 1, 1, 2, 0], [1, 1, 0, 2, 0], True),
        (np.full(4, np.nan), RIGHT[:, 0], False),
        (None, 0.5, False),
    ],
)
def test_a_constant_or_a_single_choice_is_not_enough_to_know_a_mistake_by(mine, right, known):
    assert tells(given_by(mine), given_by(right)) is known


def test_only_values_that_are_not_the_right_ones_count():
    assert not tells(given_by(RIGHT, 0.0), given_by(RIGHT, 1.0))


@given(st.integers(0, 2**32))
def test_unrelated_arrays_never_agree(seed):
    rng = np.random.default_rng(seed)
    shape = tuple(rng.integers(1, 5, 2))
    mine, theirs = rng.normal(size=shape), rng.normal(size=shape)
    assert not agree(given_by(mine), given_by(theirs), ROUGH)


def test_the_bytes_of_arrays_are_counted():
    assert bytes_of(given_by({"W": RIGHT}, [RIGHT, 1.0])) == 2 * RIGHT.nbytes
