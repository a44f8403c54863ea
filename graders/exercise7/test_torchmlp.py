"""Exercise 7: the network, an epoch of training step by step, the accuracy, and whole trainings.

Models, loaders and optimizers are made in the worker (``probe.py``), the numbers in them by this file. What was learnt
is used in another worker, from the ``state_dict`` alone.
"""

import numpy as np
import pytest

from dlquiz.grading import as_tensor, check, fresh, keep, make, probe, read, remark
from dlquiz.grading.maths import softmax
from dlquiz.grading.network import ACTIVATIONS, NONE, logits

LR, MOMENTUM, SMOOTHING = 0.3, 0.9, 0.2


def log_softmax(Z):
    """What the cross-entropy makes of logits: the same for logits and for log-probabilities."""
    Z = np.asarray(Z, float)
    top = Z.max(axis=1, keepdims=True)
    return Z - top - np.log(np.exp(Z - top).sum(axis=1, keepdims=True))


def outputs(model, X, name="model(x)"):
    """Ask a model about rows; demand one row of finite scores for each."""
    Z = model(as_tensor(np.asarray(X, np.float32)))
    check.that(isinstance(Z, np.ndarray) and Z.ndim == 2 and len(Z) == len(X), f"{name} has one row for each example.",
               expected=f"shape ({len(X)}, classes)", got=str(np.shape(Z)))  # fmt: skip
    check.finite(Z, name=name)
    return Z


def small_network(submission, rng):
    """Return a network of the learner's and W1, b1, W2, b2, random numbers that it holds; any names and orientation."""
    X, _, params = make.two_layer(rng, n=9, d=12, h=7, c=5)
    X, params = X.astype(np.float32), {key: (2 * value).astype(np.float32) for key, value in params.items()}
    model = submission.make_mlp(12, 7, 5)
    outputs(model, X)
    held = probe(submission).parameters(model)
    fits = {key: [name for name, array in held.items() if array.shape in (value.shape, value.shape[::-1])]
            for key, value in params.items()}  # fmt: skip
    check.that(
        len(held) == 4 and all(len(names) == 1 for names in fits.values()),
        "make_mlp(12, 7, 5) has other parameters than two Linear layers with a bias, of 7 and 5 neurons.",
        expected="weights (7, 12) and (5, 7), biases (7,) and (5,)",
        got=", ".join(f"{name} {array.shape}" for name, array in held.items()) or "no parameters",
    )
    probe(submission).put(
        model, {fits[key][0]: v if held[fits[key][0]].shape == v.shape else v.T for key, v in params.items()}
    )
    return model, X, params


# --- make_mlp ---


@pytest.mark.case(
    "784 inputs, 128 hidden units and 10 classes make 101,770 parameters",
    points=0.5,
    public=True,
    hint="nn.Linear(n_in, n_hidden) and nn.Linear(n_hidden, n_out): 784 * 128 + 128 + 128 * 10 + 10.",
)
def test_number_of_parameters(submission):
    for sizes, want in (((784, 128, 10), 101_770), ((12, 7, 5), 131)):
        model = submission.make_mlp(*sizes)
        check.shape(outputs(model, np.zeros((3, sizes[0]))), (3, sizes[2]), name="model(x)")
        held = probe(submission).parameters(model)
        shown = ", ".join(f"{name} {array.shape}" for name, array in held.items())
        count = sum(array.size for array in held.values())
        check.that(
            count == want, f"make_mlp{sizes} has {count:,} parameters.", expected=f"{want:,}", got=f"{count:,}: {shown}"
        )


@pytest.mark.case(
    "The logits are activation(x @ W1 + b1) @ W2 + b2, without a softmax, in both modes",
    points=0.5,
    hint="Linear, activation, Linear, and nothing behind it: CrossEntropyLoss wants logits.",
)
def test_logits(submission, rng):
    model, X, params = small_network(submission, rng)
    model.eval()
    got = outputs(model, X)
    demand_logits(got, X, params)
    alone = np.concatenate([outputs(model, X[:1]), outputs(model, X[1:2])])
    check.close(alone, got[:2], rtol=1e-4, atol=1e-5, name="model(x) for one row at a time")
    model.train()
    demand_no_softmax(outputs(model, X), "In training mode the")


