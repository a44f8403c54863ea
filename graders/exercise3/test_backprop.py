"""Exercise 3: the loss, each backward step, the whole network, and the gradient check."""

import math

import numpy as np
import pytest

from dlquiz.grading import check, make, probe, remark
from dlquiz.grading.maths import cross_entropy, slopes


def network_logits(X, params):
    """Trusted logits of the two-layer ReLU network."""
    return np.maximum(X @ params["W1"] + params["b1"], 0) @ params["W2"] + params["b2"]


def network_loss(X, y, params):
    """Trusted loss of the two-layer ReLU network."""
    return cross_entropy(network_logits(X, params), y)


def loss_with(value, key, X, y, params):
    """Trusted loss of the network with ``value`` in place of one parameter."""
    return network_loss(X, y, {**params, key: value})


KINDS = {
    "cube": ("x**3", lambda z: z**3, lambda z: 3 * z**2),
    "exp": ("exp(x)", np.exp, np.exp),
    "sine": ("sin(2 x)", lambda z: np.sin(2 * z), lambda z: 2 * np.cos(2 * z)),
}
"""Functions to differentiate: text, value, slope. The same stand in probe.py."""


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
    want = cross_entropy(logits, y)
    about = {"n_classes": 5, "logits": logits, "labels": y}
    check.close(submission.cross_entropy(logits, y), want, name="loss", batch_size=8, **about)
    twice = submission.cross_entropy(np.vstack([logits, logits]), np.concatenate([y, y]))
    check.close(twice, want, name="loss of the batch taken twice", batch_size=16, n_classes=5)


@pytest.mark.case(
    "Confident and wrong: logits (1000, 0) with right class 1 give a loss of 1000",
    points=0.5,
    hint="exp(1000) is too big, and ln(0) is not a number you want. Take the row maximum out before exp; clip nothing.",
)
def test_confident_wrong_logits(submission, rng):
    low = int(rng.integers(200, 600))
    logits, y = np.array([[1000.0, 0.0], [-1e4, low - 1e4]]), np.array([1, 0])
    got = submission.cross_entropy(logits, y)
    check.close(got, (1000 + low) / 2, name=f"loss of two rows (1000 and {low})", logits=logits, labels=y)
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
    points=0.75,
    hint="(softmax - one_hot) / N. Softmax over each row (axis 1), plus or minus?, and 1/N exactly once.",
)
def test_loss_gradient(submission, rng):
    logits, y = batch_of_logits(rng)
    got = submission.cross_entropy_grad(logits, y)
    want = slopes(cross_entropy, logits, y)
    check.gradient(got, want, name="dlogits", at_most=1e-7, batch_size=8, n_classes=5, logits=logits)


@pytest.mark.case(
    "cross_entropy_grad stays exact for logits as large as 10,000",
    points=0.5,
    hint="Subtract the maximum of each row (not of the whole array) before np.exp.",
)
def test_loss_gradient_of_large_logits(submission, rng):
    logits = np.array([[1e4, 0.0, 1e4], [-1e4, -1e4, -1e4 - 900]])
    want = np.array([[-0.25, 0.0, 0.25], [0.25, -0.25, 0.0]])
    order = rng.permutation(3)
    logits, want = logits[:, order], want[:, order]
    got = submission.cross_entropy_grad(logits, want.argmin(axis=1))
    check.close(got, want, name="dlogits", batch_size=2, n_classes=3, logits=logits)


# --- one layer ---


def linear_batch(rng):
    """N=6 rows, D=4 inputs, M=3 outputs: no two sizes are equal; dout has both signs."""
    X, W, _ = make.layer(rng, 6, 4, 3)
    return away_from_zero(rng, (6, 3)), X, W


def linear_gradients(submission, dout, X, W):
    return check.parts(submission.linear_backward(dout, X, W), "dX", "dW", "db", of="linear_backward")


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
    points=0.5,
    hint="Every row uses the same b, so every row adds its share: dout.sum(axis=0). The 1/N is already in dout.",
)
def test_db(submission, rng):
    dout, X, W = linear_batch(rng)
    _, _, db = linear_gradients(submission, dout, X, W)
    check.close(db, dout.sum(axis=0), name="db", batch_size=6, dout=dout)


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
    got = submission.relu_backward(np.array([[5.0, 7.0, -3.0, -2.0]]), np.array([[0.0, 2.0, 0.0, -1.0]]))
    check.that(
        not np.array_equal(got, [[5.0, 7.0, -3.0, 0.0]]),
        "dZ is dout where Z is exactly 0: the derivative was taken as 1 there.",
        expected=[[0.0, 7.0, 0.0, 0.0]],
        got=got,
    )
    check.close(got, [[0.0, 7.0, 0.0, 0.0]], name="dZ")


# --- the whole network ---


def loss_and_grads(submission, X, y, params):
    return check.parts(submission.loss_and_grads(X, y, params), "loss", "grads", of="loss_and_grads")


