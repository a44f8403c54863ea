"""Exercise 2: the forward pass. Values are compared to 1e-5: solutions in float32 pass, real mistakes are larger."""

import math

import numpy as np
import pytest

from dlquiz.grading import check, make

ROUNDING = {"rtol": 1e-5, "atol": 1e-6}
SIGMOID_FAR_OUT = {"rtol": 0, "atol": 1e-12}


def network(rng, *, n):
    """Return ``n`` examples and a network with D = 5, H = 6, C = 4, non-zero biases and many negative logits."""
    X, _, params = make.two_layer(rng, n, 5, 6, 4)
    params["b2"] = params["b2"] - 2.0  # softmax does not see this shift; a ReLU on the logits does
    return X, params


def logits_of(X, params):
    """Return the scores before softmax, for the explanation of a wrong answer."""
    return np.maximum(X @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]


def demand_work(name, result):
    """Check that a result is no constant: a function that does nothing changes nothing."""
    check.that(np.ptp(result) > 0, f"{name} gives the same number everywhere.", got=result)


@pytest.mark.case(
    "relu keeps positive numbers and turns negative ones into 0",
    points=0.25,
    public=True,
    hint="Compare every entry with 0 and keep the larger one: np.maximum does this entry by entry.",
)
def test_relu_by_hand(submission):
    Z = np.array([[-2.0, 0.0, 3.0], [1.5, -0.5, -4.0]])
    check.close(submission.relu(Z), [[0, 0, 3], [1.5, 0, 0]], name="relu(Z)", **ROUNDING)


@pytest.mark.case("relu works for arrays of any shape", points=0.25, hint="Which of your steps needs exactly two axes?")
def test_relu_of_any_shape(submission, reference, rng):
    for shape in [(7,), (3, 2), (2, 3, 4)]:
        Z = rng.normal(scale=20, size=shape)  # large enough for an upper limit to be seen
        want = reference.relu(Z)
        check.close(submission.relu(Z), want, name=f"relu of shape {shape}", pre_activation=Z, **ROUNDING)


@pytest.mark.case(
    "relu does not change its input",
    points=0.25,
    hint="Z[Z < 0] = 0 writes into the caller's array. np.maximum(Z, 0) makes a new one.",
)
def test_relu_leaves_its_input_alone(submission, rng):
    Z = rng.normal(size=(3, 4))
    Z[0, :2] = 1, -1
    got = check.unchanged(submission.relu, Z, names=("Z",))
    demand_work("relu", got)


@pytest.mark.case(
    "sigmoid is 1 / (1 + exp(-z)) for arrays of any shape",
    points=0.25,
    hint="sigmoid(0) = 0.5, and large numbers give values near 1. Look at the sign in the exponent.",
)
def test_sigmoid_of_any_shape(submission, reference, rng):
    for shape in [(7,), (3, 2), (2, 3, 4)]:
        Z = rng.normal(scale=3, size=shape)
        want = reference.sigmoid(Z)
        check.close(submission.sigmoid(Z), want, name=f"sigmoid of shape {shape}", pre_activation=Z, **ROUNDING)


@pytest.mark.case(
    "sigmoid is 0 at -1000 and 1 at 1000, up to 1e-12",
    points=0.5,
    hint="exp(1000) is inf, and inf / inf is NaN. exp(-abs(z)) never overflows: write both halves with it.",
)
def test_sigmoid_far_from_zero(submission, rng):
    Z = rng.permutation([-1000.0, 0.0, 1000.0, -1000.0])[None]
    want = np.sign(Z) / 2 + 0.5
    check.close(submission.sigmoid(Z), want, name=f"sigmoid({Z.astype(int)})", pre_activation=Z, **SIGMOID_FAR_OUT)


