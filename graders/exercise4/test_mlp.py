"""Exercise 4: minibatches, the start, one step, whole trainings, and the curves.

No case runs a forward pass of its own on the learner's parameters: what counts
is what ``predict`` answers, and how the parameters move. ``call_s=20`` stands where
the rows are few and made up: a loop over the rows takes about 2 seconds there.
"""

import numpy as np
import pytest

from dlquiz.grading import Rng, check, make, remark

NAMES = ("W1", "b1", "W2", "b2")

# --- minibatches ---


def numbered_rows(n):
    """Rows that show their own number: row i is (i, i + 0.25, i + 0.5), with label 100 + i."""
    number = np.arange(n)
    return number[:, None] + np.array([0.0, 0.25, 0.5]), 100 + number


def batches_of(submission, rng, n, batch_size):
    """Return one pass as a list of (row numbers, labels), after checking its form."""
    X, y = numbered_rows(n)
    batches = submission.minibatches.iterate(X, y, batch_size, Rng(make.seed(rng)), at_most=4 * n)
    check.that(
        len(batches) <= n,
        f"minibatches yields more batches than there are rows ({n}). It must stop after one pass.",
        expected=f"{-(-n // batch_size)} batches",
        got="an endless loop?" if len(batches) == 4 * n else f"{len(batches)} batches",
    )
    result = []
    for batch in batches:
        check.that(
            isinstance(batch, tuple | list) and len(batch) == 2,
            "minibatches yields pairs (xb, yb).",
            expected="a pair of arrays",
            got=type(batch).__name__,
        )
        xb, yb = batch
        check.that(
            isinstance(xb, np.ndarray) and xb.ndim == 2 and len(xb) > 0,
            "xb is an array with rows of X.",
            expected="shape (rows, 3)",
            got=str(np.shape(xb)) if isinstance(xb, np.ndarray) else type(xb).__name__,
        )
        check.shape(yb, (len(xb),), name="yb")
        rows = np.asarray(xb[:, 0], dtype=float)
        known = np.isin(rows, np.arange(n)) & (xb == rows[:, None] + [0.0, 0.25, 0.5]).all(axis=1)
        check.that(known.all(), "xb holds a row that is not in X.", got=str(xb[~known][:1].tolist()))
        result.append((rows.astype(int), np.asarray(yb)))
    check.that(result, "minibatches yields nothing.")
    return result


@pytest.mark.case(
    "Ten rows in batches of 4 come as 4, 4 and 2",
    points=0.25,
    public=True,
    hint="for start in range(0, len(X), batch_size): take the rows from start to start + batch_size.",
    call_s=20,
)
def test_batch_sizes(submission, rng):
    sizes = [len(rows) for rows, _ in batches_of(submission, rng, 10, 4)]
    if sizes == [4, 4]:
        remark("minibatches drops the last, shorter batch: 2 of 10 rows are not used in this epoch. Better keep it.")
        return
    shown = ", ".join(map(str, sizes))
    check.that(sizes == [4, 4, 2], f"Ten rows in batches of 4 come as {shown}.", expected="4, 4, 2", got=shown)


@pytest.mark.case(
    "In one pass every row comes once",
    points=0.5,
    hint="Draw one permutation of all row numbers and cut it. Drawing each batch anew takes some rows twice.",
    call_s=20,
)
def test_every_row_once(submission, rng):
    rows = np.concatenate([rows for rows, _ in batches_of(submission, rng, 12, 4)])
    count = np.bincount(rows, minlength=12)
    check.that(
        (count == 1).all(),
        f"{(count == 0).sum()} of 12 rows never come, {(count > 1).sum()} come more than once.",
        expected="each of the rows 0 to 11 once",
        got=str(rows.tolist()),
    )


