"""Exercise 4: minibatches, the start, predictions, steps by value, the rows of an epoch, and what is learnt.

A step is compared with the gradient at the learner's own start, for every usual activation; what was trained predicts
in a fresh worker, from four arrays alone. Cheap cases come first, trainings on digits last. ``call_s`` stands where
rows are few: loops over them take less than a second there.
"""

import numpy as np
import pytest

from dlquiz.grading import Rng, check, fresh, iterate, make, network, parameters, remark, training
from dlquiz.grading.maths import logistic_regression

D, H, C = 12, 16, 10
"""Inputs, hidden units and classes of small networks: three different numbers, so that shapes say what is what."""

# --- minibatches ---


def batches_of(submission, rng, n, batch_size):
    """Return one pass over rows (i, i + 0.25, i + 0.5) with labels 100 + i, as (row numbers, labels) of each batch."""
    X = np.arange(n)[:, None] + np.array([0.0, 0.25, 0.5])
    y = 100 + np.arange(n)
    batches = iterate(submission.minibatches, X, y, batch_size, Rng(make.seed(rng)), at_most=n + 1)
    message = f"minibatches yields {'nothing' if not batches else 'more batches than rows: it must stop after a pass'}."
    check.that(0 < len(batches) <= n, message, expected=f"{-(-n // batch_size)} batches", got=len(batches))
    result = []
    for batch in batches:
        pair = isinstance(batch, tuple | list) and len(batch) == 2
        check.that(pair, "minibatches yields pairs (xb, yb).", expected="a pair", got=type(batch).__name__)
        xb, yb = batch
        rows = isinstance(xb, np.ndarray) and xb.ndim == 2 and xb.shape[1] == 3 and len(xb) > 0
        check.that(rows, "xb is an array with rows of X.", expected="shape (rows, 3)", got=str(np.shape(xb)))
        check.shape(yb, (len(xb),), name="yb")
        known = (xb[:, :1] + [0.0, 0.25, 0.5] == xb).all(axis=1) & np.isin(xb[:, 0], np.arange(n))
        check.that(known.all(), "xb holds a row that is not in X.", got=str(xb[~known][:1].tolist()))
        result.append((xb[:, 0].astype(int), np.asarray(yb)))
    return result


@pytest.mark.case(
    "Ten rows in batches of 4 come as 4, 4 and 2",
    points=0.25,
    public=True,
    hint="for start in range(0, len(X), batch_size): take the rows from start to start + batch_size.",
    call_s=5,
)
def test_batch_sizes(submission, rng):
    shown = ", ".join(str(len(rows)) for rows, _ in batches_of(submission, rng, 10, 4))
    check.that(shown == "4, 4, 2", f"Ten rows in batches of 4 come as {shown}.", expected="4, 4, 2", got=shown)


@pytest.mark.case(
    "In one pass every row comes once",
    points=0.5,
    hint="Draw one permutation of all row numbers and cut it. Drawing each batch anew takes some rows twice.",
    call_s=5,
)
def test_every_row_once(submission, rng):
    rows = np.concatenate([rows for rows, _ in batches_of(submission, rng, 12, 4)])
    count = np.bincount(rows, minlength=12)
    message = f"{(count == 0).sum()} of 12 rows never come, {(count > 1).sum()} come more than once."
    check.that((count == 1).all(), message, expected="each of the rows 0 to 11 once", got=str(rows.tolist()))


@pytest.mark.case(
    "A row keeps its label",
    points=0.5,
    hint="Use the same row numbers for both: X[rows], y[rows].",
    call_s=5,
)
def test_rows_keep_their_labels(submission, rng):
    for rows, labels in batches_of(submission, rng, 12, 4):
        for row, label in zip(rows, labels - 100, strict=True):
            check.that(row == label, f"Row {row} of X came with the label of row {label}.", expected=f"y[{row}]")