def demand_no_softmax(got, begin):
    got = np.asarray(got, float)
    check.that(
        not (np.allclose(got.sum(axis=1), 1, atol=1e-4) and (got >= 0).all()),
        f"{begin} rows of the outputs sum to 1: there is a softmax in the model. CrossEntropyLoss does it itself.",
        expected="logits, of any size and sign",
        got=got,
    )


def demand_logits(got, X, params):
    """Demand the outputs for one of the usual activations; log-probabilities are as good as logits."""
    check.shape(got, (len(X), params["b2"].size), name="model(x)")

    def fits(want):
        return np.allclose(log_softmax(got), log_softmax(want), rtol=1e-4, atol=1e-4)

    if any(fits(logits(X, params, name)) for name in ACTIVATIONS):
        return
    demand_no_softmax(got, "The")
    check.that(not fits(logits(X, params, NONE)), "There is no activation between the two layers: they are one layer.")
    for name, activation in ACTIVATIONS.items():
        after = fits(activation.value(logits(X, params, name))) or fits(activation.value(logits(X, params, NONE)))
        check.that(not after, f"The outputs went through an activation ({name}). Logits have any sign.", got=got)
    check.close(
        got, logits(X, params), rtol=1e-4, atol=1e-4, name="model(x)", pre_activation=X @ params["W1"] + params["b1"]
    )


@pytest.mark.case(
    "An image of shape (1, 3, 4) gives what its twelve pixels give as a row",
    points=0.25,
    hint="nn.Flatten() as the first layer, or x.flatten(1): all axes but the first become one.",
)
def test_images(submission, rng):
    model = submission.make_mlp(12, 7, 5)
    X = rng.normal(size=(6, 12)) * 2
    outputs(model, X)
    held = probe(submission).parameters(model)
    probe(submission).put(model, {name: rng.normal(size=a.shape).astype(np.float32) for name, a in held.items()})
    model.eval()
    rows, images = outputs(model, X), outputs(model, X.reshape(6, 1, 3, 4), "model(x) of images")
    check.that(np.std(rows, axis=0).max() > 1e-4, "The model gives the same for all rows.", got=rows)
    check.close(images, rows, rtol=1e-4, atol=1e-5, name="model(x) of images")


@pytest.mark.case(
    "A new network is untrained: it knows fewer than half of the digits",
    points=0.25,
    hint="make_mlp builds; fit trains.",
)
def test_starts_untrained(submission, data):
    first, second = (submission.make_mlp() for _ in range(2))
    known = [
        float(np.mean(outputs(model, data.test_X).argmax(axis=1) == data.test_labels)) for model in (first, second)
    ]
    check.that(max(known) < 0.5, "The network of make_mlp knows digits before it was trained.",
               expected="less than 0.5", got=f"{max(known):.3f}")  # fmt: skip
    one, other = (probe(submission).parameters(model) for model in (first, second))
    different = [name for name in one if name in other and not np.array_equal(one[name], other[name])]
    check.that(different, "Two calls of make_mlp give the same numbers: the weights start at random.")


# --- train_epoch ---


def ten_rows(rng):
    """Return X (10, 5), y, W, b of a linear model with three classes, float32."""
    X, W, b = make.layer(rng, 10, 5, 3)
    return X.astype(np.float32), make.labels(rng, 10, 3), W.astype(np.float32), b.astype(np.float32)


def loss_and_gradient(X, y, W, b, smoothing=SMOOTHING):
    """Return the mean smoothed cross-entropy of a linear model, and its gradient for (W, b) as one matrix."""
    Z = X.astype(float) @ W + b
    targets = (1 - smoothing) * np.eye(3)[y] + smoothing / 3
    dZ = (softmax(Z) - targets) / len(y)
    loss = -(targets * log_softmax(Z)).sum(axis=1).mean()
    return float(loss), np.vstack([X.T @ dZ, dZ.sum(axis=0)])


