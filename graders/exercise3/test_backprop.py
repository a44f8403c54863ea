"""Exercise 3: the loss, each backward step, the whole network, and the gradient check."""

import math

import numpy as np
import pytest

from dlquiz.grading import check, make


def cross_entropy_of(logits, y):
    """Trusted loss: mean over the rows of ln(sum(exp)) - right logit."""
    top = logits.max(axis=1)
    log_sum = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float((log_sum - logits[np.arange(len(y)), y]).mean())


def network_loss(X, y, params):
    """Trusted loss of the two-layer ReLU network."""
    hidden = np.maximum(X @ params["W1"] + params["b1"], 0)
    return cross_entropy_of(hidden @ params["W2"] + params["b2"], y)


def slopes(loss, x, eps=1e-5):
    """Central differences of ``loss`` at x, entry by entry: the trusted gradient."""
    x = np.array(x, dtype=np.float64)
    grad = np.empty_like(x)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps
        up = loss(x)
        x[i] = old - eps
        grad[i] = (up - loss(x)) / (2 * eps)
        x[i] = old
    return grad


def batch_of_logits(rng, n=8, c=5):
    return rng.normal(size=(n, c)) * 2, make.labels(rng, n, c)


def away_from_zero(rng, shape):
    """Values of both signs, none near 0."""
    return rng.uniform(0.1, 2.0, shape) * rng.choice([-1.0, 1.0], shape)


# --- the loss ---


@pytest.mark.case(
    "Ten equal logits give a loss of ln 10 = 2.302585…",
    points=0.25,
    public=True,
    hint="Each class has probability 1/10. Use the natural logarithm (np.log) and the mean over the rows.",
)
def test_uniform_logits(submission):
    logits, y = np.zeros((3, 10)), np.array([0, 9, 4])
    check.close(submission.cross_entropy(logits, y), math.log(10), name="loss", batch_size=3, n_classes=10)


@pytest.mark.case(
    "The loss is the mean over the batch: the same rows twice give the same loss",
    points=0.5,
    hint="Add up the losses of the rows, then divide by the number of rows.",
)
def test_loss_is_a_mean(submission, rng):
    logits, y = batch_of_logits(rng)
    want = cross_entropy_of(logits, y)
    about = {"n_classes": 5, "logits": logits, "labels": y}
    check.close(submission.cross_entropy(logits, y), want, name="loss", batch_size=8, **about)
    twice = submission.cross_entropy(np.vstack([logits, logits]), np.concatenate([y, y]))
    check.close(twice, want, name="loss of the batch taken twice", batch_size=16, n_classes=5)


@pytest.mark.case(
    "Confident and wrong: logits (1000, 0) with right class 1 give a loss of 1000",
    points=0.5,
    hint="exp(1000) is too big, and ln(0) is not a number you want. Take the row maximum out before exp; clip nothing.",
)
def test_confident_wrong_logits(submission):
    logits, y = np.array([[1000.0, 0.0], [-1e4, -9600.0]]), np.array([1, 0])
    got = submission.cross_entropy(logits, y)
    check.close(got, 700.0, name="loss of two rows (1000 and 400)", logits=logits, labels=y)
    got = submission.cross_entropy(np.array([[1e4, 0.0, -1e4], [0.0, 1e4, 0.0]]), np.array([0, 1]))
    check.close(got, 0.0, name="loss of two rows, both right and sure", batch_size=2, n_classes=3)


@pytest.mark.case(
    "Two rows of equal logits: every entry of the gradient is +0.25 or -0.25",
    points=0.25,
    public=True,
    hint="softmax gives (0.5, 0.5). Subtract 1 at the right class. Divide by N = 2.",
)
def test_loss_gradient_by_hand(submission):
    got = submission.cross_entropy_grad(np.zeros((2, 2)), np.array([1, 0]))
    check.close(got, [[0.25, -0.25], [-0.25, 0.25]], name="dlogits", batch_size=2, n_classes=2)


@pytest.mark.case(
    "cross_entropy_grad is the slope of the mean loss for every logit",
    points=1,
    hint="(softmax - one_hot) / N. Softmax over each row (axis 1), plus or minus?, and 1/N exactly once.",
)
def test_loss_gradient(submission, rng):
    logits, y = batch_of_logits(rng)
    got = submission.cross_entropy_grad(logits, y)
    want = slopes(lambda z: cross_entropy_of(z, y), logits)
    check.gradient(got, want, name="dlogits", at_most=1e-7, batch_size=8, n_classes=5, logits=logits)


@pytest.mark.case(
    "cross_entropy_grad stays exact for logits as large as 10,000",
    points=0.5,
    hint="Subtract the maximum of each row (not of the whole array) before np.exp.",
)
def test_loss_gradient_of_large_logits(submission):
    logits = np.array([[1e4, 0.0, 1e4], [-1e4, -1e4, -1e4 - 900]])
    got = submission.cross_entropy_grad(logits, np.array([0, 1]))
    want = [[-0.25, 0.0, 0.25], [0.25, -0.25, 0.0]]
    check.close(got, want, name="dlogits", batch_size=2, n_classes=3, logits=logits)