@pytest.mark.case(
    "The rows come in random order",
    points=0.5,
    hint="rng.permutation(len(X)) gives the row numbers in random order.",
    call_s=5,
)
def test_rows_are_shuffled(submission, rng):
    passes = [batches_of(submission, rng, 40, 8) for _ in range(2)]
    steps = [np.abs(np.concatenate([np.diff(rows) for rows, _ in batches])) for batches in passes]
    # Of 35 distances in a random order, the most frequent one comes five times or so.
    check.that(
        all(np.bincount(distances).max() < len(distances) / 2 for distances in steps),
        "The rows of a batch stand at equal distances in X, such as 0, 1, 2 … or 39, 38, 37 …, and not in random "
        "order. If the data is sorted by label, a batch may then hold one class only.",
        expected="rows in random order",
        got=f"first batch: rows {passes[0][0][0].tolist()}",
    )
    orders = [np.concatenate([rows for rows, _ in batches]).tolist() for batches in passes]
    if orders[0] == orders[1]:
        remark("Two different generators gave the same order. Draw the order from rng, anew in every epoch.")


# --- the start ---


def started(submission, rng, *sizes):
    call = f"init_params({', '.join(map(str, sizes))}, rng)"
    return parameters.layers(submission.init_params(*sizes, Rng(make.seed(rng))), *sizes, call=call)


def trained(submission, X, y, seed, hidden=H, exactly=False, **settings):
    """Train; return the four arrays that were found."""
    call = f"train(X, y, hidden={hidden}, epochs={settings['epochs']}, …)"
    params = submission.train(X, y, hidden=hidden, seed=seed, **settings)
    return parameters.layers(params, X.shape[1], hidden, int(y.max()) + 1, call=call, exactly=exactly)


def start_of(submission, X, y, seed, **settings):
    """Return the parameters before any update, which must be the same every time."""
    once, again = (trained(submission, X, y, seed, epochs=0, **settings) for _ in range(2))
    message = "epochs=0 twice with the same seed: the parameters differ. No step can be judged without its start."
    check.that(same(once, again), message, expected="the same parameters")
    return once


def same(one, other):
    pairs = [(one.arrays[key], other.arrays[key]) for key in network.NAMES]
    return all(a.shape == b.shape and np.allclose(a, b, rtol=1e-6, atol=1e-9) for a, b in pairs)


@pytest.mark.case(
    "init_params gives W1, b1, W2 and b2 of one hidden layer, in the shapes of exercise 2",
    points=0.25,
    public=True,
    hint="W1 (n_in, n_hidden), b1 (n_hidden,), W2 (n_hidden, n_out), b2 (n_out,): float arrays in a dictionary.",
    call_s=5,
)
def test_initial_shapes(submission, rng):
    found = started(submission, rng, 30, 8, 5)
    more = ", ".join(f"{name} {shape}" for name, shape in found.others.items())
    check.that(not more, "There are more layers than two. The network has one hidden layer: W1, b1, W2, b2.", got=more)
    for key in ("b1", "b2"):
        value = found.own[found.found[key]]
        row = value.shape[:1] == (1,) or value.ndim == 1
        check.that(row, f"{key} has shape {value.shape}, expected ({value.size},).", expected=f"({value.size},)")
    if found.remark:
        remark(found.remark)


@pytest.mark.case(
    "The initial weights are small: with 784 inputs the standard deviation of W1 is below 0.3",
    points=0.25,
    hint="He: np.sqrt(2 / n_in), about 0.05 for 784 inputs. A sum of 784 terms of size 1 is huge.",
    call_s=5,
)
def test_initial_weights_are_small(submission, rng):
    spread = float(np.std(started(submission, rng, 784, 64, 10).arrays["W1"]))
    message = (
        f"The weights of the first layer have a standard deviation of {spread:.2g}. "
        + "The logits get so large that the first loss is far above ln 10 = 2.3."
        if spread
        else "W1 is constant."
    )
    check.that(0 < spread < 0.3, message, expected="below 0.3 (He: 0.05)", got=f"{spread:.3g}")


