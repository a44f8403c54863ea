"""Exercise 11: dropout by its statistics, batch norm in both modes and backwards, the L2 penalty."""

import numpy as np
import pytest

from dlquiz.grading import Rng, check, make, probe, remark, upload, with_arguments
from dlquiz.grading.maths import slopes

CLOSE = {"rtol": 1e-4, "atol": 1e-4}
"""So wide that the place of eps = 1e-5 does not show: it has cases of its own, with a large eps."""
AT_MOST = 1e-4
"""The same for gradients."""
OUTPUTS = ("out", "new_running_mean", "new_running_var")
GRADIENTS = ("dX", "dgamma", "dbeta")


def signed(rng, shape):
    """Values of both signs, none near 0."""
    return rng.uniform(0.5, 2.0, shape) * rng.choice([-1.0, 1.0], shape)


# --- dropout ---


def dropped(submission, X, p, generator):
    """Where the learner's dropout puts zeros in training: some entries, but not all."""
    got = submission.dropout(X, p, generator)
    check.shape(got, X.shape, name="dropout(X, p, rng)")
    zeros = np.asarray(got) == 0
    check.that(zeros.any(), "In training dropout sets nothing to 0.", got=got)
    check.that(not zeros.all(), "In training dropout sets everything to 0.", got=got)
    return zeros


@pytest.mark.case(
    "dropout sets the share p of the entries to 0, each of them on its own",
    points=0.5,
    hint="Draw one number for every entry, rng.random(X.shape), and drop where it is below p: the share that goes.",
)
def test_dropout_share(submission, rng):
    X, p = signed(rng, (500, 400)), 0.3
    zeros = dropped(submission, X, p, Rng(make.seed(rng)))
    share = zeros.mean()  # its standard deviation is 0.001
    about = "p is the probability to drop." if abs(share - (1 - p)) < 0.01 else "Draw one number for every entry."
    wanted = f"{p} of the entries, give or take 0.01"
    check.that(abs(share - p) < 0.01, f"{share:.3f} of the entries are 0. {about}", expected=wanted, got=f"{share:.3f}")
    for axis, other, what in ((1, 400, "row"), (0, 500, "column")):
        clustered = zeros.mean(axis=axis).var() / (p * (1 - p) / other)  # 1 on average, below 1.5 if drawn well
        text = f"Entries of one {what} are dropped together. Draw one number for every entry."
        check.that(clustered < 4, text, expected=f"{p} of nearly every {what}", got=zeros.mean(axis=axis))
    large = zeros[np.abs(X) > 1.25].mean()
    text = "Whether an entry is dropped depends on its value."
    check.that(abs(large - p) < 0.02, text, expected=f"{p} of the large ones", got=f"{large:.3f} of them")


@pytest.mark.case(
    "dropout divides the entries that it keeps by 1 - p",
    points=0.5,
    public=True,
    hint="If p of the entries are gone, the others must be larger, so that the mean stays. By which factor?",
)
def test_dropout_scale(submission, rng):
    for shape, p in (((3, 4, 5), 0.6), ((40,), 0.2), ((5, 8), 0.5)):
        X = signed(rng, shape)
        got = submission.dropout(X, p, Rng(make.seed(rng)))
        check.shape(got, X.shape, name="dropout(X, p, rng)")
        kept = np.asarray(got) != 0
        ratio = np.median(np.asarray(got)[kept] / X[kept]) if kept.any() else 0.0
        about = f"What is kept is {ratio:.4g} times as large as in X, expected 1 / (1 - p) = {1 / (1 - p):.4g}."
        if np.isclose(ratio, 1):
            about = "The entries that dropout keeps are not divided by 1 - p."
        check.that(np.isclose(ratio, 1 / (1 - p), rtol=1e-5), about, expected=X / (1 - p), got=got)
        check.close(got, np.where(kept, X / (1 - p), 0.0), name="dropout(X, p, rng)", rtol=1e-5, atol=1e-6)


@pytest.mark.case(
    "dropout takes its random numbers from rng: new ones in every call, the same ones from an equal generator",
    points=0.5,
    hint="Use rng.random, not np.random.rand, and make no generator of your own inside the function.",
)
def test_dropout_generator(submission, rng):
    seed = make.seed(rng)
    generator = upload(submission, Rng(seed))
    first, second = (dropped(submission, signed(rng, (20, 30)), 0.4, generator) for _ in range(2))
    again = dropped(submission, signed(rng, (20, 30)), 0.4, Rng(seed))
    other = dropped(submission, signed(rng, (20, 30)), 0.4, Rng(seed + 1))
    check.that(not np.array_equal(first, second), "Two calls with one generator drop the same entries.")
    check.that(not np.array_equal(first, other), "Generators with different seeds drop the same entries.")
    check.that(np.array_equal(first, again), "Two generators with the same seed drop different entries.")


