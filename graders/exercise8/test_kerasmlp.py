"""Exercise 8: pixels, the network's numbers, its loss, and whole trainings.

The numbers in the learner's models are drawn by this file. What was learnt is used in another worker, from the weights
alone. All inputs have the values that ``prepare`` should give, in the shape that the learner's gives.
"""

import numpy as np
import pytest

from dlquiz.grading import as_tensor, check, fresh, keep, make, probe
from dlquiz.grading.maths import cross_entropy, softmax
from dlquiz.grading.network import ACTIVATIONS, NONE, logits

H, C = 16, 10


def some_images(rng, n, brightest=255):
    """Return uint8 images (n, 28, 28); the brightest pixel of each is different, and ``brightest`` for one."""
    tops = rng.permutation(np.linspace(brightest // 3, brightest, n)).reshape(n, 1, 1)
    images = (rng.uniform(size=(n, 28, 28)) * tops).astype(np.uint8)
    images[:, 3, 5] = tops.ravel()
    return images


def as_prepared(submission, images):
    """Return images / 255 in the shape that the learner's prepare gives them."""
    shape = np.shape(submission.prepare(images[:2]))
    X = images.astype(np.float32) / np.float32(255)
    usual = shape[:1] == (2,) and int(np.prod(shape)) == 2 * 28 * 28
    return X.reshape(len(images), *shape[1:]) if usual else X


def drawn_weights(rng, hidden=H, classes=C, size=1.0):
    """Return W1, b1, W2, b2 that make images of random pixels look different from each other."""
    shapes = {"W1": (784, hidden), "b1": (hidden,), "W2": (hidden, classes), "b2": (classes,)}
    scales = {"W1": 0.1, "b1": 0.3, "W2": 0.6, "b2": 0.3}
    drawn = {key: size * scales[key] * rng.normal(size=shape) for key, shape in shapes.items()}
    return {key: value.astype(np.float32) for key, value in drawn.items()}


def network_with(submission, X, params):
    """Return a model of the learner's that holds these numbers."""
    hidden, classes = params["W2"].shape
    model = submission.build_model(hidden, classes)
    model(as_tensor(X[:2]))  # some models have no weights before they see rows
    found = [value.shape for value in probe(submission).weights(model)]
    wanted = {value.shape: value for value in params.values()}
    check.that(
        len(found) == 4 and set(found) == set(wanted),
        f"build_model({hidden}, {classes}) has other weights than two Dense layers with a bias.",
        expected=", ".join(map(str, wanted)),
        got=", ".join(map(str, found)) or "no weights",
    )
    probe(submission).put(model, [wanted[shape] for shape in found])
    return model


def with_any_weights(submission, rng, X, hidden, classes):
    """Return a model of the learner's that holds random numbers, whatever its layers are."""
    model = submission.build_model(hidden, classes)
    model(as_tensor(X[:2]))
    shapes = [value.shape for value in probe(submission).weights(model)]
    probe(submission).put(model, [rng.normal(size=shape).astype(np.float32) / np.sqrt(shape[0]) for shape in shapes])
    return model


def flat(X):
    return np.asarray(X, float).reshape(len(X), -1)


# --- prepare ---


@pytest.mark.case(
    "Pixels from 0 to 255 become numbers from 0 to 1: 51 becomes 0.2, also where no pixel is white",
    points=0.75,
    public=True,
    hint="images / 255. The brightest pixel of an array need not be 255.",
)
def test_prepare(submission, rng):
    images = some_images(rng, 6, brightest=200)
    images[0, 0, :5] = [0, 51, 102, 153, 200]
    X = np.asarray(submission.prepare(images), float)
    shapes = [(6, 28, 28), (6, 784), (6, 28, 28, 1)]
    check.that(X.shape in shapes, "prepare keeps the shape of the images.", expected="(6, 28, 28)", got=str(X.shape))
    check.close(X.reshape(6, 28, 28), images / 255, rtol=0, atol=1e-6, name="prepare(images)", images=images)


@pytest.mark.case(
    "prepare returns float32",
    points=0.25,
    hint="astype(np.float32) first, then / 255.",
)
def test_prepare_dtype(submission, rng):
    images = some_images(rng, 5)
    X = submission.prepare(images)
    check.dtype(X, "float32", want=as_prepared(submission, images), name="prepare(images)")


# --- build_model and probabilities ---


@pytest.mark.case(
    "Each row of probabilities sums to 1, for any number of classes",
    points=0.5,
    public=True,
    hint="Sigmoid looks at each class by itself; softmax makes ten numbers with the sum 1. Apply it once.",
)
def test_rows_sum_to_one(submission, rng):
    X = as_prepared(submission, some_images(rng, 6))
    for hidden, classes in ((H, C), (7, 5)):
        got = np.asarray(submission.probabilities(with_any_weights(submission, rng, X, hidden, classes), X))
        check.shape(got, (6, classes), name="probabilities(model, X)")
        check.probabilities(got, name="probabilities(model, X)", atol=1e-4)
        check.that(np.std(got, axis=0).max() > 1e-6, "The probabilities are the same for all images.", got=got)


@pytest.mark.case(
    "probabilities are softmax(activation(x @ W1 + b1) @ W2 + b2)",
    points=1,
    hint="Flatten, Dense with an activation, Dense; one softmax, in the last layer or in probabilities.",
)
def test_probabilities(submission, rng):
    X, params = as_prepared(submission, some_images(rng, 8)), drawn_weights(rng, 9, 5)
    got = submission.probabilities(network_with(submission, X, params), X)
    check.shape(got, (8, 5), name="probabilities(model, X)")
    check.finite(got, name="probabilities(model, X)")
    rows = flat(X)

    def fits(want):
        return np.allclose(got, want, rtol=1e-3, atol=1e-4)

    ways = {name: logits(rows, params, name) for name in ACTIVATIONS}
    if any(fits(softmax(Z)) for Z in ways.values()):
        return
    linear = logits(rows, params, NONE)
    for name, Z in ways.items():
        sigmoids = 1 / (1 + np.exp(-Z))
        for slip, text in (
            (softmax(softmax(Z)), "There are two softmaxes, one in the model and one in probabilities."),
            (Z, "These are logits: the softmax is missing."),
            (sigmoids, "These are sigmoids, each class by itself."),
            (sigmoids / sigmoids.sum(axis=1, keepdims=True), "These are sigmoids, divided by their sum."),
            (softmax(ACTIVATIONS[name].value(Z)), f"The logits went through an activation ({name})."),
            (softmax(Z.T).T, "The softmax runs over the batch: the columns sum to 1."),
            (softmax(linear), "There is no activation between the two Dense layers: they are one layer."),
            (softmax(logits(rows / 255, params, name)), "The images are divided by 255 once more in the model."),
        ):
            check.that(not fits(slip), text, expected=softmax(ways["ReLU"]), got=got)
    check.close(got, softmax(ways["ReLU"]), rtol=1e-3, atol=1e-4, name="probabilities(model, X)", logits=ways["ReLU"])


@pytest.mark.case(
    "An image gets the same probabilities alone as among others, bright or dark",
    points=0.5,
    hint="Use X as it is: who divides by X.max() or takes means over X makes images depend on each other.",
)
def test_rows_are_independent(submission, rng):
    images = np.concatenate([some_images(rng, 4, 255), some_images(rng, 4, 60)])
    X = as_prepared(submission, images)
    model = with_any_weights(submission, rng, X, H, C)
    together = np.asarray(submission.probabilities(model, X))
    check.shape(together, (8, C), name="probabilities(model, X)")
    check.that(np.std(together, axis=0).max() > 1e-5, "The probabilities are the same for all images.", got=together)
    for rows in (slice(0, 1), slice(6, 8)):
        alone = submission.probabilities(model, X[rows])
        check.close(alone, together[rows], rtol=1e-3, atol=1e-5, name="probabilities(model, X) of some of the images")


@pytest.mark.case(
    "A new network is untrained: it knows fewer than half of the digits",
    points=0.25,
    hint="build_model builds; train trains.",
)
def test_starts_untrained(submission, data):
    X, model = as_prepared(submission, data.test_images), submission.build_model()
    known = float(np.mean(classes_of(submission.probabilities(model, X), len(X)) == data.test_labels))
    check.that(known < 0.5, "The network knows digits before it was trained.",
               expected="less than 0.5", got=f"{known:.3f}")  # fmt: skip
    again = submission.build_model()
    again(as_tensor(X[:2]))
    one, other = (probe(submission).weights(one) for one in (model, again))
    differ = any(np.shape(a) == np.shape(b) and not np.array_equal(a, b) for a, b in zip(one, other, strict=False))
    check.that(differ, "Two calls of build_model give the same numbers: the weights start at random.")


def classes_of(scores, n):
    """Return the class with the largest score of each row."""
    check.that(isinstance(scores, np.ndarray) and scores.ndim == 2 and len(scores) == n,
               "probabilities(model, X) has one row for each image.", got=str(np.shape(scores)))  # fmt: skip
    check.finite(scores, name="probabilities(model, X)")
    return scores.argmax(axis=1)


# --- train ---


def patterns(rng, n_train, n_test=40):
    """Return images of ten classes that exist nowhere else, uint8, in random order, with their labels."""
    X, y, X_new, y_new = make.blobs(rng, n_train, n_test, 784, C)
    order = rng.permutation(n_train)
    as_images = [(255 * rows).astype(np.uint8).reshape(-1, 28, 28) for rows in (X[order], X_new)]
    return as_images[0], y[order], as_images[1], y_new


def losses_of(history, epochs):
    """Return the list of losses, after checking its form."""
    check.that(
        isinstance(history, dict) and "loss" in history,
        "train returns a dictionary with the key loss: the attribute history of what model.fit returns.",
        expected="{'loss': […], …}",
        got=f"keys {', '.join(map(str, history))}" if isinstance(history, dict) else type(history).__name__,
    )
    losses = np.atleast_1d(np.asarray(history["loss"], float))
    check.that(1 <= losses.size <= epochs, f"There is one loss for each of {epochs} epochs.", got=losses)
    check.finite(losses, name="history['loss']")
    return losses


@pytest.mark.case(
    "history['loss'] begins with the cross-entropy of the network as it was handed over",
    points=0.75,
    call_s=30,
    hint="Softmax and sparse_categorical_crossentropy, or logits and from_logits=True. Integer labels: sparse.",
)
def test_first_loss(submission, rng):
    images, y = some_images(rng, 120), make.labels(rng, 120, C)
    X, params = as_prepared(submission, images), drawn_weights(rng, size=1.5)
    model = network_with(submission, X, params)
    got = losses_of(submission.train(model, X, y, epochs=1, batch_size=120, seed=make.seed(rng)), 1)[0]
    want = {name: cross_entropy(logits(flat(X), params, name), y) for name in ACTIVATIONS}
    # Wide: a tenth may be kept for validation, and labels may be smoothed.
    if any(abs(got / value - 1) < 0.25 for value in want.values()):
        return
    check.that(
        False,
        f"The loss of the first epoch, one batch, is {got:.4g}. The cross-entropy of the network before it is "
        f"{want['ReLU']:.4g}. Do the last layer and the loss belong together?",
        expected=f"about {want['ReLU']:.3g}",
        got=f"{got:.4g}",
    )


@pytest.mark.case(
    "The loss falls over three epochs, and each has its place in history['loss']",
    points=0.25,
    call_s=30,
    hint="return model.fit(…).history",
)
def test_history(submission, rng):
    images, y, _, _ = patterns(rng, 200)
    X = as_prepared(submission, images)
    losses = losses_of(submission.train(submission.build_model(H), X, y, epochs=3, batch_size=20, seed=1), 3)
    check.that(losses.size > 1, "There is only one loss for three epochs.", expected="3 losses", got=losses)
    check.decreases(losses, name="history['loss']")


@pytest.mark.case(
    "More epochs and smaller batches move the weights further; all four arrays are trained",
    points=0.5,
    call_s=30,
    hint="model.fit(X, y, epochs=epochs, batch_size=batch_size) on the model that was handed over.",
)
def test_way_of_the_weights(submission, rng):
    images, y, _, _ = patterns(rng, 96)
    X, seed = as_prepared(submission, images), make.seed(rng)
    start = drawn_weights(rng, size=0.3)

    def way(epochs, batch_size):
        model = network_with(submission, X, start)
        submission.train(model, X, y, epochs=epochs, batch_size=batch_size, seed=seed)
        after = {value.shape: value for value in probe(submission).weights(model)}
        return {key: float(np.linalg.norm(after[value.shape] - value)) for key, value in start.items()}

    short, long, fine = way(1, 96), way(4, 96), way(1, 16)
    still = [key for key, length in long.items() if not length > 1e-6]
    check.that(
        not still, f"{', '.join(still)} of the model did not change in four epochs: train this model, all of it."
    )
    for changed, far in (("epochs=4 instead of 1", long), ("batch_size=16 instead of 96", fine)):
        ratio = sum(far.values()) / max(sum(short.values()), 1e-12)
        check.that(ratio > 1.2, f"With {changed} the weights come {ratio:.3g} times as far from their start.",
                   expected="clearly further", got=f"{ratio:.3g} times as far")  # fmt: skip


@pytest.mark.case(
    "The same seed gives the same weights, another seed others; X and y stay as they are",
    points=0.25,
    call_s=30,
    hint="keras.utils.set_random_seed(seed) in the first line of train; model.fit then shuffles from it.",
)
def test_seed(submission, rng):
    images, y, _, _ = patterns(rng, 96)
    X, seed, start = as_prepared(submission, images), make.seed(rng), drawn_weights(rng, size=0.3)

    def trained(seed):
        help_ = probe(submission)
        help_.begin()  # a Dropout layer draws from where the model was built
        model, kept = network_with(submission, X, start), [keep(help_.shuffled, one, 0) for one in (X, y)]
        before = [help_.read(one) for one in kept]
        submission.train(model, *kept, epochs=2, batch_size=16, seed=seed)
        unchanged = [np.array_equal(help_.read(one), was) for one, was in zip(kept, before, strict=True)]
        check.that(all(unchanged), "train changed X or y: work on copies.")
        return np.concatenate([value.ravel() for value in help_.weights(model)])

    first, again, other = (trained(one) for one in (seed, seed, seed + 1))
    near = {"rtol": 1e-3, "atol": 1e-5}
    check.that(np.allclose(first, again, **near), "Two trainings from the same weights with the same seed differ.")
    check.that(not np.allclose(first, other, **near), "Two trainings with different seeds end alike.")


def learnt(submission, model, X):
    """Return the classes that a new network in another worker gives, which has nothing but the weights of ``model``."""
    state, there = probe(submission).weights(model), fresh(submission)
    widths = [value.shape[1] for value in state if value.ndim == 2 and value.shape[0] == 784] or [128]
    again = there.build_model(widths[0])
    again(as_tensor(X[:2]))
    found = probe(there).weights(again)
    check.that([a.shape for a in found] == [a.shape for a in state], "A new build_model() has other weights.",
               got=", ".join(str(a.shape) for a in state))  # fmt: skip
    probe(there).put(again, state)
    return classes_of(there.probabilities(again, X), len(X))


@pytest.mark.case(
    "Handwritten digits that were never seen are recognised",
    points=0.75,
    hint="Does the loss fall from about 2.3? Print history['loss'].",
)
def test_recognises_new_digits(submission, data, rng, metrics):
    epochs, order = data.settings.setting("epochs"), make.seed(rng)
    X = keep(submission.prepare, keep(probe(submission).shuffled, data.train_images, order))
    y = keep(probe(submission).shuffled, data.train_y, order)
    X_new = np.asarray(submission.prepare(data.test_images))

    def run(seed):
        model = submission.build_model()
        history = submission.train(model, X, y, epochs=epochs, seed=seed)
        losses = losses_of(history, epochs)
        metrics.curve("loss_curve", list(range(1, losses.size + 1)), {"loss": losses}, x_label="epoch", y_label="loss")
        predicted = learnt(submission, model, X_new)
        metrics.misread(data.arrays.test["X"], data.test_labels, predicted)
        metrics.confusion_matrix("confusion_matrix", data.test_labels, predicted, classes=10)
        return predicted

    threshold = data.settings.setting("threshold")
    check.accuracy(run, data.test_labels, at_least=threshold, rng=rng, name=f"held-out images of {data.name}")


@pytest.mark.case(
    "Ten classes that nobody has seen before are learnt",
    points=0.25,
    hint="train learns from its X and y alone, in default settings: 15 epochs, batches of 64.",
)
def test_learns_fresh_classes(submission, rng):
    images, y, new, y_new = patterns(rng, 500, 300)
    X, X_new = as_prepared(submission, images), as_prepared(submission, new)

    def run(seed):
        model = submission.build_model()
        submission.train(model, X, y, seed=seed)
        return learnt(submission, model, X_new)

    check.accuracy(run, y_new, at_least=0.9, rng=rng, name="300 new images of ten fresh classes")