@pytest.mark.case(
    "A row keeps its label",
    points=0.5,
    hint="Use the same row numbers for both: X[rows], y[rows].",
    call_s=20,
)
def test_rows_keep_their_labels(submission, rng):
    for rows, labels in batches_of(submission, rng, 12, 4):
        wrong = np.flatnonzero(labels != 100 + rows)
        if len(wrong):
            row, label = rows[wrong[0]], labels[wrong[0]] - 100
            check.that(False, f"Row {row} of X came with the label of row {label}.", expected=f"y[{row}]")


@pytest.mark.case(
    "The rows come in random order",
    points=0.5,
    hint="rng.permutation(len(X)) gives the row numbers in random order.",
    call_s=20,
)
def test_rows_are_shuffled(submission, rng):
    passes = [batches_of(submission, rng, 40, 8) for _ in range(2)]
    in_a_row = [all((np.diff(rows) == 1).all() for rows, _ in batches) for batches in passes]
    check.that(
        not all(in_a_row),
        "The batches are blocks of neighbouring rows: rows 0 to 7 together, 8 to 15 together, and so on. "
        "If the data is sorted by label, a batch then holds one class only.",
        expected="rows in random order",
        got=f"first batch: rows {passes[0][0][0].tolist()}",
    )
    orders = [np.concatenate([rows for rows, _ in batches]).tolist() for batches in passes]
    if orders[0] == orders[1]:
        remark("Two different generators gave the same order. Draw the order from rng, anew in every epoch.")


# --- the start ---


def arrays_of(params):
    """Return the float arrays among the parameters; any names will do."""
    found = params if isinstance(params, dict) else {}
    arrays = {key: value for key, value in found.items() if isinstance(value, np.ndarray) and value.dtype.kind == "f"}
    check.that(
        any(value.ndim == 2 for value in arrays.values()),
        "The parameters must be a dictionary of float arrays: W1, b1, W2, b2.",
        got=f"keys {sorted(params)}" if isinstance(params, dict) else type(params).__name__,
    )
    if all(name in arrays for name in NAMES):
        return {name: arrays[name] for name in NAMES}
    remark("The parameters have other names than W1, b1, W2, b2, as in exercise 2.")
    return arrays


def first_layer(arrays):
    """Return the weights of the first layer: W1, or the largest matrix."""
    return arrays.get("W1", max((a for a in arrays.values() if a.ndim == 2), key=np.size))


@pytest.mark.case(
    "The initial weights are small: with 784 inputs the standard deviation of W1 is below 0.3",
    points=0.5,
    hint="He: np.sqrt(2 / n_in), about 0.05 for 784 inputs. A sum of 784 terms of size 1 is huge.",
    call_s=20,
)
def test_initial_weights_are_small(submission, rng):
    arrays = arrays_of(submission.init_params(784, 64, 10, Rng(make.seed(rng))))
    for key, value in arrays.items():
        check.finite(value, name=key)
    spread = float(np.std(first_layer(arrays)))
    check.that(
        spread < 0.3,
        f"The weights of the first layer have a standard deviation of {spread:.2g}. "
        "The logits get so large that the first loss is far above ln 10 = 2.3.",
        expected="below 0.3 (He: 0.05)",
        got=f"{spread:.3g}",
    )


@pytest.mark.case(
    "There are as many hidden units as asked for, and no two start with the same weights",
    points=0.25,
    call_s=20,
    hint="Units that start equal get equal gradients and stay equal for ever. Draw W1 at random.",
)
def test_hidden_units_start_different(submission, rng):
    arrays = arrays_of(submission.init_params(30, 8, 5, Rng(make.seed(rng))))
    demand_hidden_units(arrays, 8, "init_params(30, 8, 5, rng)")
    X, y, _, _ = make.blobs(rng, 48, 8, 12, 4)
    demand_hidden_units(trained(submission, X, y, make.seed(rng), hidden=7, epochs=0), 7, "train(…, hidden=7)")
    W1 = first_layer(arrays)
    check.finite(W1, name="W1")
    units = W1.T if W1.shape == (30, 8) else W1
    different = len(np.unique(units, axis=0))
    check.that(
        different == len(units),
        f"Only {different} of {len(units)} hidden units have weights of their own.",
        expected=f"{len(units)} different columns of W1",
        got=f"{different}",
    )


