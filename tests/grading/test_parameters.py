"""The four arrays of a network are found whatever a learner calls them, and nothing else counts as a network."""

import numpy as np
import pytest

from dlquiz.grading import make, parameters
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.network import NAMES

D, H, C = 12, 16, 10


def network() -> dict[str, np.ndarray]:
    return make.two_layer(np.random.default_rng(1), 20, D, H, C)[2]


def found(params: object, n_out: int | tuple[int, ...] = C, *, exactly: bool = True) -> parameters.Layers:
    return parameters.layers(params, D, H, n_out, call="train(X, y)", exactly=exactly)


def test_parameters_are_found_under_any_names_and_in_any_orientation() -> None:
    params = network()
    own = {"a": params["b2"][:, None], "b": params["W1"].T, "c": params["W2"], "d": params["b1"][None], "steps": 7}
    layers = found(own)
    for key in NAMES:
        np.testing.assert_array_equal(layers.arrays[key], params[key])
    assert layers.found == {"W1": "b", "b1": "d", "W2": "c", "b2": "a"}
    assert "W1 is called b" in str(layers.remark)
    assert "W1 has shape (16, 12), not (12, 16)" in str(layers.remark)
    assert sorted(layers.own) == ["a", "b", "c", "d"], "anything else is left out"
    other = {key: 2 * value for key, value in params.items()}
    for name, value in layers.like(other).items():
        np.testing.assert_array_equal(value, 2 * own[name])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"W1": None}, "W1 of train(X, y) is no array of floats"),
        ({"b2": np.zeros(3)}, "b2 of train(X, y) has shape (3,), expected (10,)."),
        ({"W2": np.zeros((H, C), np.int64)}, "W2 of train(X, y) is no array of floats"),
        ({"b1": np.full(H, np.nan)}, "b1 of train(X, y) holds NaN or infinity."),
    ],
)
def test_what_is_no_network_is_named(change: dict[str, object], words: str) -> None:
    with pytest.raises(CaseFailed) as failed:
        found({**network(), **change})
    assert words in failed.value.message


@pytest.mark.parametrize("params", [None, [1, 2], {}, {"W": np.zeros((D, H))}, {"rows": np.zeros((100, D), np.int16)}])
def test_without_the_four_arrays_there_are_no_points(params: object) -> None:
    with pytest.raises(CaseFailed):
        found(params)


def test_another_number_of_hidden_units_is_found_where_it_is_not_asked() -> None:
    params = network()
    narrow = {"W1": params["W1"][:, :7], "b1": params["b1"][:7], "W2": params["W2"][:7], "b2": params["b2"]}
    assert found(narrow, exactly=False).arrays["W1"].shape == (D, 7)
    with pytest.raises(CaseFailed):
        found(narrow)


def test_the_matrix_of_a_second_hidden_layer_is_told_apart_from_a_velocity() -> None:
    params = network()
    assert found({**params, "vW1": np.zeros((D, H)), "vb1": np.zeros(H)}).others == {}
    assert found({**params, "W3": np.zeros((H, H))}).others == {"W3": (H, H)}