# --- one layer ---


def linear_batch(rng):
    """N=6 rows, D=4 inputs, M=3 outputs: no two sizes are equal; dout has both signs."""
    X, W, _ = make.layer(rng, 6, 4, 3)
    return away_from_zero(rng, (6, 3)), X, W


def linear_gradients(submission, dout, X, W):
    got = submission.linear_backward(dout, X, W)
    check.that(
        isinstance(got, tuple | list) and len(got) == 3,
        "linear_backward returns three arrays: dX, dW, db.",
        expected="3 arrays",
        got=f"{len(got)} values" if isinstance(got, tuple | list) else type(got).__name__,
    )
    return got


@pytest.mark.case(
    "dX = dout @ W.T: the gradient for the input of the layer",
    points=0.5,
    hint="dX has the shape of X. Write the shapes down: (N, M) times what gives (N, D)?",
)
def test_dX(submission, rng):
    dout, X, W = linear_batch(rng)
    dX, _, _ = linear_gradients(submission, dout, X, W)
    check.close(dX, dout @ W.T, name="dX", batch_size=6)


@pytest.mark.case(
    "dW = X.T @ dout: the gradient for the weights",
    points=0.5,
    hint="dW has the shape of W. Write the shapes down: which product of X and dout gives (D, M)?",
)
def test_dW(submission, rng):
    dout, X, W = linear_batch(rng)
    _, dW, _ = linear_gradients(submission, dout, X, W)
    check.close(dW, X.T @ dout, name="dW", batch_size=6)


@pytest.mark.case(
    "db is the sum of the rows of dout, with shape (M,)",
    points=1,
    hint="Every row uses the same b, so every row adds its share: dout.sum(axis=0). The 1/N is already in dout.",
)
def test_db(submission, rng):
    dout, X, W = linear_batch(rng)
    _, _, db = linear_gradients(submission, dout, X, W)
    check.close(db, dout.sum(axis=0), name="db", batch_size=6)


@pytest.mark.case(
    "relu_backward lets dout through where Z > 0 and blocks it elsewhere",
    points=0.5,
    hint="The mask is (Z > 0). The sign of dout does not matter.",
)
def test_relu_backward(submission, rng):
    Z, dout = away_from_zero(rng, (6, 4)), away_from_zero(rng, (6, 4))
    got = submission.relu_backward(dout, Z)
    masked_by_dout = np.shape(got) == dout.shape and np.array_equal(got, np.maximum(dout, 0))
    check.that(not masked_by_dout, "dZ is dout where dout > 0: the mask was taken from dout, it must come from Z.")
    check.close(got, np.where(Z > 0, dout, 0.0), name="dZ", pre_activation=Z, batch_size=6)


@pytest.mark.case(
    "The derivative of ReLU at exactly 0 is set to 0",
    points=0.5,
    public=True,
    hint="Z > 0 and Z >= 0 differ in one point only.",
)
def test_relu_derivative_at_zero(submission):
    got = submission.relu_backward(np.array([[5.0, 7.0, -3.0]]), np.array([[0.0, 2.0, 0.0]]))
    check.close(got, [[0.0, 7.0, 0.0]], name="dZ")


# --- the whole network ---


def loss_and_grads(submission, X, y, params):
    got = submission.loss_and_grads(X, y, params)
    check.that(
        isinstance(got, tuple | list) and len(got) == 2,
        "loss_and_grads returns two things: the loss and the dictionary of gradients.",
        expected="loss, grads",
        got=f"{len(got)} values" if isinstance(got, tuple | list) else type(got).__name__,
    )
    return got


@pytest.mark.case(
    "loss_and_grads returns the loss, and a gradient of the right shape for every parameter",
    points=0.5,
    hint="Forward: linear, ReLU, linear, cross-entropy. The keys are those of params: W1, b1, W2, b2.",
)
def test_network_loss_and_shapes(submission, rng):
    X, y, params = make.two_layer(rng)
    loss, grads = loss_and_grads(submission, X, y, params)
    check.close(loss, network_loss(X, y, params), name="loss", batch_size=len(y))
    demand_keys(grads, params)
    for key, value in params.items():
        check.shape(grads[key], value.shape, name=f"d{key}")


def demand_keys(grads, params):
    """Check that there is a gradient for every parameter."""
    keys = sorted(grads) if isinstance(grads, dict) else type(grads).__name__
    missing = [key for key in params if not isinstance(grads, dict) or key not in grads]
    check.that(
        not missing, f"grads has no entry for {', '.join(missing)}.", expected=str(sorted(params)), got=str(keys)
    )