@pytest.mark.case(
    "dropout does nothing in evaluation, and nothing for p = 0",
    points=0.25,
    public=True,
    hint="With training=False the result is X itself: nothing is dropped, and nothing is scaled.",
)
def test_dropout_off(submission, rng):
    X, seed = signed(rng, (4, 5)), make.seed(rng)
    dropped(submission, np.tile(X, (4, 1)), 0.5, Rng(seed))
    check.close(submission.dropout(X, 0.0, Rng(seed)), X, name="dropout(X, 0.0, rng)", rtol=1e-6)
    got = submission.dropout(X, 0.4, Rng(seed), False)
    check.close(got, X, name="dropout(X, p, rng, training=False)", rtol=1e-6, p=0.4, keep=0.6)


# --- batch norm, forward ---


def batch(rng, n=7, d=4):
    """X, gamma, beta, running_mean, running_var; columns of different mean and scale, no scale near 0."""
    X = rng.permuted(np.linspace(-1.5, 1.5, n)[:, None] + rng.uniform(-0.1, 0.1, (n, d)), axis=0)
    X = X * rng.uniform(1.0, 4.0, d) + rng.uniform(2.0, 5.0, d)
    return X, rng.uniform(0.5, 2.0, d), signed(rng, d), signed(rng, d), rng.uniform(0.5, 3.0, d)


def normalised(X, gamma, beta, eps=1e-5):
    """Trusted batch norm in training."""
    return gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps) + beta


def forward(submission, *args):
    return check.parts(submission.batchnorm(*args), *OUTPUTS, of="batchnorm")


@pytest.mark.case(
    "In training batchnorm gives every column of the batch the mean beta and the standard deviation gamma",
    points=0.75,
    public=True,
    hint="X.mean(axis=0) and X.var(axis=0): one number for each column. Then times gamma, plus beta.",
)
def test_batchnorm_training(submission, rng):
    for n, d in ((7, 4), (3, 6)):
        X, gamma, beta, mean, var = batch(rng, n, d)
        out, *_ = forward(submission, X, gamma, beta, mean, var)
        check.close(out, normalised(X, gamma, beta), name="out", gamma=gamma, beta=beta, batch_size=n, **CLOSE)


@pytest.mark.case(
    "In training the share momentum of the batch goes into the running mean and the running variance",
    points=0.5,
    hint="new = (1 - momentum) * old + momentum * batch, for the mean and for the variance (not its root).",
)
def test_running_statistics(submission, rng):
    X, gamma, beta, mean, var = batch(rng)
    _, new_mean, new_var = forward(submission, X, gamma, beta, mean, var, True, 0.35)
    check.shape(new_mean, mean.shape, name="new_running_mean")
    check.shape(new_var, var.shape, name="new_running_var")
    moved = X.mean(axis=0)
    swapped = np.allclose(new_mean, 0.35 * mean + 0.65 * moved, **CLOSE)
    text = "momentum is the share of the OLD mean in your formula, as in Keras. Here it is the share of the batch."
    check.that(not swapped, text, expected=0.65 * mean + 0.35 * moved, got=new_mean)
    check.close(new_mean, 0.65 * mean + 0.35 * moved, name="new_running_mean", momentum=0.35, old=mean, **CLOSE)
    biased, unbiased = (0.65 * var + 0.35 * X.var(axis=0, ddof=ddof) for ddof in (0, 1))
    if np.allclose(new_var, biased, **CLOSE):
        remark("Your running variance takes the variance of the batch without N / (N - 1). That counts as right here.")
    else:
        check.close(new_var, unbiased, name="new_running_var", momentum=0.35, old=var, batch_size=7, **CLOSE)


@pytest.mark.case(
    "In evaluation batchnorm uses the running statistics, also for one single row, and returns them as they were",
    points=0.75,
    hint="With training=False take running_mean and running_var in place of those of the batch, and update nothing.",
)
def test_batchnorm_evaluation(submission, rng):
    X, gamma, beta, mean, var = batch(rng)
    for rows, name in ((X, "out"), (X[2:3], "out of one row")):
        out, new_mean, new_var = forward(submission, rows, gamma, beta, mean, var, False, 0.35)
        check.close(out, gamma * (rows - mean) / np.sqrt(var + 1e-5) + beta, name=name, gamma=gamma, **CLOSE)
        check.close(new_mean, mean, name="the running mean after evaluation", **CLOSE)
        check.close(new_var, var, name="the running variance after evaluation", **CLOSE)


@pytest.mark.case(
    "batchnorm adds eps to the variance, inside the root: a column of equal values gives beta",
    points=0.25,
    hint="np.sqrt(var + eps). Is eps the argument, or a number in your code?",
)
def test_batchnorm_eps(submission, rng):
    X, gamma, beta, mean, var = batch(rng)
    X[:, 1] = 2.0
    out, *_ = forward(submission, X, gamma, beta, mean, var, True, 0.1, 0.2)
    check.close(out, normalised(X, gamma, beta, 0.2), name="out", eps=0.2, gamma=gamma, **CLOSE)


# --- batch norm, backward ---