def demand_hidden_units(arrays, number, call):
    """Check that some array has an axis of this length; names and the order of the axes are free."""
    shapes = {key: value.shape for key, value in arrays.items()}
    check.that(
        any(number in shape for shape in shapes.values()),
        f"{call}: no parameter has an axis of length {number}. The number of hidden units must be the one given.",
        expected=f"W1 with {number} columns",
        got=", ".join(f"{key} {shape}" for key, shape in shapes.items()),
    )


SMALL = {"hidden": 16, "epochs": 1, "batch_size": 8, "lr": 0.1}
"""A quick training for cases that look at the parameters."""


def trained(submission, X, y, seed, **settings):
    arrays = arrays_of(submission.train(X, y, seed=seed, **{**SMALL, **settings}))
    for key, value in arrays.items():
        check.finite(value, name=f"{key} after training")
    return arrays


def same(one, other):
    return one.keys() == other.keys() and all(
        one[key].shape == other[key].shape and np.allclose(one[key], other[key], rtol=1e-6, atol=1e-9) for key in one
    )


@pytest.mark.case(
    "epochs=0 returns the parameters before any update",
    points=0.25,
    call_s=20,
    hint="With epochs=0 the loop over epochs runs zero times. Nothing else may draw or change anything.",
)
def test_zero_epochs(submission, rng):
    X, y, _, _ = make.blobs(rng, 48, 8, 12, 4)
    seed = make.seed(rng)
    start = trained(submission, X, y, seed, epochs=0)
    check.that(same(start, trained(submission, X, y, seed, epochs=0)), "epochs=0 twice with one seed: not the same.")
    check.that(
        same(start, trained(submission, X, y, seed, epochs=0, lr=1.0)),
        "With epochs=0 the result depends on lr: there was an update.",
    )
    check.that(not same(start, trained(submission, X, y, seed)), "epochs=0 and epochs=1 return the same parameters.")


@pytest.mark.case(
    "The same seed gives the same parameters, another seed gives others",
    points=0.25,
    call_s=20,
    hint="Make one generator at the top of train, np.random.default_rng(seed), and draw everything from it.",
)
def test_seed(submission, rng):
    X, y, _, _ = make.blobs(rng, 48, 8, 12, 4)
    seed = make.seed(rng)
    first = trained(submission, X, y, seed)
    check.that(same(first, trained(submission, X, y, seed)), "Two trainings with the same seed end differently.")
    check.that(
        not same(first, trained(submission, X, y, seed + 1)), "Two trainings with different seeds end exactly alike."
    )


# --- one step ---


@pytest.mark.case(
    "Every parameter learns: one epoch changes W1, b1, W2 and b2",
    points=0.5,
    call_s=20,
    hint="Update all four, for example in a loop: for key in params. Is the gradient of a bias zero, or missing?",
)
def test_every_parameter_changes(submission, rng):
    X, y, _, _ = make.blobs(rng, 48, 8, 12, 4)
    seed = make.seed(rng)
    start, end = trained(submission, X, y, seed, epochs=0), trained(submission, X, y, seed)
    still = [key for key in start if key in end and np.array_equal(start[key], end[key])]
    check.that(not still, f"{', '.join(still)} did not change in one epoch.", expected="all parameters change")


def one_step(submission, X, y, seed, lr):
    """Return by how much one step on all rows together moves each parameter."""
    options = {"batch_size": len(X), "lr": lr}
    start = trained(submission, X, y, seed, epochs=0, **options)
    end = trained(submission, X, y, seed, epochs=1, **options)
    for key, value in start.items():
        check.that(key in end, f"After training there is no {key} any more.")
        check.shape(end[key], value.shape, name=key)
    return start, {key: np.asarray(end[key], float) - start[key] for key in start}