def check_layer(submission, rng, *keys):
    X, y, params = make.two_layer(rng)
    _, grads = loss_and_grads(submission, X, y, params)
    demand_keys(grads, params)
    pre_activation = X @ params["W1"] + params["b1"]
    for key in keys:
        want = slopes(lambda value, key=key: network_loss(X, y, {**params, key: value}), params[key])
        about = {"batch_size": len(y), "n_classes": 3, "pre_activation": pre_activation}
        check.gradient(grads[key], want, name=f"d{key}", at_most=1e-7, **about)


@pytest.mark.case(
    "dW2 and db2 agree with finite differences",
    points=0.5,
    hint="linear_backward(dlogits, A1, W2): the input of the second layer is A1, after the ReLU.",
)
def test_gradient_of_the_second_layer(submission, rng):
    check_layer(submission, rng, "W2", "b2")


@pytest.mark.case(
    "dW1 and db1 agree with finite differences",
    points=1,
    hint="Go back through W2, then through the ReLU with Z1, then linear_backward with X.",
)
def test_gradient_of_the_first_layer(submission, rng):
    check_layer(submission, rng, "W1", "b1")


# --- the gradient check ---


@pytest.mark.case(
    "numerical_gradient uses both sides: the slope of x**3 comes out as 3 x**2",
    points=0.5,
    hint="One-sided differences are wrong by about eps, central ones by about eps squared. Divide by 2 * eps.",
)
def test_numerical_gradient_is_central(submission, rng):
    x = away_from_zero(rng, (5,))
    slope, eps = 3 * x**2, 0.5
    got = submission.probe.gradient_of_cubes(x, eps)
    for value, text in (
        (slope + 3 * x * eps + eps**2, "is (f(x + eps) - f(x)) / eps: one side only. Use both sides."),
        (slope - 3 * x * eps + eps**2, "is (f(x) - f(x - eps)) / eps: one side only. Use both sides."),
        (2 * (slope + eps**2), "is twice too large: x + eps and x - eps lie 2 * eps apart, so divide by 2 * eps."),
        (slope, "does not depend on eps: the step must be the argument eps, not a number in the code."),
    ):
        same = np.shape(got) == x.shape and np.allclose(got, value, rtol=1e-6, atol=1e-6)
        check.that(not same, f"The gradient of sum(x**3) with eps = {eps} {text}", expected=slope + eps**2, got=got)
    check.close(got, slope + eps**2, name=f"gradient of sum(x**3) with eps = {eps}")
    check.gradient(submission.probe.gradient_of_cubes(x), slope, name="gradient of sum(x**3)", at_most=1e-7)


@pytest.mark.case(
    "numerical_gradient moves one entry at a time, and gives f an array of the shape of x",
    points=0.5,
    hint="Put each entry back before you change the next one. Loop over np.ndindex(x.shape).",
)
def test_numerical_gradient_of_a_matrix(submission, rng):
    x, A = away_from_zero(rng, (4, 3)), away_from_zero(rng, (5, 4))
    got = submission.probe.gradient_of_product(x, A)
    check.gradient(got, 2 * A.T @ A @ x, name="gradient of sum((A @ x)**2)", at_most=1e-7)


@pytest.mark.case(
    "numerical_gradient leaves x as it was",
    points=0.5,
    hint="Save the entry before you change it (old = x[i]) and write it back, or work on x.copy().",
)
def test_numerical_gradient_restores_x(submission, rng):
    x = away_from_zero(rng, (3, 2))
    after = submission.probe.x_after(x)
    check.shape(after, x.shape, name="x after the call")
    # 1e-12: adding eps, taking 2 eps and adding eps again may differ in the last bit.
    moved = np.abs(after - x) > 1e-12
    check.that(
        not moved.any(),
        f"{moved.sum()} of {x.size} entries of x have another value after the call. "
        "Write the old value back after each entry.",
        expected=x,
        got=after,
    )


@pytest.mark.case(
    "No function changes the arrays it is given",
    points=0.5,
    hint="`a -= b` and `a[mask] = 0` change the caller's array. Make a new one: `a = a - b`, np.where, a.copy().",
)
def test_inputs_stay_as_they_are(submission, rng):
    logits, y = batch_of_logits(rng)
    dout, X, W = linear_batch(rng)
    check.unchanged(submission.cross_entropy, logits, y, names=("logits", "y"))
    check.unchanged(submission.cross_entropy_grad, logits, y, names=("logits", "y"))
    check.unchanged(submission.linear_backward, dout, X, W, names=("dout", "X", "W"))
    check.unchanged(submission.relu_backward, dout, X[:, :3], names=("dout", "Z"))
    X, y, params = make.two_layer(rng)
    check.unchanged(submission.loss_and_grads, X, y, params, names=("X", "y", "params"))