def trained_by_hand(X, y, W, b, *, epochs, batch_size=4, cleared="step", smoothing=SMOOTHING, told=SMOOTHING):
    """Return (W, b) as one matrix after gradient descent with momentum, and the mean loss of the last epoch.

    ``cleared``: how often gradients are; ``told``: the smoothing of that loss.
    """
    P, V, gradient = np.vstack([W, b]).astype(float), 0.0, 0.0
    total = 0.0
    for _ in range(epochs):
        total = 0.0
        gradient = 0.0 if cleared == "epoch" else gradient
        for start in range(0, len(y), batch_size):
            rows = slice(start, start + batch_size)
            total += loss_and_gradient(X[rows], y[rows], P[:-1], P[-1], told)[0] * len(y[rows])
            new = loss_and_gradient(X[rows], y[rows], P[:-1], P[-1], smoothing)[1]
            gradient = new if cleared == "step" else gradient + new
            V = MOMENTUM * V + gradient
            P = P - LR * V
    return P, total / len(y)


def held(submission, model):
    """Return (W, b) of the grader's linear model as one matrix."""
    arrays = list(probe(submission).parameters(model).values())
    return np.vstack([arrays[0].T, arrays[1]])


@pytest.mark.case(
    "Two epochs of ten rows in batches of 4, 4 and 2: six steps, each with the gradient of its batch",
    points=1,
    public=True,
    hint="For each batch: optimizer.zero_grad(), loss = loss_fn(model(xb), yb), loss.backward(), optimizer.step().",
)
def test_steps_of_two_epochs(submission, rng):
    X, y, W, b = ten_rows(rng)
    help_, model = probe(submission), probe(submission).linear(W, b)
    tools = help_.loader(X, y, 4), help_.sgd(model, LR, MOMENTUM), help_.smoothed(SMOOTHING)
    for epochs in (1, 2):
        submission.train_epoch(model, *tools)
        got = held(submission, model)
        for other, text in (
            ({"epochs": 0}, "The parameters are as before: after loss.backward() comes optimizer.step()."),
            ({"cleared": "never"}, "The gradients of all batches add up: optimizer.zero_grad() is missing."),
            ({"cleared": "epoch"}, "The gradients are cleared once per epoch, not for each batch: they add up."),
            (
                {"smoothing": 0},
                "The loss is not loss_fn, which smooths the labels here. Use the loss_fn that is given.",
            ),
            ({"batch_size": 10}, "There was one step on all rows: make one step for each batch."),
        ):
            slip, _ = trained_by_hand(X, y, W, b, **{"epochs": epochs, **other})
            check.that(not np.allclose(got, slip, rtol=1e-4, atol=1e-5), text)
        want, _ = trained_by_hand(X, y, W, b, epochs=epochs)
        check.close(got, want, rtol=1e-3, atol=1e-4, name=f"the weights and biases after epoch {epochs}", batch_size=4)