@pytest.mark.case(
    "A step uses the old weights for all gradients: twice the learning rate gives twice the step",
    points=0.5,
    call_s=20,
    hint="Compute all four gradients first, then change the parameters. W1's gradient needs the old W2.",
)
def test_step_is_proportional_to_lr(submission, rng):
    X, y, _, _ = make.blobs(rng, 24, 8, 12, 4)
    seed = make.seed(rng)
    _, short = one_step(submission, X, y, seed, 0.5)
    _, long = one_step(submission, X, y, seed, 1.0)
    for key, value in short.items():
        apart, size = np.linalg.norm(long[key] - 2 * value), np.linalg.norm(long[key]) + np.linalg.norm(2 * value)
        # 1e-3: parameters may be float32, whose rounding is about 1e-5 of such a step.
        check.that(
            apart <= 1e-3 * size,
            f"With twice the learning rate the first step of {key} is not the old one times 2. "
            "A step is lr times the gradient, and the gradient does not depend on lr.",
            expected="2 times the step with lr=0.5, in every entry",
            got=f"{np.linalg.norm(long[key]) / max(np.linalg.norm(value), 1e-12):.4g} times its length, "
            f"{apart / max(size, 1e-12):.1%} apart",
        )


def length(step):
    return float(np.sqrt(sum((value**2).sum() for value in step.values())))


@pytest.mark.case(
    "The gradient is the mean over the batch: every row four times gives the same step",
    points=0.5,
    call_s=20,
    hint="Divide by the number of rows of the batch exactly once.",
)
def test_step_is_a_mean(submission, rng):
    X, y, _, _ = make.blobs(rng, 24, 8, 12, 4)
    seed = make.seed(rng)
    _, once = one_step(submission, X, y, seed, 0.1)
    _, often = one_step(submission, np.tile(X, (4, 1)), np.tile(y, 4), seed, 0.1)
    ratio = length(often) / max(length(once), 1e-12)
    # Wide, because a solution may draw other initial weights for another number of rows.
    check.that(
        0.5 < ratio < 2,
        f"With every row four times in the batch the step is {ratio:.2g} times as long. "
        "4 means that gradients are added up; 1/4 means that they are divided by N twice; "
        "something between can mean that batch_size is not used, so that there are several steps.",
        expected="about 1",
        got=f"{ratio:.3g}",
    )


@pytest.mark.case(
    "A hidden unit that is silent for every row gets no gradient",
    points=0.5,
    call_s=20,
    hint="On the way back, multiply with (Z1 > 0): where the ReLU gave 0, nothing flows.",
)
def test_silent_units_do_not_learn(submission, rng):
    X, y, _, _ = make.blobs(rng, 3, 3, 12, 3)
    start, step = one_step(submission, X, y, make.seed(rng), 0.5)
    shapes = {"W1": (12, 16), "W2": (16, 3)}
    if any(key not in step or step[key].shape != shape for key, shape in shapes.items()):
        return  # other names or axes: nothing can be said
    # A unit's output was 0 for all rows exactly if its row of W2 has no gradient.
    silent = (step["W2"] == 0).all(axis=1)
    moved = silent & (step["W1"] != 0).any(axis=0)
    check.that(
        not moved.any(),
        f"{int(moved.sum())} hidden units gave 0 for every row of the batch, and still their weights in W1 changed.",
        expected="no change of these columns of W1",
        got=f"column {int(np.argmax(moved))} changed by up to {np.abs(step['W1'][:, np.argmax(moved)]).max():.2g}",
    )