@pytest.mark.case(
    "No two hidden units start with the same weights",
    points=0.25,
    call_s=5,
    hint="Units that start equal get equal gradients and stay equal for ever. Draw W1 at random.",
)
def test_hidden_units_start_different(submission, rng):
    different = len(np.unique(started(submission, rng, 30, 8, 5).arrays["W1"], axis=1).T)
    message = f"Only {different} of 8 hidden units have weights of their own."
    check.that(different == 8, message, expected="8 different columns of W1", got=different)


# --- predictions ---


def given_network(submission, rng, n):
    """Return rows, trusted parameters, and the same parameters in the learner's own names and shapes."""
    X, _, params = make.two_layer(rng, n, D, H, C)
    params |= {"W1": 2 * params["W1"], "W2": 4 * params["W2"], "b2": 2 * params["b2"]}
    return X, params, started(submission, rng, D, H, C).like(params)


@pytest.mark.case(
    "predict gives the class with the largest logit, for parameters that are given",
    points=0.75,
    call_s=5,
    public=True,
    hint="Z1 = X @ W1 + b1; A1 = relu(Z1); logits = A1 @ W2 + b2; argmax over axis 1, the classes. Shape (N,).",
)
def test_predict(submission, rng):
    X, params, own = given_network(submission, rng, 80)
    got = submission.predict(X, own)
    check.shape(got, (80,), name="predict(X, params)")
    training.check_predictions(got, X, params)


@pytest.mark.case(
    "predict gives a row alone the same class as in a batch",
    points=0.25,
    call_s=5,
    hint="Nothing may be taken over the rows of X: no mean, no maximum, no squeeze. The shape for one row is (1,).",
)
def test_predict_of_one_row(submission, rng):
    X, params, own = given_network(submission, rng, 60)
    together = submission.predict(X, own)
    check.shape(together, (60,), name="predict(X, params)")
    check.that(np.ptp(together) > 0, "predict gives the same class to 60 different rows.", got=together)
    for i in range(8):
        alone = submission.predict(X[i : i + 1], own)
        check.shape(alone, (1,), name="predict(one row, params)")
        message = f"Row {i} alone gets class {alone[0]}, together with 59 others class {together[i]}."
        check.that(alone[0] == together[i], message, expected=together[i], got=alone[0])


@pytest.mark.case(
    "accuracy is the share of rows that predict gets right, between 0 and 1",
    points=0.25,
    call_s=5,
    hint="The mean of (predict(X, params) == y), for the X and y that were given.",
)
def test_accuracy_is_a_share(submission, rng):
    X, _, own = given_network(submission, rng, 30)
    predicted = submission.predict(X, own)
    check.shape(predicted, (30,), name="predict(X, params)")
    right = int(rng.integers(7, 20))
    y = (np.asarray(predicted).astype(np.int64) + (np.arange(30) >= right)) % C
    check.close(submission.accuracy(X, y, own), right / 30, name="accuracy", rtol=1e-6)


# --- one step ---


def two_steps(submission, rng):
    """Train for 0, 1 and 2 epochs with all rows in one batch."""
    X, y = rng.uniform(size=(24, D)).astype(np.float32), make.labels(rng, 24, C)
    seed, settings = make.seed(rng), {"batch_size": 24, "lr": 1.0}
    points = [start_of(submission, X, y, seed, **settings)]
    points += [trained(submission, X, y, seed, epochs=epochs, **settings) for epochs in (1, 2)]
    return training.Steps(X, y, 1.0, tuple(one.arrays for one in points))


@pytest.mark.case(
    "The first step of W2 and b2 is -lr times the gradient of the mean cross-entropy",
    points=0.75,
    call_s=5,
    hint="dlogits = (softmax - one_hot) / N; dW2 = A1.T @ dlogits; db2 = dlogits.sum(axis=0). new = old - lr * grad.",
)
def test_first_step_of_the_second_layer(submission, rng):
    training.check_first_step(two_steps(submission, rng), "W2", "b2")


@pytest.mark.case(
    "The first step of W1 and b1 is -lr times the gradient of the mean cross-entropy",
    points=0.75,
    call_s=5,
    hint="dZ1 = (dlogits @ W2.T) * (Z1 > 0), with the old W2; dW1 = X.T @ dZ1; db1 = dZ1.sum(axis=0).",
)
def test_first_step_of_the_first_layer(submission, rng):
    training.check_first_step(two_steps(submission, rng), "W1", "b1")