@pytest.mark.case(
    "loss_and_grads returns the loss, and a gradient for every parameter",
    points=0.5,
    hint="Forward: linear, ReLU, linear, cross-entropy. The keys are those of params: W1, b1, W2, b2.",
)
def test_network_loss_and_shapes(submission, rng):
    X, y, params = make.two_layer(rng)
    loss, grads = loss_and_grads(submission, X, y, params)
    about = {"logits": network_logits(X, params), "labels": y}
    check.close(loss, network_loss(X, y, params), name="loss", batch_size=len(y), **about)
    demand_keys(grads, params)
    for key in ("W1", "W2"):  # the shapes of db1 and db2 are judged with their values
        check.shape(grads[key], params[key].shape, name=f"d{key}")


def demand_keys(grads, keys):
    """Check that there is a gradient for each of these parameters."""
    found = sorted(grads) if isinstance(grads, dict) else type(grads).__name__
    missing = [key for key in keys if not isinstance(grads, dict) or key not in grads]
    said = f"grads has no entry for {', '.join(missing)}."
    check.that(not missing, said, expected=str(sorted(keys)), got=str(found), hinted=False)


def check_layer(submission, rng, *keys):
    X, y, params = make.two_layer(rng)
    _, grads = loss_and_grads(submission, X, y, params)
    demand_keys(grads, keys)
    pre_activation = X @ params["W1"] + params["b1"]
    own = None
    for key in keys:
        want = slopes(loss_with, params[key], key, X, y, params)
        if not near(grads[key], want):
            # One slip, one price: a wrong step has lost its own case; here only their order and arguments count.
            own = own or one_step_after_the_other(submission, X, y, params)
            if near(grads[key], own.get(key)) and any(np.ptp(one) > 0 for one in own.values()):  # no mere zeros
                remark(f"d{key} is wrong because a backward function of yours is: only the check of that one is lost.")
                continue
        about = {"batch_size": len(y), "n_classes": 3, "pre_activation": pre_activation, "inputs": X, "labels": y,
                 "params": params}  # fmt: skip
        check.gradient(grads[key], want, name=f"d{key}", at_most=1e-7, **about)


def near(got, want):
    """Whether both are the same numbers, in the same shape."""
    same_shape = want is not None and np.shape(got) == np.shape(want)
    return same_shape and np.all(np.abs(got - want) <= 1e-9 + 1e-7 * np.abs(want).max() + 1e-6 * np.abs(want))


def one_step_after_the_other(submission, X, y, params):
    """The gradients that the learner's own functions give in the right order; {} if they give none."""
    Z1 = X @ params["W1"] + params["b1"]
    A1 = np.maximum(Z1, 0)
    logits = A1 @ params["W2"] + params["b2"]
    dlogits = submission.cross_entropy_grad(logits, y)
    if np.shape(dlogits) != logits.shape:
        return {}
    dA1, dW2, db2 = linear_gradients(submission, dlogits, A1, params["W2"])
    dZ1 = submission.relu_backward(dA1, Z1) if np.shape(dA1) == A1.shape else None
    if np.shape(dZ1) != Z1.shape:
        return {"W2": dW2, "b2": db2}
    _, dW1, db1 = linear_gradients(submission, dZ1, X, params["W1"])
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


@pytest.mark.case(
    "The backward steps lead to dW2, as finite differences do",
    points=0.5,
    hint="linear_backward(dlogits, A1, W2): the input of the second layer is A1, after the ReLU.",
)
def test_gradient_of_the_second_layer(submission, rng):
    check_layer(submission, rng, "W2")


@pytest.mark.case(
    "The backward steps lead to dW1, as finite differences do",
    points=0.75,
    hint="Go back through W2, then through the ReLU with Z1, then linear_backward with X.",
)
def test_gradient_of_the_first_layer(submission, rng):
    check_layer(submission, rng, "W1")


@pytest.mark.case(
    "The backward steps lead to db1 and db2, in the shapes of b1 and b2",
    points=0.5,
    hint="They are what linear_backward returns as db, once for each layer.",
)
def test_gradient_of_the_biases(submission, rng):
    check_layer(submission, rng, "b1", "b2")


@pytest.mark.case(
    "loss_and_grads goes back through the layers once, not weight by weight",
    points=1,
    hint="One backward pass gives all gradients. To evaluate the loss for every weight is the check of a gradient "
    "(numerical_gradient), and takes thousands of times as long.",
)
def test_one_backward_pass(submission, reference, rng):
    def draw(draws):
        X, y, params = make.two_layer(draws, 10, 196, 32, 10)
        return X, y, {**params, "W1": params["W1"] / 10}

    check.speed(probe(submission).loss_and_grads, probe(reference).loss_and_grads, at_most=60, draw=draw)


# --- the gradient check ---