@pytest.mark.case(
    "A bias learns like the weight of an input that is always 1",
    points=0.25,
    call_s=20,
    hint="db is the sum over the rows of the gradient at Z, and that gradient already holds the 1/N.",
)
def test_bias_learns_like_a_weight(submission, rng):
    X, y, _, _ = make.blobs(rng, 48, 8, 12, 4)
    X[:, 0] = 1
    _, step = one_step(submission, X, y, make.seed(rng), 0.5)
    if not {"W1", "b1"} <= step.keys() or step["b1"].size != 16 or step["W1"].shape != (12, 16):
        return  # other names or axes: nothing can be said
    weight, bias = (float(np.linalg.norm(value)) for value in (step["W1"][0], step["b1"]))
    if weight == 0:
        return  # a solution that standardises its inputs sees no constant input
    # Equal for plain gradient descent; the wide limits leave room for weight decay.
    check.that(
        0.2 < bias / weight < 5,
        f"The step of b1 is {bias / weight:.2g} times as long as that of the weights of a constant input 1.",
        expected="about 1",
        got=f"{bias / weight:.3g}",
    )


@pytest.mark.case(
    "No function changes X or y",
    points=0.25,
    call_s=20,
    hint="rng.shuffle(X) shuffles the caller's array. X[rows] makes a new one.",
)
def test_inputs_stay_as_they_are(submission, rng):
    X, y, X_val, y_val = make.blobs(rng, 48, 12, 12, 4)
    params = check.unchanged(submission.train, X, y, names=("X", "y"))
    arrays_of(params)
    check.unchanged(submission.predict, X_val, params, names=("X", "params"))
    check.unchanged(submission.accuracy, X_val, y_val, params, names=("X", "y", "params"))
    check.unchanged(submission.learning_curve, X, y, X_val, y_val, [48], names=("X", "y", "X_val", "y_val", "sizes"))


# --- what was learnt ---


@pytest.mark.case(
    "predict gives one class for each row, the one with the largest logit",
    points=0.25,
    call_s=20,
    public=True,
    hint="The forward pass with both biases, then argmax over axis 1, the classes. The result has shape (N,).",
)
def test_predict_gives_classes(submission, rng):
    X, y, X_test, _ = make.blobs(rng, 40, 6, 12, 4)
    params = submission.train(X, y, **SMALL)
    predicted = submission.predict(X_test, params)
    check.shape(predicted, (6,), name="predict(X, params)")
    check.that(np.isin(predicted, np.arange(4)).all(), "The classes are 0, 1, 2 or 3.", got=predicted)
    arrays = arrays_of(params)
    if "b1" not in arrays or "b2" not in arrays or arrays["b1"].size != 16 or arrays["b2"].size != 4:
        return  # other names: nothing can be said
    # Both hold for every activation: the last bias decides alone, or every hidden unit is far below 0.
    b2 = np.zeros_like(arrays["b2"])
    b2[..., 2] = 1e6
    predicted = submission.predict(X_test, {**params, "b2": b2})
    check.shape(predicted, (6,), name="predict(X, params)")
    check.that(
        (np.asarray(predicted) == 2).all(),
        "predict does not use b2: with b2 = (0, 0, 1000000, 0) the largest logit is that of class 2 in every row.",
        expected="class 2 for all rows",
        got=predicted,
    )
    predicted = submission.predict(X_test, {**params, "b1": np.full_like(arrays["b1"], -1e6)})
    check.shape(predicted, (6,), name="predict(X, params)")
    check.that(
        np.ptp(predicted) == 0,
        "predict does not use b1: with b1 = -1000000 every hidden unit gives the same for all rows.",
        expected="one class for all rows",
        got=predicted,
    )


@pytest.mark.case(
    "accuracy is the share of rows that predict gets right, between 0 and 1",
    points=0.25,
    call_s=20,
    hint="The mean of (predict(X, params) == y), for the X and y that were given.",
)
def test_accuracy_is_a_share(submission, rng):
    X, y, X_test, _ = make.blobs(rng, 40, 30, 12, 4)
    params = submission.train(X, y, **SMALL)
    predicted = submission.predict(X_test, params)
    check.shape(predicted, (30,), name="predict(X, params)")
    # A third of the labels are what was predicted, the others are not.
    wanted = (np.asarray(predicted).astype(np.int64) + np.where(np.arange(30) < 10, 0, 1)) % 4
    want = float(np.mean(predicted == wanted))
    check.close(submission.accuracy(X_test, wanted, params), want, name="accuracy", rtol=1e-6)