@pytest.mark.case(
    "train_epoch returns the mean loss per example, each before the step of its batch",
    points=0.5,
    hint="total += loss.item() * len(yb); at the end divide by the number of rows. The last batch is shorter.",
)
def test_mean_loss(submission, rng):
    X, y, W, b = ten_rows(rng)
    help_ = probe(submission)
    want, _ = loss_and_gradient(X, y, W, b, 0.0)
    batches = [loss_and_gradient(X[rows], y[rows], W, b, 0.0)[0] for rows in (slice(0, 4), slice(4, 8), slice(8, 10))]
    # With lr=0 nothing moves, so that the loss of every batch is known whatever a step does.
    for batch_size, lr in ((10, LR), (4, 0.0)):
        model = help_.linear(W, b)
        got = submission.train_epoch(
            model, help_.loader(X, y, batch_size), help_.sgd(model, lr, 0.0), help_.smoothed(0.0)
        )
        after, _ = loss_and_gradient(X, y, *np.split(held(submission, model), [5]), 0.0)
        for slip, text in (
            (np.mean(batches), "The result is the mean of the batches' losses: the two rows of the last batch count "
                               "twice as much as the others."),
            (np.sum(batches), "The result is the sum of the batches' losses, not the mean over the examples."),
            (want / batch_size, "The mean over the batch was divided by the number of rows once more."),
            (want * 10, "The losses of the examples are added up and not divided by their number."),
            (batches[-1], "The result is the loss of the last batch alone."),
            (after, "The result is the loss after the step."),
        ):  # fmt: skip
            same = np.shape(got) == () and np.isclose(float(slip), float(got), rtol=1e-4)
            check.that(not same or np.isclose(float(slip), want, rtol=1e-3), text, expected=want, got=got)
        check.close(got, want, rtol=1e-3, atol=1e-5, name="the mean loss", batch_size=batch_size)
    model = help_.linear(W, b)
    got = submission.train_epoch(
        model, help_.loader(X, y, 4), help_.sgd(model, LR, MOMENTUM), help_.smoothed(SMOOTHING)
    )
    end, want = trained_by_hand(X, y, W, b, epochs=1)
    if np.allclose(held(submission, model), end, rtol=1e-3, atol=1e-4):  # wrong steps are another case's matter
        for slip, text in (
            (trained_by_hand(X, y, W, b, epochs=1, told=0.0)[1],
             "The result is not that of loss_fn, which smooths the labels here."),
            (loss_and_gradient(X, y, W, b)[0], "The result is the loss before the first step, for all batches."),
        ):  # fmt: skip
            check.that(not np.isclose(float(got), slip, rtol=1e-4), text, expected=want, got=got)
        check.close(got, want, rtol=1e-3, atol=1e-5, name="the mean loss with another loss_fn", batch_size=4)


@pytest.mark.case(
    "train_epoch switches the model to training mode, in whatever mode it comes",
    points=0.5,
    hint="model.train() before the loop.",
)
def test_training_mode(submission, rng):
    X, y, W, b = ten_rows(rng)
    help_ = probe(submission)
    for training in (False, True):
        model = help_.moody(W, b, 2.0, training)
        submission.train_epoch(model, help_.loader(X, y, 10), help_.sgd(model, LR, MOMENTUM), help_.smoothed(0.0))
        got = held(submission, model)
        evaluating, _ = trained_by_hand(X, y, W, b, epochs=1, batch_size=10, smoothing=0.0)
        check.that(not np.allclose(got, evaluating, rtol=1e-4, atol=1e-5),
                   "A model that came in evaluation mode was trained in it: its Dropout would do nothing.")  # fmt: skip
        want, _ = trained_by_hand(2 * X, y, W, b, epochs=1, batch_size=10, smoothing=0.0)
        check.close(got, want, rtol=1e-3, atol=1e-4, name="the weights of a model in training mode")


@pytest.mark.case(
    "The mean loss is a plain number, not a tensor that keeps the graph",
    points=0.25,
    hint="loss.item() is the number alone. A sum of tensors remembers all batches of the epoch.",
)
def test_loss_is_a_number(submission, rng):
    X, y, W, b = ten_rows(rng)
    help_ = probe(submission)
    model = help_.linear(W, b)
    tools = help_.loader(X, y, 10), help_.sgd(model, 0.0, 0.0), help_.smoothed(0.0)
    got = submission.train_epoch(model, *tools)
    check.close(got, loss_and_gradient(X, y, W, b, 0.0)[0], rtol=1e-3, atol=1e-5, name="the mean loss")
    kept = help_.keeps_the_graph(keep(submission.train_epoch, model, *tools))
    check.that(not kept, "The mean loss is a tensor with its graph: memory for every batch of the epoch.",
               expected="a float", got="a tensor with requires_grad")  # fmt: skip
    if not isinstance(got, float):
        remark("train_epoch returns a tensor. A plain number is easier to use: loss.item().")


# --- evaluate ---


