"""The commonest mistakes in a layer, a network, softmax and images get their cause."""

from types import MappingProxyType

import numpy as np
import pytest

from dlquiz.grading import make
from dlquiz.grading.diagnosis import Context, explain

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def context(name="result", *, rtol=1e-9, atol=1e-12, **values):
    return Context(name, rtol, atol, MappingProxyType(values))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def said(expected, got, ctx=None):
    return explain(expected, got, ctx or context()) or ""


@pytest.fixture
def rng():
    return np.random.default_rng(1)


# One layer


LAYER = {
    "W @ X + b": lambda X, W, b: W @ X + b,
    "X @ W.T + b": lambda X, W, b: X @ W.T + b,
    "W.T @ X + b": lambda X, W, b: W.T @ X + b,
    "X.T @ W + b": lambda X, W, b: X.T @ W + b,
    "W @ X": lambda X, W, b: W @ X,
    "W.T @ X + b[:, None]": lambda X, W, b: W.T @ X + b[:, None],
}


@pytest.mark.parametrize("words", LAYER)
def test_another_product_of_square_matrices_is_named(words, rng):
    X, W, b = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=4)
    text = said(X @ W + b, LAYER[words](X, W, b), context("linear(X, W, b)", inputs=X, weights=W, bias=b))
    assert f" is {words}; expected X @ W + b." in text


def test_data_whose_columns_are_examples_is_named_by_its_product(rng):
    X, W, b = rng.normal(size=(6, 4)), rng.normal(size=(4, 3)), rng.normal(size=3)
    got = W.T @ X.T + b[:, None]
    text = said(X @ W + b, got, context("linear(X, W, b)", inputs=X, weights=W, bias=b))
    assert "W.T @ X.T + b[:, None]; expected X @ W + b" in text
    assert "Every row of X is one example" in text


def test_the_products_of_the_backward_pass_are_named(rng):
    dout, X, W = rng.normal(size=(4, 4)), rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
    named = {"dout": dout, "inputs": X, "weights": W}
    assert "dout @ W; expected dout @ W.T" in said(dout @ W.T, dout @ W, context("dX", **named))
    assert "X @ dout; expected X.T @ dout" in said(X.T @ dout, X @ dout, context("dW", **named))


# A network with one hidden layer


def network(rng, **changes):
    """Return X, y, params, and the network computed with some of its parts changed."""
    X, y, params = make.two_layer(rng, n=8)
    act = changes.get("act", lambda z: np.maximum(z, 0))
    derivative = changes.get("derivative", lambda z: z > 0)
    zero = [key for key in ("b1", "b2") if key in changes]
    used = {key: 0 * value if key in zero else value for key, value in params.items()}
    Z1 = X @ used["W1"] + used["b1"]
    A1 = act(Z1)
    logits = A1 @ used["W2"] + used["b2"]
    logits = np.maximum(logits, 0) if changes.get("relu_on_logits") else logits
    dlogits = (softmax(logits) - np.eye(3)[y]) / len(X)
    dZ1 = dlogits @ used["W2"].T * derivative(Z1)
    seen = Z1 if changes.get("sees_z1") else A1
    grads = {"W1": X.T @ dZ1, "b1": dZ1.sum(axis=0), "W2": seen.T @ dlogits, "b2": dlogits.sum(axis=0)}
    loss = -np.log(softmax(logits)[np.arange(len(y)), y]).mean()
    named = {"inputs": X, "labels": y, "params": params}
    return {"logits": logits, "probabilities": softmax(logits), "loss": loss, **grads}, named


def compared(seed, output, **changes):
    right, named = network(np.random.default_rng(seed))
    wrong, _ = network(np.random.default_rng(seed), **changes)
    return said(right[output], wrong[output], context(output, **named))