@pytest.mark.case(
    "softmax of every row is exp(z) divided by the sum of exp over that row",
    points=0.5,
    public=True,
    hint="Each row must sum to 1. Which axis runs along a row? keepdims=True keeps the shape fit for dividing.",
)
def test_softmax_by_definition(submission):
    Z = [[1.0, 2.0, 0.0], [0.0, 0.0, 0.0], [-1.0, -3.0, 2.0], [0.5, 0.5, -0.5]]
    want = [[math.exp(z) / sum(map(math.exp, row)) for z in row] for row in Z]
    check.close(submission.softmax(np.array(Z)), want, name="softmax(Z)", logits=np.array(Z), axis=1, **ROUNDING)


@pytest.mark.case(
    "softmax stays right for logits of +1000 and -1000 in different rows",
    points=0.75,
    hint="exp overflows above 709. Subtract the maximum of each ROW first; one maximum for all rows is not enough.",
)
def test_softmax_of_large_logits(submission, rng):
    Z = np.array([[1000, 1001, 999], [-1000, -1000, -1000], [1000, 0, -1000], [1, 2, 0], [1e4, -1e4, 1e4]])
    first = [0.24472847105479764, 0.6652409557748219, 0.09003057317038046]
    want = np.array([first, [1 / 3, 1 / 3, 1 / 3], [1, 0, 0], first, [0.5, 0, 0.5]])
    order = rng.permutation(5)
    Z, want = Z[order], want[order]
    check.close(submission.softmax(Z), want, name="softmax(Z)", logits=Z, axis=1, **ROUNDING)


@pytest.mark.case(
    "softmax does not change if a number is added to all logits of a row",
    points=0.25,
    hint="exp(z + c) = exp(z) * exp(c): the factor cancels, but only if every entry goes through exp.",
)
def test_softmax_ignores_a_shift(submission, reference, rng):
    Z = rng.normal(size=(4, 3))
    shifted = Z + np.array([[-30.0], [-2.0], [5.0], [40.0]])
    got = submission.softmax(shifted)
    check.close(got, reference.softmax(Z), name="softmax(Z + c)", logits=shifted, axis=1, **ROUNDING)


@pytest.mark.case(
    "linear gives the weighted sum of every neuron plus its bias",
    points=0.25,
    public=True,
    hint="1*1 + 2*1 - 1 = 2 for the first neuron. Its weights are the first COLUMN of W.",
)
def test_linear_by_hand(submission):
    X, W, b = np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([[1.0, -2.0], [1.0, 0.5]]), np.array([-1.0, 0.0])
    check.close(
        submission.linear(X, W, b),
        [[2, -1], [-2, -0.5]],
        name="linear(X, W, b)",
        inputs=X,
        weights=W,
        bias=b,
        **ROUNDING,
    )


@pytest.mark.case(
    "linear works if the number of inputs and the number of neurons differ",
    points=0.5,
    hint="(N, D) @ (D, M) -> (N, M): the inner sizes meet, so W needs no transpose.",
)
def test_linear_with_different_sizes(submission, reference, rng):
    X, W, b = make.layer(rng, 4, 5, 7)
    check.close(
        submission.linear(X, W, b),
        reference.linear(X, W, b),
        name="linear(X, W, b)",
        inputs=X,
        weights=W,
        bias=b,
        **ROUNDING,
    )


@pytest.mark.case(
    "linear of an input of zeros gives the bias in every row",
    points=0.25,
    hint="Without input only the bias is left. b[j] belongs to neuron j, that is to column j, also if N = M.",
)
def test_linear_of_zeros_is_the_bias(submission, rng):
    _, W, b = make.layer(rng, 4, 5, 4)
    got = submission.linear(np.zeros((4, 5)), W, b)
    check.close(got, np.tile(b, (4, 1)), name="linear(0, W, b)", bias=b, **ROUNDING)


@pytest.mark.case(
    "mlp_forward gives the probabilities of the example in the lesson",
    points=0.25,
    public=True,
    hint="Follow the lesson step by step: sums [2, -1], after relu [2, 0], logits [1, 2, 0].",
)
def test_mlp_by_hand(submission):
    params = {
        "W1": np.array([[1.0, -2.0], [1.0, 0.5]]),
        "b1": np.array([-1.0, 0.0]),
        "W2": np.array([[0.5, 0.0, 1.0], [3.0, -1.0, 2.0]]),
        "b2": np.array([0.0, 2.0, -2.0]),
    }
    want = [[0.24472847105479764, 0.6652409557748219, 0.09003057317038046]]
    X = np.array([[1.0, 2.0]])
    got = submission.mlp_forward(X, params)
    check.close(
        got, want, name="mlp_forward(X, params)", inputs=X, params=params, logits=logits_of(X, params), **ROUNDING
    )