@pytest.mark.case(
    "20 rows with random labels are learnt by heart",
    points=0.25,
    call_s=20,
    hint="If this fails, the gradients are wrong, or not all rows are used. Print the loss of the first 20 steps.",
)
def test_overfits_twenty_rows(submission, rng):
    X, y = rng.uniform(size=(20, 50)).astype(np.float32), make.labels(rng, 20, 4)

    def run(seed):
        return submission.predict(X, submission.train(X, y, hidden=64, epochs=300, batch_size=5, lr=0.1, seed=seed))

    check.accuracy(run, y, at_least=1.0, rng=rng, name="20 training rows after 300 epochs")


@pytest.mark.case(
    "Seven classes that nobody has seen before are learnt, from rows sorted by label",
    points=0.5,
    call_s=20,
    hint="Take the sizes from the data: X.shape[1] inputs, y.max() + 1 classes. Shuffle.",
)
def test_learns_fresh_classes(submission, rng):
    X, y, X_test, y_test = make.blobs(rng, 560, 280, 40, 7)

    def run(seed):
        return submission.predict(
            X_test, submission.train(X, y, hidden=32, epochs=30, batch_size=16, lr=0.2, seed=seed)
        )

    check.accuracy(run, y_test, at_least=0.9, rng=rng, name="280 new rows of seven fresh classes")


def two_switches(rng, n, flipped):
    """Class 1 if exactly one of two groups of ten pixels is bright: a linear model gets about half of them right."""
    y = make.labels(rng, n, 2)
    first = rng.integers(0, 2, n)
    bright = np.repeat(np.stack([first, first ^ y], axis=1), 10, axis=1) ^ flipped
    X = 0.2 + 0.6 * bright + rng.normal(scale=0.15, size=bright.shape)
    order = np.argsort(y, kind="stable")
    return np.clip(X, 0, 1).astype(np.float32)[order], y[order]


@pytest.mark.case(
    "The hidden layer has an activation: classes that no straight line separates are learnt",
    points=0.5,
    call_s=20,
    hint="Without ReLU two layers are one linear layer. ReLU in the forward pass, its mask in the backward pass.",
)
def test_learns_what_a_linear_model_cannot(submission, rng):
    flipped = rng.integers(0, 2, 20)
    X, y = two_switches(rng, 400, flipped)
    X_test, y_test = two_switches(rng, 300, flipped)

    def run(seed):
        return submission.predict(
            X_test, submission.train(X, y, hidden=32, epochs=100, batch_size=20, lr=0.3, seed=seed)
        )

    check.accuracy(run, y_test, at_least=0.95, rng=rng, name="300 new rows of 'exactly one group is bright'")


# --- learning curves ---


def twenty_patterns(rng):
    """Two classes with ten noisy patterns each: 24 rows are too few to learn them, 2000 are enough.

    Two classes, so that 24 rows drawn at random practically always hold each of them (1 - 2**-23).
    """
    patterns = rng.choice([0.1, 0.9], size=(2, 10, 100))

    def draw(n):
        y = make.labels(rng, n, 2)
        X = patterns[y, rng.integers(0, 10, n)] + rng.normal(scale=0.5, size=(n, 100))
        return np.clip(X, 0, 1).astype(np.float32), y

    return *draw(2000), *draw(300)


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
    "The learning curve rises: 2000 rows teach more than 24",
    points=0.25,
    call_s=20,
    hint="For each size n: draw n rows, train on these only, append the accuracy on X_val, y_val.",
)
def test_learning_curve_rises(submission, rng):
    sizes = [2000, 24]  # the accuracies come in the order of sizes
    many, few = accuracies_of(submission.learning_curve(*twenty_patterns(rng), sizes), sizes)
    check.that(
        many > few,
        "For sizes [2000, 24] the first accuracy is not the larger one: more training rows did not help, "
        "or the accuracies are not in the order of sizes.",
        expected="first > last",
        got=f"{many:.3f}, {few:.3f}",
    )