@pytest.mark.case(
    "Two epochs of one batch are two steps, the second one from where the first one ended",
    points=0.5,
    call_s=5,
    hint="A loop over the epochs, in it a loop over the minibatches; in every step forward and backward pass anew.",
)
def test_second_step(submission, rng):
    training.check_second_step(two_steps(submission, rng))


@pytest.mark.case(
    "epochs=0 gives the start: as many hidden units as asked for, and no update",
    points=0.25,
    call_s=5,
    hint="With epochs=0 the loop over the epochs runs zero times. init_params gets X.shape[1], hidden, y.max() + 1.",
)
def test_zero_epochs(submission, rng):
    X, y, _, _ = make.blobs(rng, 48, 10, D, C)
    seed, settings = make.seed(rng), {"hidden": 7, "exactly": True, "batch_size": 8}
    start = start_of(submission, X, y, seed, lr=0.1, **settings)
    other = trained(submission, X, y, seed, epochs=0, lr=0.5, **settings)
    check.that(same(start, other), "With epochs=0 the result depends on lr: there was an update.")
    other = trained(submission, X, y, seed, epochs=1, lr=0.1, **settings)
    check.that(not same(start, other), "epochs=0 and epochs=1 return the same parameters.")


@pytest.mark.case(
    "The same seed gives the same parameters, another seed gives others",
    points=0.25,
    call_s=5,
    hint="Make one generator at the top of train, np.random.default_rng(seed), and draw everything from it.",
)
def test_seed(submission, rng):
    X, y, _, _ = make.blobs(rng, 48, 10, D, C)
    seed, settings = make.seed(rng), {"epochs": 2, "batch_size": 8, "lr": 0.1}
    first, again, other = (trained(submission, X, y, one, **settings) for one in (seed, seed, seed + 1))
    check.that(same(first, again), "Two trainings with the same seed end differently.")
    check.that(not same(first, other), "Two trainings with different seeds end exactly alike.")


@pytest.mark.case(
    "In an epoch every row is used once, also those of the last, shorter batch",
    points=0.75,
    call_s=5,
    hint="for xb, yb in minibatches(X, y, batch_size, rng): one step each. Drawing rows anew each time misses some.",
)
def test_every_row_is_used_once(submission, rng):
    # Row i alone has input i, so only row i moves row i of W1, and a step on all rows together says by how much.
    # 0.3 and not 1: with weights that are far too large, softmax would be so sure of a row that it has no gradient.
    X, y = 0.3 * np.eye(24, dtype=np.float32), np.sort(make.labels(rng, 24, C))
    seed = make.seed(rng)

    def weights(batch_size, lr=1e-3):
        return trained(submission, X, y, seed, hidden=32, epochs=1, batch_size=batch_size, lr=lr).arrays["W1"]

    start = start_of(submission, X, y, seed, hidden=32, batch_size=24, lr=1e-3).arrays["W1"]
    moves = {batch_size: weights(batch_size) - start for batch_size in (24, 8, 7)}
    small = np.linalg.norm(weights(24, lr=2e-3) - start) > 1.5 * np.linalg.norm(moves[24])
    training.check_rows_of_an_epoch(moves, small=small)


@pytest.mark.case(
    "No function changes X or y",
    points=0.25,
    call_s=5,
    hint="rng.shuffle(X) shuffles the caller's array. X[rows] makes a new one.",
)
def test_inputs_stay_as_they_are(submission, rng):
    X, y, X_val, y_val = make.blobs(rng, 400, 30, 30, 3)
    params = check.unchanged(submission.train, X, y, names=("X", "y"))
    predicted = check.unchanged(submission.predict, X, params, names=("X", "params"))
    check.shape(predicted, (400,), name="predict(X, params)")
    share = float(np.mean(predicted == y))
    message = f"After training only {share:.0%} of the training rows are right: nothing was learnt."
    check.that(share > 0.5, message, hinted=False)
    check.unchanged(submission.accuracy, X, y, params, names=("X", "y", "params"))
    check.unchanged(submission.learning_curve, X, y, X_val, y_val, [48], names=("X", "y", "X_val", "y_val", "sizes"))