@pytest.mark.case(
    "mlp_forward is right with biases, negative sums in the hidden layer and negative logits",
    points=0.75,
    hint="linear, relu, linear, softmax: both biases are used, and there is no relu on the logits.",
)
def test_mlp_of_a_random_network(submission, reference, rng):
    X, params = network(rng, n=9)
    got, want = submission.mlp_forward(X, params), reference.mlp_forward(X, params)
    without = reference.mlp_forward(X, {key: value * (key in ("W1", "W2")) for key, value in params.items()})
    if isinstance(got, np.ndarray) and got.shape == without.shape and np.allclose(got, without, **ROUNDING):
        layer = X, params["W1"], params["b1"]
        check.close(submission.linear(*layer), reference.linear(*layer), name="linear(X, W1, b1)", **ROUNDING)
        check.that(False, "linear is right, but mlp_forward leaves out both biases.", expected=want, got=got)
    check.close(
        got, want, name="mlp_forward(X, params)", inputs=X, params=params, logits=logits_of(X, params), **ROUNDING
    )


@pytest.mark.case(
    "mlp_forward gives an example the same probabilities alone as in a batch",
    points=0.25,
    hint="The result for one row of shape (1, D) has the shape (1, C), and no step may mix different rows.",
)
def test_mlp_of_a_single_example(submission, reference, rng):
    X, params = network(rng, n=6)
    want, one = reference.mlp_forward(X, params)[2:3], X[2:3]
    got = submission.mlp_forward(one, params)
    check.close(
        got, want, name="mlp_forward of one row", inputs=one, params=params, logits=logits_of(one, params), **ROUNDING
    )


@pytest.mark.case(
    "predict returns the most probable class of every row as a whole number",
    points=0.25,
    hint="argmax gives a place, max gives a value. Which axis holds the classes?",
)
def test_predict(submission, reference, rng):
    X, params = network(rng, n=40)
    got, want = submission.predict(X, params), reference.predict(X, params).tolist()  # a list of ints will do, too
    check.close(got, want, name="predict(X, params)", rtol=0, atol=0, logits=logits_of(X, params))
    dtype = np.asarray(got).dtype
    check.that(dtype.kind in "iu", "predict must return whole numbers (int64).", expected="int64", got=dtype.name)


@pytest.mark.case(
    "sigmoid, softmax, linear, mlp_forward and predict do not change their arguments",
    points=0.25,
    hint="Z -= ... writes into the caller's array; params must keep its keys and values. Use new variables.",
)
def test_the_others_leave_their_arguments_alone(submission, rng):
    X, params = network(rng, n=4)
    demand_work("sigmoid", check.unchanged(submission.sigmoid, X, names=("Z",)))
    demand_work("softmax", check.unchanged(submission.softmax, X, names=("Z",)))
    layer = X, params["W1"], params["b1"]
    demand_work("linear", check.unchanged(submission.linear, *layer, names=("X", "W", "b")))
    demand_work("mlp_forward", check.unchanged(submission.mlp_forward, X, params, names=("X", "params")))
    predicted = check.unchanged(submission.predict, X, params, names=("X", "params"))
    check.shape(predicted, (4,), name="predict(X, params)")


@pytest.mark.case(
    "linear does not loop over single numbers",
    points=0.25,
    hint="X @ W does all products at once. A loop over the rows is fine, a Python loop over every product is not.",
)
def test_linear_is_fast_enough(submission, reference, rng):
    X, W, b = make.layer(rng, 50, 784, 64)
    check.shape(submission.linear(X, W, b), (50, 64), name="linear(X, W, b)")
    check.speed(submission.linear, reference.linear_with_einsum, X, W, b, at_most=60)