def six_of_ten(rng):
    """Return X, y, W, b: the linear model is right for rows 0 to 5 of ten, and wrong for most of them with -X.

    Its columns have different means: who compares a score with the mean of its column gets another share.
    """
    while True:
        X, _, W, b = ten_rows(rng)
        b = 2 * b
        Z = X @ W + b
        centred = np.vstack([part - part.mean(axis=0) for part in np.split(Z, [4, 8])])
        top = np.sort(Z, axis=1)
        y = (Z.argmax(axis=1) + (np.arange(10) >= 6)) % 3
        others = [np.mean(classes == y) for classes in (Z.argmin(axis=1), (-X @ W + b).argmax(axis=1))]
        apart = abs(np.mean(centred.argmax(axis=1) == y) - 0.6)
        if (top[:, 2] - top[:, 1]).min() > 0.01 and max(others) < 0.35 and apart > 0.05:
            return X, y.astype(np.int64), W, b


def said(got, name="evaluate(model, loader)"):
    """Return the number that came; a tensor of one number is as good, with a remark."""
    check.shape(got, (), name=name)
    check.finite(got, name=name)
    if not isinstance(got, float | int):
        remark("evaluate returns a tensor. A plain number is easier to use: .item().")
    return float(got)


def said_of_six(submission, X, y, W, b):
    """Return what evaluate says of six right rows of ten, whatever its scale: it must not say it of ten, too."""
    help_ = probe(submission)
    right = (X @ W + b).argmax(axis=1).astype(np.int64)
    six, ten = (said(submission.evaluate(help_.linear(W, b), help_.loader(X, labels, 10))) for labels in (y, right))
    check.that(not np.isclose(six, ten, rtol=1e-3), "evaluate gives the same for six right rows and for ten.", got=six)
    return six


@pytest.mark.case(
    "The accuracy of ten rows in batches of 4, 4 and 2, of which six are right, is 0.6",
    points=0.5,
    public=True,
    hint="Count the rows where argmax(dim=1) is the label, over all batches; divide by the number of rows.",
)
def test_accuracy_is_a_share(submission, rng):
    X, y, W, b = six_of_ten(rng)
    got = said(submission.evaluate(probe(submission).linear(W, b), probe(submission).loader(X, y, 4)))
    for slip, text in (
        (0.5, "The accuracies of the batches are averaged: the two rows of the last batch count twice as much."),
        (60, "The accuracy is given in percent. It lies between 0 and 1."),
        (6, "The right rows are counted, but not divided by the number of rows."),
        (0.4, "The share of wrong rows came back."),
    ):
        check.that(not np.isclose(got, slip, rtol=1e-4), text, expected="0.6", got=got)
    check.close(got, 0.6, rtol=1e-5, name="evaluate(model, loader)")


@pytest.mark.case(
    "evaluate works in evaluation mode: Dropout is off",
    points=0.5,
    hint="model.eval() before the loop. torch.no_grad() does not switch Dropout off.",
)
def test_evaluation_mode(submission, rng):
    X, y, W, b = six_of_ten(rng)
    help_, six = probe(submission), said_of_six(submission, X, y, W, b)
    for training in (True, False):
        # In training mode this model sees -X.
        got = said(submission.evaluate(help_.moody(W, b, -1.0, training), help_.loader(X, y, 10)))
        check.that(
            np.isclose(got, six, rtol=1e-5),
            f"A model that came with training = {training} was evaluated in training mode.",
            expected=six,
            got=got,
        )


@pytest.mark.case(
    "evaluate leaves model.training as it was",
    points=0.25,
    hint="was_training = model.training at the beginning, model.train(was_training) at the end.",
)
def test_training_flag(submission, rng):
    X, y, W, b = six_of_ten(rng)
    said_of_six(submission, X, y, W, b)
    for training in (True, False):
        model = probe(submission).linear(W, b)
        model.train(training)
        submission.evaluate(model, probe(submission).loader(X, y, 10))
        after = read(model.training)
        check.that(after is training, f"model.training was {training} before the call and is {after} after it.")


@pytest.mark.case(
    "evaluate records no gradients",
    points=0.25,
    hint="with torch.no_grad(): around the loop. model.eval() does not switch the recording off.",
)
def test_no_gradients(submission, rng):
    X, y, W, b = six_of_ten(rng)
    said_of_six(submission, X, y, W, b)
    model = probe(submission).moody(W, b, 1.0, False)
    submission.evaluate(model, probe(submission).loader(X, y, 10))
    check.that(
        not read(model.recorded), "The model was called while gradients are recorded: that takes memory and time."
    )