# --- what was learnt ---


def predictions(submission, X, y, X_test, seed, *, hidden, classes, **settings):
    """Train; predict in another worker, from the four arrays alone."""
    params = submission.train(X, y, hidden=hidden, seed=seed, **settings)
    found = parameters.layers(params, X_test.shape[1], hidden, classes, call="train(X, y, …)", exactly=False)
    return fresh(submission).predict(X_test, found.own)


@pytest.mark.case(
    "Seven classes that nobody has seen before are learnt, from rows sorted by label, and kept in four arrays",
    points=0.5,
    call_s=10,
    hint="Sizes come from the data: X.shape[1], y.max() + 1. predict runs in a new process here: it gets W1, b1, W2 "
    "and b2, and no global variable.",
)
def test_learns_fresh_classes(submission, rng):
    X, y, X_test, y_test = make.blobs(rng, 560, 280, 40, 7)

    def run(seed):
        settings = {"hidden": 32, "epochs": 30, "batch_size": 16, "lr": 0.2}
        return predictions(submission, X, y, X_test, seed, classes=(7, 10), **settings)

    check.accuracy(run, y_test, at_least=0.9, rng=rng, name="280 new rows of seven fresh classes")


def two_switches(rng, n, flipped):
    """Class 1 if exactly one of two groups of ten pixels is bright: a linear model gets about half of them right."""
    y = np.sort(make.labels(rng, n, 2))
    first = rng.integers(0, 2, n)
    bright = np.repeat(np.stack([first, first ^ y], axis=1), 10, axis=1) ^ flipped
    return np.clip(0.2 + 0.6 * bright + rng.normal(scale=0.15, size=bright.shape), 0, 1).astype(np.float32), y


@pytest.mark.case(
    "The hidden layer has an activation: classes that no straight line separates are learnt",
    points=0.5,
    call_s=10,
    hint="Without ReLU two layers are one linear layer. ReLU in the forward pass, its mask in the backward pass.",
)
def test_learns_what_a_linear_model_cannot(submission, rng):
    flipped = rng.integers(0, 2, 20)
    X, y = two_switches(rng, 400, flipped)
    X_test, y_test = two_switches(rng, 300, flipped)

    def run(seed):
        settings = {"hidden": 32, "epochs": 100, "batch_size": 20, "lr": 0.3}
        return predictions(submission, X, y, X_test, seed, classes=(2, 10), **settings)

    linear = float(np.mean(logistic_regression(X, y, X_test) == y_test))
    name = f"300 new rows of 'exactly one group is bright' (a linear model: {linear:.0%})"
    check.accuracy(run, y_test, at_least=0.95, rng=rng, name=name)


def twenty_patterns(rng):
    """Two classes with ten noisy patterns each: 24 rows are too few to learn them, 2000 are enough.

    Three of ten labels of the validation rows are wrong, so that nobody gets more than about 70 % of them right.
    """
    patterns = rng.choice([0.1, 0.9], size=(2, 10, 100))

    def draw(n):
        y = make.labels(rng, n, 2)
        X = patterns[y, rng.integers(0, 10, n)] + rng.normal(scale=0.5, size=(n, 100))
        return np.clip(X, 0, 1).astype(np.float32), y

    X_val, y_val = draw(800)
    return *draw(2000), X_val, np.where(np.arange(800) % 10 < 3, 1 - y_val, y_val)