@pytest.mark.case(
    "numerical_gradient uses both sides: (f(x + eps) - f(x - eps)) / (2 eps)",
    points=0.5,
    hint="One-sided differences are wrong by about eps, central ones by about eps squared. Divide by 2 * eps.",
)
def test_numerical_gradient_is_central(submission, rng):
    x, c, kind = away_from_zero(rng, (5,)), rng.uniform(1, 2, 5), rng.choice([*KINDS])
    text, value, slope = KINDS[kind]
    eps, name = 0.5, f"The gradient of sum(c * {text})"
    up, here, down = (c * value(x + step) for step in (eps, 0, -eps))
    want = (up - down) / (2 * eps)
    got, _ = numerical_gradient(submission, x, kind, c, eps=eps)
    for wrong, words, rtol in (
        ((up - here) / eps, "is (f(x + eps) - f(x)) / eps: one side only. Use both sides.", 1e-6),
        ((here - down) / eps, "is (f(x) - f(x - eps)) / eps: one side only. Use both sides.", 1e-6),
        (2 * want, "is twice too large: x + eps and x - eps lie 2 * eps apart, so divide by 2 * eps.", 1e-6),
        (
            np.full(5, want.sum()),
            "is the same in every entry: all of x was moved at once. Move one entry at a time.",
            1e-6,
        ),
        # A step of 1e-4 to one side is off by so much.
        (c * slope(x), "does not depend on eps: the step must be the argument eps, not a number in the code.", 1e-3),
    ):
        same = np.shape(got) == x.shape and np.allclose(got, wrong, rtol=rtol, atol=1e-6)
        check.that(not same, f"{name} with eps = {eps} {words}", expected=want, got=got)
    check.close(got, want, name=f"{name[4:]} with eps = {eps}")
    got, _ = numerical_gradient(submission, x, kind, c)
    check.gradient(got, c * slope(x), name=name[4:], at_most=1e-7)


def numerical_gradient(submission, x, kind, c, A=None, *, eps=None):
    """Return the learner's gradient of sum(c * g(A @ x)), and what x holds afterwards."""
    return probe(submission).numerical_gradient(x, str(kind), c, A, eps)


@pytest.mark.case(
    "numerical_gradient moves one entry at a time, and gives f an array of the shape of x",
    points=0.5,
    hint="Put each entry back before you change the next one. Loop over np.ndindex(x.shape).",
)
def test_numerical_gradient_of_a_matrix(submission, rng):
    x, A, c = away_from_zero(rng, (4, 3)), away_from_zero(rng, (5, 4)) / 4, rng.uniform(1, 2, (5, 3))
    kind = rng.choice([*KINDS])
    text, _, slope = KINDS[kind]
    got, _ = numerical_gradient(submission, x, kind, c, A)
    name = (
        f"gradient of sum(c * {text.replace('x', '(A @ X)')})" if kind != "exp" else "gradient of sum(c * exp(A @ X))"
    )
    check.gradient(got, A.T @ (c * slope(A @ x)), name=name, at_most=1e-7)


@pytest.mark.case(
    "numerical_gradient leaves x as it was",
    points=0.25,
    hint="Save the entry before you change it (old = x[i]) and write it back, or work on x.copy().",
)
def test_numerical_gradient_restores_x(submission, rng):
    x, c = away_from_zero(rng, (3, 2)), rng.uniform(1, 2, (3, 2))
    got, after = numerical_gradient(submission, x, "cube", c)
    check.shape(got, x.shape, name="the gradient")
    want = 3 * c * x**2
    along = float((np.asarray(got) * want).sum()) > 0.99 * np.linalg.norm(got) * np.linalg.norm(want)
    check.that(along, "numerical_gradient does not give the gradient of sum(c * x**3).", expected=want, got=got)
    check.shape(after, x.shape, name="x after the call")
    # 1e-12: adding eps, taking 2 eps and adding eps again may differ in the last bit.
    moved = np.abs(after - x) > 1e-12
    check.that(
        not moved.any(),
        f"numerical_gradient changed its input x in {moved.sum()} of {x.size} entries. "
        "Write the old value back after each entry.",
    )


@pytest.mark.case(
    "No function changes the arrays it is given",
    points=0.25,
    hint="`a -= b` and `a[mask] = 0` change the caller's array. Make a new one: `a = a - b`, np.where, a.copy().",
)
def test_inputs_stay_as_they_are(submission, rng):
    logits, y = batch_of_logits(rng)
    dout, X, W = linear_batch(rng)
    loss = check.unchanged(submission.cross_entropy, logits, y, names=("logits", "y"))
    dlogits = check.unchanged(submission.cross_entropy_grad, logits, y, names=("logits", "y"))
    layer = check.unchanged(submission.linear_backward, dout, X, W, names=("dout", "X", "W"))
    dZ = check.unchanged(submission.relu_backward, dout, away_from_zero(rng, (6, 3)) + [[0], [0], [0], [0], [9], [-9]],
                         names=("dout", "Z"))  # fmt: skip
    X, y, params = make.two_layer(rng)
    _, grads = check.unchanged(submission.loss_and_grads, X, y, params, names=("X", "y", "params"))
    # A function that does nothing changes nothing. What the values must be is the question of other cases.
    for name, value in (("cross_entropy", [0, loss]), ("cross_entropy_grad", dlogits), ("linear_backward", layer[0]),
                        ("relu_backward", dZ), ("loss_and_grads", grads["W2"])):  # fmt: skip
        check.that(np.ptp(value) > 0, f"{name} gives the same number everywhere.", got=value)