# --- fit ---


def arrays_of(submission, model):
    """Return the float64 parameters of a trained model by name."""
    found = {name: np.asarray(value, float) for name, value in probe(submission).parameters(model).items()}
    check.that(found, "The network that fit returns has no parameters.")
    for name, value in found.items():
        check.finite(value, name=f"{name} after fit")
    return found


def learnt(submission, model, X):
    """Return the outputs of a new network in another worker, which has nothing but the state of ``model``."""
    state = model.state_dict()
    hidden = [size for array in state.values() if array.ndim == 2 and 784 in array.shape for size in array.shape]
    check.that(hidden, "The network that fit returns has no layer for 784 inputs.")
    there = fresh(submission)
    again = probe(there).rebuilt(state, next((size for size in hidden if size != 784), 784))
    shown = ", ".join(f"{name} {array.shape}" for name, array in state.items())
    check.that(again is not None, "fit returns another network than make_mlp builds.", got=shown)
    return outputs(again, X)


def ten_patterns(rng, n_train=300, n_test=50):
    """Return rows of ten classes that exist nowhere else, 784 pixels each; training rows sorted by label."""
    return make.blobs(rng, n_train, n_test, 784, 10)


@pytest.mark.case(
    "What was learnt is in the state_dict: a new network that gets it answers the same",
    points=0.25,
    call_s=30,
    hint="Return the network of make_mlp itself. What a fit keeps elsewhere is lost when the model is saved.",
)
def test_state_is_enough(submission, rng):
    X, y, X_new, _ = ten_patterns(rng)
    model = submission.fit(X, y, epochs=3, batch_size=30, lr=1e-3, seed=make.seed(rng))
    model.eval()
    got = log_softmax(outputs(model, X_new))
    check.that(np.std(got, axis=0).max() > 1e-3, "The trained network gives the same for all rows.", got=got)
    near = {"rtol": 1e-3, "atol": 1e-3}
    check.close(log_softmax(outputs(model, X_new)), got, name="log_softmax(model(x)), asked again", **near)
    check.close(log_softmax(outputs(model, X_new[:1])), got[:1], name="log_softmax(model(x)) of one row alone", **near)
    check.close(log_softmax(learnt(submission, model, X_new)), got, name="log_softmax of the rebuilt network", **near)


@pytest.mark.case(
    "The same seed gives the same network, another seed another one; X and y stay as they are",
    points=0.25,
    call_s=30,
    hint="torch.manual_seed(seed) in the first line of fit. X -= X.mean() would change the caller's array.",
)
def test_seed(submission, rng):
    X, y, _, _ = ten_patterns(rng, 100)
    seed = make.seed(rng)
    first = arrays_of(submission, check.unchanged(submission.fit, X, y, names=("X", "y")))
    settings = {"epochs": 2, "batch_size": 20}
    first, again, other = (
        arrays_of(submission, submission.fit(X, y, seed=one, **settings)) for one in (seed, seed, seed + 1)
    )
    near = {"rtol": 1e-4, "atol": 1e-6}
    check.that(all(np.allclose(first[name], again.get(name, np.nan), **near) for name in first),
               "Two trainings with the same seed end differently.")  # fmt: skip
    check.that(not all(np.allclose(first[name], other.get(name, np.nan), **near) for name in first),
               "Two trainings with different seeds end alike.")  # fmt: skip