@pytest.mark.parametrize("output", ["logits", "probabilities", "loss"])
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"act": lambda z: z}, "without ReLU in the hidden layer"),
        ({"act": lambda z: 1 / (1 + np.exp(-z))}, "with sigmoid in the hidden layer"),
        ({"act": np.tanh}, "with tanh in the hidden layer"),
        ({"b1": 0}, "without the bias b1"),
        ({"b2": 0}, "without the bias b2"),
        ({"b1": 0, "b2": 0}, "without both biases"),
        ({"relu_on_logits": True}, "a ReLU on the logits"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_in_the_forward_pass_is_named(output, changes, words):
    assert words in compared(2, output, **changes)


@pytest.mark.parametrize("key", ["W1", "b1"])
def test_a_backward_pass_without_the_derivative_of_relu_is_named(key):
    assert "does not go back through ReLU" in compared(3, key, derivative=np.ones_like)


def test_a_second_layer_that_sees_z1_is_named():
    assert "if dW2 is made with Z1" in compared(4, "W2", sees_z1=True)


@pytest.mark.parametrize("key", ["W1", "W2", "b2"])
def test_gradients_of_a_network_without_its_activation_are_named(key):
    assert "without ReLU" in compared(5, key, act=lambda z: z, derivative=np.ones_like)


def test_a_right_network_with_another_activation_is_compared_with_that_one(rng):
    X, _, params = make.two_layer(rng)
    hidden = X @ params["W1"] + params["b1"]
    want = np.tanh(hidden) @ params["W2"] + params["b2"]
    got = np.maximum(hidden, 0) @ params["W2"] + params["b2"]
    assert "tanh is expected" in said(want, got, context("logits", inputs=X, params=params))


def test_parameters_that_do_not_fit_together_say_nothing(rng):
    X, _, params = make.two_layer(rng)
    odd = {**params, "W1": params["W1"][:-1]}
    want = np.maximum(X @ params["W1"], 0)
    assert said(want, rng.normal(size=want.shape), context("A1", inputs=X, params=odd)) == ""


# Activations


def test_a_wrong_sign_in_a_sigmoid_is_named(rng):
    z = rng.normal(size=(4, 3))
    want, got = 1 / (1 + np.exp(-z)), 1 / (1 + np.exp(z))
    assert "the sigmoid of −Z" in said(want, got, context("sigmoid(Z)", pre_activation=z))
    assert "For a sigmoid, look at the sign" in said(want, got, context("sigmoid(Z)"))


def test_a_mask_that_is_returned_alone_is_named(rng):
    z, d = rng.normal(size=(2, 5, 4))
    text = said(d * (z > 0), (z > 0) * 1.0, context("dZ", pre_activation=z, dout=d))
    assert "the derivative of ReLU alone" in text


def test_a_relu_that_is_cut_off_is_named(rng):
    z = rng.normal(scale=20, size=(4, 6))
    text = said(np.maximum(z, 0), np.clip(z, 0, 6), context("relu(Z)", pre_activation=z))
    assert "cut off at 6" in text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda z: z / z.sum(axis=1, keepdims=True), "exp is missing"),
        (lambda z: softmax(np.maximum(z, 0)), "softmax of ReLU(Z)"),
        (lambda z: np.exp(z) / np.exp(z).sum(axis=1), "keepdims=True"),
    ],
)
def test_other_mistakes_in_softmax_are_named(wrong, words, rng):
    z = rng.normal(size=(4, 4))
    assert words in said(softmax(z), wrong(z), context("softmax(Z)", logits=z))


@pytest.mark.parametrize("eps", [1e-4, 1e-11, 1e-16, 1e-20])
def test_any_power_of_ten_before_the_logarithm_is_found(eps):
    logits, y = np.array([[90.0, 0.0], [1.0, 0.5]]), np.array([1, 0])
    want = np.logaddexp(0, np.array([90.0, -0.5])).mean()
    got = -np.log(softmax(logits)[np.arange(2), y] + eps).mean()
    assert f"{eps:g} is" in said(want, got, context("loss", logits=logits, labels=y))


# Images and classes


def test_the_weights_of_a_grey_image_are_told_as_numbers(rng):
    images = rng.integers(0, 256, size=(2, 3, 4, 3))
    right = np.array([0.299, 0.587, 0.114])
    want, ctx = images @ right / 255, context("rgb_to_gray(images)", rtol=1e-5, atol=1e-6, images=images)
    mean = said(want, images.mean(axis=3) / 255, ctx)
    assert "0.3333 · red + 0.3333 · green + 0.3333 · blue" in mean
    assert "expected 0.299 · red + 0.587 · green + 0.114 · blue" in mean
    assert "plain mean" in mean
    assert "reverse order" in said(want, images @ right[::-1] / 255, ctx)
    assert "255 times" in said(want, 255 * want, ctx)
    assert "0.144 · blue" in said(want, images @ np.array([0.299, 0.587, 0.144]) / 255, ctx)


def test_whole_columns_of_ones_are_named():
    y = np.array([2, 0, 2, 4])
    want, got = np.eye(5)[y], np.zeros((4, 5))
    got[:, y] = 1
    assert "table[np.arange(N), y]" in said(want, got, context("one_hot(y, 5)"))


def test_the_largest_probability_in_place_of_its_class_is_named(rng):
    p = softmax(rng.normal(size=(5, 3)))
    assert "argmax, not max" in said(p.argmax(axis=1), p.max(axis=1), context("predict(X)", probabilities=p))


# Several values


@pytest.mark.parametrize("want", [np.arange(6.0).reshape(2, 3) ** 0.5, np.float64(0.731)])
def test_a_pair_is_named_and_its_right_part(want):
    text = said(want, (want, {"Z": 1}), context("relu(Z)"))
    assert "returns 2 values; one" in text
    assert "The first of yours is the right one" in text


def test_a_pair_of_two_wrong_arrays_is_still_a_pair(rng):
    want = rng.normal(size=(2, 3))
    text = said(want.tolist(), (want + 1, want * 3), context("relu(Z)"))
    assert "returns 2 values; one array is expected" in text
    assert "right one" not in text


def test_a_nested_list_is_no_pair(rng):
    want = rng.normal(size=(2, 3))
    assert "values" not in said(want, [*(2 * want)], context("relu(Z)"))