def passed_on(X, gamma, dout, eps=1e-5):
    """A loss with the gradient dout at the output of batch norm."""
    return float((dout * normalised(X, gamma, 0.0, eps)).sum())


def backward(submission, *args):
    return check.parts(submission.batchnorm_backward(*args), *GRADIENTS, of="batchnorm_backward")


@pytest.mark.case(
    "batchnorm_backward gives dgamma and dbeta as sums over the rows",
    points=0.25,
    hint="out = gamma * xhat + beta: dgamma collects dout * xhat, dbeta collects dout. Which axis disappears?",
)
def test_dgamma_and_dbeta(submission, rng):
    X, gamma, *_ = batch(rng)
    dout = signed(rng, X.shape)
    _, dgamma, dbeta = backward(submission, dout, X, gamma)
    xhat = normalised(X, 1.0, 0.0)
    check.gradient(dgamma, (dout * xhat).sum(axis=0), name="dgamma", at_most=AT_MOST, batch_size=7)
    check.gradient(dbeta, dout.sum(axis=0), name="dbeta", at_most=AT_MOST, batch_size=7)


@pytest.mark.case(
    "dX agrees with finite differences: through X itself, through the mean and through the variance",
    points=0.75,
    hint="dxhat = dout * gamma. Subtract its mean over the rows, and xhat * mean of dxhat * xhat; divide by std.",
)
def test_dX(submission, rng):
    for n, d in ((7, 4), (4, 6)):
        X, gamma, *_ = batch(rng, n, d)
        dout = signed(rng, X.shape)
        dX, *_ = backward(submission, dout, X, gamma)
        check.gradient(dX, slopes(passed_on, X, gamma, dout), name="dX", at_most=AT_MOST, batch_size=n, gamma=gamma)


@pytest.mark.case(
    "batchnorm_backward uses the eps that it is given",
    points=0.25,
    hint="The standard deviation in the backward pass is the one of the forward pass: np.sqrt(var + eps).",
)
def test_backward_eps(submission, rng):
    X, gamma, *_ = batch(rng)
    dout, eps = signed(rng, X.shape), 2.0
    dX, *_ = backward(submission, dout, X, gamma, eps)
    want = slopes(passed_on, X, gamma, dout, eps)
    check.gradient(dX, want, name=f"dX with eps = {eps}", at_most=AT_MOST, batch_size=7, gamma=gamma)


@pytest.mark.case(
    "batchnorm_backward computes whole arrays: 128 rows and 64 columns take at most 60 times as long as the reference",
    points=0.25,
    hint="Trying every entry of X costs one forward pass each. The formula of the lesson needs none.",
)
def test_backward_speed(submission, reference, rng):
    X, gamma, *_ = batch(rng, 128, 64)
    dout = signed(rng, X.shape)
    check.speed(probe(submission).batchnorm_backward, probe(reference).batchnorm_backward, dout, X, gamma, at_most=60)


# --- the penalty, and the caller's arrays ---


@pytest.mark.case(
    "l2_penalty_grad is the slope of lam * sum(W**2), for arrays of any shape",
    points=0.25,
    hint="The slope of w**2 is 2 * w. Every weight has its own slope, so the result has the shape of W.",
)
def test_l2(submission, rng):
    for shape in ((4, 3), (5,), (2, 3, 2)):
        W, lam = signed(rng, shape), float(rng.uniform(0.1, 0.4))
        check.close(submission.l2_penalty_grad(W, lam), 2 * lam * W, name="the gradient", rtol=1e-6, lam=lam)


@pytest.mark.case(
    "No function changes the arrays it is given",
    points=0.25,
    hint="`X *= mask`, `X -= mean` and `running_mean *= ...` change the caller's arrays: make new ones.",
)
def test_inputs_stay_as_they_are(submission, rng):
    X, gamma, beta, mean, var = batch(rng)
    many = np.tile(X, (9, 1))
    out, (after, *_) = with_arguments(submission.dropout, many, 0.5, Rng(make.seed(rng)))
    check.shape(out, many.shape, name="dropout(X, p, rng)")
    check.that(0 < np.mean(np.asarray(out) == 0) < 1, "In training dropout sets about the share p to 0.", got=out)
    check.that(np.array_equal(after, many), "dropout changed its input X.")
    names = ("X", "gamma", "beta", "running_mean", "running_var")
    got = check.unchanged(submission.batchnorm, X, gamma, beta, mean, var, names=names)
    out = check.parts(got, *OUTPUTS, of="batchnorm")[0]
    check.close(out, normalised(X, gamma, beta), name="out", **CLOSE)
    dout = signed(rng, X.shape)
    got = check.unchanged(submission.batchnorm_backward, dout, X, gamma, names=("dout", "X", "gamma"))
    got = check.parts(got, *GRADIENTS, of="batchnorm_backward")
    check.gradient(got[2], dout.sum(axis=0), name="dbeta", at_most=AT_MOST)  # dX has three cases already
    check.unchanged(submission.l2_penalty_grad, X, 0.1, want=0.2 * X, names=("W",), rtol=1e-6)