@pytest.mark.case(
    "The learning curve is measured on the validation rows",
    points=0.25,
    call_s=20,
    hint="accuracy(X_val, y_val, params), not accuracy(X, y, params).",
)
def test_learning_curve_uses_the_validation_rows(submission, rng):
    X, y, X_val, y_val = twenty_patterns(rng)
    # Every validation label is wrong here, so a good model must score low.
    curve = accuracies_of(submission.learning_curve(X, y, X_val, 1 - y_val, [24, 2000]), [24, 2000])
    # A model that guesses, as after 24 rows, gets about half of them right; the training rows are known by heart.
    check.that(
        (curve < 0.85).all(),
        "With wrong labels in y_val the curve still shows high accuracies. Are they counted on the training rows?",
        expected="low accuracies",
        got=", ".join(f"{value:.3f}" for value in curve),
    )


# --- handwritten digits ---


@pytest.mark.case(
    "Handwritten digits that were never seen are recognised",
    points=1.25,
    hint="The training rows are sorted by label. Does the loss fall from 2.3? Is every minibatch mixed?",
)
def test_recognises_new_digits(submission, data, rng, metrics):
    def run(seed):
        params = submission.train(data.train_X, data.train_y, epochs=data.settings.setting("epochs"), seed=seed)
        predicted = submission.predict(data.test_X, params)
        table = confusion(data.test_labels, predicted)
        if table is not None:
            metrics.record("confusion_matrix", table)
        return predicted

    threshold = data.settings.setting("threshold")
    check.accuracy(run, data.test_labels, at_least=threshold, rng=rng, name=f"held-out images of {data.name}")


@pytest.mark.case(
    "The training images themselves are recognised",
    points=0.5,
    hint="If new digits work and these do not, train has changed the order of X, or predict depends on other rows.",
)
def test_recognises_training_digits(submission, data, rng):
    def run(seed):
        params = submission.train(data.train_X, data.train_y, epochs=data.settings.setting("epochs"), seed=seed)
        return submission.predict(data.train_X, params)

    threshold = data.settings.setting("threshold")
    check.accuracy(run, data.train_labels, at_least=threshold, rng=rng, name=f"training images of {data.name}")


@pytest.mark.case(
    "More epochs mean more training",
    points=0.5,
    hint="One epoch is one pass over all minibatches. Put the loop over the batches inside a loop over the epochs.",
)
def test_more_epochs_train_further(submission, data, rng, metrics):
    seed = make.seed(rng)
    epochs = [number for number in (1, 2, 5, 10, 20) if number <= data.settings.setting("epochs")]
    results, accuracies = [], []
    for number in epochs:
        params = submission.train(data.train_X, data.train_y, epochs=number, seed=seed)
        results.append(arrays_of(params))
        predicted = submission.predict(data.test_X, params)
        check.shape(predicted, data.test_labels.shape, name="predict(X, params)")
        accuracies.append(float(np.mean(predicted == data.test_labels)))
    metrics.record(
        "accuracy_curve", {"x": epochs, "y": accuracies, "x_label": "epochs", "y_label": "accuracy on new images"}
    )
    check.that(
        not same(results[0], results[-1]),
        f"epochs={epochs[0]} and epochs={epochs[-1]} give exactly the same parameters.",
        expected="different parameters",
    )


def confusion(truth, predicted):
    """Count truth (rows) against prediction (columns); None if the predictions are no classes 0 to 9."""
    predicted = np.asarray(predicted)
    if predicted.shape != truth.shape or not np.isin(predicted, np.arange(10)).all():
        return None
    return np.bincount(truth * 10 + predicted.astype(np.int64), minlength=100).reshape(10, 10).tolist()
