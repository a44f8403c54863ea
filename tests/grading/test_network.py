"""The network on the trusted side: its gradients are those of its loss, for every activation."""

import numpy as np
import pytest

from dlquiz.grading import make, network
from dlquiz.grading.maths import cross_entropy
from dlquiz.grading.network import ACTIVATIONS, LOSSES, NAMES, Backward

FEW = [name for name in ACTIVATIONS if "leaky" not in name] + [
    "leaky ReLU with slope 0.01",
    "leaky ReLU with slope 0.2",
]


@pytest.fixture
def batch() -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    return make.two_layer(np.random.default_rng(7), 9, 5, 6, 4)


@pytest.mark.parametrize("name", FEW)
def test_the_gradient_of_every_activation_is_the_slope_of_the_loss(name, batch) -> None:
    X, y, params = batch
    found = network.gradients(X, y, params, Backward(name))
    for key in NAMES:
        for index in np.ndindex(params[key].shape):
            ends = []
            for step in (1e-6, -1e-6):
                moved = {one: value.copy() for one, value in params.items()}
                moved[key][index] += step
                ends.append(cross_entropy(network.logits(X, moved, name), y))
            assert found[key][index] == pytest.approx((ends[0] - ends[1]) / 2e-6, rel=1e-5, abs=1e-8), (key, index)


def test_the_slopes_of_leaky_relu_lie_so_close_that_one_of_them_is_right_within_one_percent(batch) -> None:
    X, _, params = batch
    for slope in np.random.default_rng(1).uniform(0.001, 0.2, 20):
        Z = X @ params["W1"] + params["b1"]
        A = np.where(Z > 0, Z, slope * Z)
        apart = [np.linalg.norm(network.hidden(X, params, name) - A) / np.linalg.norm(A) for name in ACTIVATIONS]
        assert min(apart) < 0.01, slope


def test_the_gradients_of_two_halves_have_the_gradient_of_all_rows_as_their_mean(batch) -> None:
    X, y, params = make.two_layer(np.random.default_rng(3), 8, 5, 6, 4)
    first, second, both = (network.gradients(X[rows], y[rows], params) for rows in (slice(4), slice(4, 8), slice(8)))
    for key in NAMES:
        np.testing.assert_allclose((first[key] + second[key]) / 2, both[key], rtol=1e-12, atol=1e-15)


def test_the_gradients_of_single_rows_have_that_of_the_batch_as_their_mean(batch) -> None:
    X, y, params = batch
    for how in (Backward(), Backward("tanh", "the squared error of the softmax")):
        rows = network.gradients_of_rows(X, y, params, how)
        np.testing.assert_allclose(rows.mean(axis=0), network.gradients(X, y, params, how)["W2"], atol=1e-15)


def test_weights_say_how_much_each_row_counts(batch) -> None:
    X, y, params = batch
    usual = network.gradients(X, y, params)
    weighted = network.gradients(X, y, params, weights=np.full(len(y), 1 / len(y)))
    twice = network.gradients(X[[0, 0, 1]], y[[0, 0, 1]], params)
    counted = network.gradients(X[:2], y[:2], params, weights=np.array([2, 1]) / 3)
    for key in NAMES:
        np.testing.assert_allclose(weighted[key], usual[key])
        np.testing.assert_allclose(counted[key], twice[key])


def test_the_squared_error_through_the_softmax_has_the_gradient_of_that_loss(batch) -> None:
    X, y, params = batch
    Z, T = network.logits(X, params), np.eye(4)[y]
    found = LOSSES["the squared error of the softmax"](Z, T)

    def loss(Z: np.ndarray) -> float:
        P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
        return float(((P - T) ** 2).sum())

    for index in np.ndindex(Z.shape):
        step = np.zeros_like(Z)
        step[index] = 1e-6
        assert found[index] == pytest.approx((loss(Z + step) - loss(Z - step)) / 2e-6, rel=1e-5, abs=1e-8)


TORCH_NAMES = {"ReLU": "relu", "tanh": "tanh", "sigmoid": "sigmoid", "ELU": "elu", "GELU": "gelu", "SiLU": "silu",
               "softplus": "softplus"}  # fmt: skip


@pytest.mark.parametrize("name", [*TORCH_NAMES, "GELU by tanh", "leaky ReLU with slope 0.01"])
def test_the_gradients_are_those_of_torch(name, batch) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    functions = torch.nn.functional
    X, y, params = batch
    leaves = {key: torch.tensor(value, requires_grad=True) for key, value in params.items()}
    Z = torch.tensor(X) @ leaves["W1"] + leaves["b1"]
    if name == "GELU by tanh":
        A = functions.gelu(Z, approximate="tanh")
    elif name in TORCH_NAMES:
        A = getattr(functions, TORCH_NAMES[name])(Z)
    else:
        A = functions.leaky_relu(Z, 0.01)
    functions.cross_entropy(A @ leaves["W2"] + leaves["b2"], torch.tensor(y)).backward()
    for key, grad in network.gradients(X, y, params, Backward(name)).items():
        np.testing.assert_allclose(grad, leaves[key].grad.numpy(), rtol=1e-9, atol=1e-12)