def accuracies_of(curve, sizes):
    """Return one accuracy for each size; pairs (size, accuracy) in any order are accepted."""
    if isinstance(curve, np.ndarray) and curve.shape == (len(sizes), 2):
        curve = curve.tolist()
    if isinstance(curve, tuple | list) and all(isinstance(item, tuple | list) and len(item) == 2 for item in curve):
        named = [item[0] for item in curve]
        order = [named.index(size) for size in sizes] if all(size in named for size in sizes) else range(len(curve))
        curve = [curve[i][1] for i in order]
    check.shape(curve, (len(sizes),), name="learning_curve(…)")
    values = np.asarray(curve, float)
    check.that(((values >= 0) & (values <= 1)).all(), "An accuracy lies between 0 and 1.", got=values)
    return values


@pytest.mark.case(
    "The learning curve rises on the validation rows: 2000 rows teach more than 24",
    points=0.5,
    call_s=10,
    hint="For each size n: draw n rows, train on these only, append accuracy(X_val, y_val, params).",
)
def test_learning_curve(submission, rng):
    sizes = [2000, 24]  # the accuracies come in the order of sizes
    patterns = twenty_patterns(rng)
    many, few = accuracies_of(submission.learning_curve(*patterns, sizes), sizes)
    shown = f"{many:.3f}, {few:.3f}"
    message = "Three of ten labels in y_val are wrong, and still the accuracy is high. Is it counted on training rows?"
    check.that(max(many, few) < 0.85, message, expected="at most about 0.7", got=shown)
    message = "For sizes [2000, 24] the first accuracy is not the larger one"
    if (
        many <= few - 0.05
        and np.diff(accuracies_of(submission.learning_curve(*patterns, sizes[::-1]), sizes[::-1])) > 0
    ):
        message += ", and for [24, 2000] it is not either: they come sorted by size."
    elif min(many, few) > 0.63:
        message += ": 24 rows taught as much as 2000. Train on n rows only for each size n."
    else:
        message += ": more training rows did not help, or the accuracies are not in the order of sizes."
    check.that(many > few, message, expected="first > last", got=shown)


@pytest.mark.case(
    "Handwritten digits are recognised: new ones, and those of the training set",
    points=1.25,
    hint="The training rows are sorted by label. Does the loss fall from 2.3? Is every minibatch mixed?",
)
def test_recognises_digits(submission, data, rng, metrics):
    most, least = data.settings.setting("epochs"), data.settings.setting("threshold")
    runs = []

    images = data.arrays.train["X"][:10_000]
    X = images.reshape(len(images), -1).astype(np.float32) / 255
    guess = logistic_regression(X, data.arrays.train["y"][:10_000], data.test_X)
    linear = float(np.mean(guess == data.test_labels))
    metrics.number("accuracy_of_a_linear_model", linear)

    def run(seed, epochs=most):
        params = submission.train(data.train_X, data.train_y, epochs=epochs, seed=seed)
        own = parameters.layers(params, data.test_X.shape[1], 64, len(data.classes), call="train(X, y)").own
        predicted = fresh(submission).predict(data.test_X, own)
        if epochs == most:
            metrics.misread(data.arrays.test["X"], data.test_labels, predicted)
            metrics.confusion_matrix("confusion_matrix", data.test_labels, predicted, classes=len(data.classes))
        runs.append((seed, own))
        return predicted

    best = check.accuracy(run, data.test_labels, at_least=least, rng=rng, name=f"held-out images of {data.name}")
    metrics.number("accuracy_of_your_network", best)
    seed, own = runs[-1]
    seen = fresh(submission).predict(data.train_X, own)
    check.shape(seen, data.train_labels.shape, name="predict(X, params) for the training images")
    share = float(np.mean(seen == data.train_labels))
    message = f"{share:.1%} of the training images are right, and {best:.1%} of new ones."
    check.that(share >= least, message, expected=f"at least {least:.3f}", got=f"{share:.3f}")

    for count in [number for number in (1, 2, 5) if number < most] + [most]:
        share = best if count == most else float(np.mean(run(seed, count) == data.test_labels))
        lines = {"your network": share, "a linear model": linear}
        metrics.point("accuracy_curve", count, lines, x_label="epochs", y_label="accuracy on new images")
    if best <= linear:
        remark(
            f"A linear model (logistic regression) gets {linear:.1%} of these images right, your network {best:.1%}."
        )