@pytest.mark.case(
    "More epochs, smaller batches and a larger lr move the parameters further; all four are trained",
    points=0.5,
    call_s=30,
    hint="DataLoader(…, batch_size=batch_size, shuffle=True), Adam(model.parameters(), lr=lr), a loop over the epochs.",
)
def test_way_of_the_parameters(submission, rng):
    X, y, _, _ = ten_patterns(rng, 256)
    seed = make.seed(rng)

    def trained(epochs, batch_size, lr):
        return arrays_of(submission, submission.fit(X, y, epochs=epochs, batch_size=batch_size, lr=lr, seed=seed))

    start = trained(1, 64, 1e-12)  # steps that float32 does not see

    def way(*settings):
        return sum(float(((value - start[name]) ** 2).sum()) for name, value in trained(*settings).items()) ** 0.5

    short = way(2, 64, 1e-6)
    for changed, settings in (
        ("epochs=6 instead of 2", (6, 64, 1e-6)),
        ("batch_size=16 instead of 64", (2, 16, 1e-6)),
        ("lr three times as large", (2, 64, 3e-6)),
    ):
        ratio = way(*settings) / max(short, 1e-12)
        check.that(
            ratio > 1.2,
            f"With {changed} the parameters come {ratio:.3g} times as far from their start.",
            expected="clearly further",
            got=f"{ratio:.3g} times as far",
        )
    still = [name for name, value in trained(2, 64, 1e-3).items() if np.abs(value - start[name]).max() < 1e-6]
    check.that(not still, f"{', '.join(still)} did not move: does the optimizer get all of model.parameters()?")


@pytest.mark.case(
    "One image that is a 0 in 85 % of its copies gets about this probability for class 0",
    points=0.5,
    hint="Logits go into nn.CrossEntropyLoss. A softmax before it, or a squared error, ends elsewhere.",
)
def test_probabilities_are_shares(submission, rng):
    image = rng.uniform(size=(1, 784)).astype(np.float32)
    X, y = np.repeat(image, 640, axis=0), rng.permutation(np.repeat(np.arange(10), [550, *[10] * 9]))
    model = submission.fit(X, y.astype(np.int64), seed=make.seed(rng))
    share = float(softmax(learnt(submission, model, image).astype(float))[0, 0])
    check.that(
        0.65 < share < 0.97,
        f"softmax(model(x)) gives class 0 the probability {share:.3f}. With the cross-entropy of the logits, "
        "probabilities go to the shares in the training rows.",
        expected="0.65 to 0.97",
        got=f"{share:.3f}",
    )


def digits(submission, data, rng, metrics, epochs, at_least):
    """Demand an accuracy on held-out images, best of three trainings."""

    def run(seed):
        model = submission.fit(data.train_X, data.train_y, epochs=epochs, seed=seed)
        predicted = learnt(submission, model, data.test_X).argmax(axis=1)
        metrics.misread(data.arrays.test["X"], data.test_labels, predicted)
        metrics.confusion_matrix("confusion_matrix", data.test_labels, predicted, classes=10)
        return predicted

    name = f"held-out images of {data.name} after {epochs} epoch{'s' * (epochs != 1)}"
    check.accuracy(run, data.test_labels, at_least=at_least, rng=rng, name=name)


@pytest.mark.case(
    "A short training is enough, although the rows come sorted by label",
    points=0.5,
    hint="DataLoader(…, shuffle=True) draws a new order in each epoch. Is every batch mixed?",
)
def test_learns_from_sorted_rows(submission, data, rng, metrics):
    settings = data.settings.setting
    digits(submission, data, rng, metrics, settings("short_epochs"), settings("short_threshold"))


@pytest.mark.case(
    "Handwritten digits that were never seen are recognised",
    points=0.5,
    hint="Does the loss of train_epoch fall from about 2.3? Are all parameters trained, in every epoch?",
)
def test_recognises_new_digits(submission, data, rng, metrics):
    settings = data.settings.setting
    digits(submission, data, rng, metrics, settings("epochs"), settings("threshold"))


@pytest.mark.case(
    "Ten classes that nobody has seen before are learnt",
    points=0.25,
    hint="fit learns from its X and y alone, in default settings: 15 epochs, batches of 64, lr=0.001.",
)
def test_learns_fresh_classes(submission, rng):
    X, y, X_new, y_new = ten_patterns(rng, 500, 300)

    def run(seed):
        return learnt(submission, submission.fit(X, y, seed=seed), X_new).argmax(axis=1)

    check.accuracy(run, y_new, at_least=0.9, rng=rng, name="300 new rows of ten fresh classes")
