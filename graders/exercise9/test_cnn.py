"""Exercise 9: sizes, convolution, pooling, parameters, and a network that is trained by the probe."""

import numpy as np
import pytest

from dlquiz.grading import check, fresh, make, probe
from dlquiz.grading.maths import cross_entropy

CLOSE = {"rtol": 1e-4, "atol": 1e-4}
"""Float32 inside is good enough."""
LIMIT = 30_000


def by_numpy(submission):
    """The submission, while torch's own convolution and pooling raise."""
    probe(submission).numpy_only(True)
    return submission


def scene(rng, n, c, size, f, kernel):
    """Images, kernels and biases; both signs everywhere, and no bias near 0."""
    b = rng.uniform(0.5, 2.0, f) * rng.choice([-1.0, 1.0], f)
    return rng.normal(size=(n, c, *size)), rng.normal(size=(f, c, *kernel)), b


def plain(X, W, b):
    """The same without biases, and with kernels that look the same upside down: one slip, one price."""
    return X, W + W[..., ::-1, ::-1], 0 * b


# --- sizes ---


@pytest.mark.case(
    "28 pixels: a window of 3 fits 26 times, with padding 1 28 times, a window of 2 with stride 2 14 times",
    points=0.25,
    call_s=20,
    public=True,
    hint="Padding adds to both ends. The first window begins at 0: how many more steps are possible?",
)
def test_output_size_by_hand(submission):
    got = [submission.output_size(28, 3), submission.output_size(28, 3, 1, 1), submission.output_size(28, 2, 2)]
    check.equal(got, [26, 28, 14], name="list of three sizes")


@pytest.mark.case(
    "output_size leaves out a window that does not fit completely, and is an int",
    points=0.5,
    call_s=20,
    hint="Whole steps only: // drops the rest. Divide first, add 1 afterwards.",
)
def test_output_size_leaves_out_the_rest(submission, rng):
    settings = [(8, 3, 2, 0), (10, 3, 4, 0), (9, 2, 4, 1), (7, 7, 3, 0), (5, 1, 7, 0)]
    settings += [(int(rng.integers(20, 90)), k, s, p) for k, s, p in ((5, 3, 2), (4, 7, 1), (2, 5, 3), (6, 4, 2))]
    got = [submission.output_size(*one) for one in settings]
    want = [len(range(0, n + 2 * p - k + 1, s)) for n, k, s, p in settings]
    check.equal(got, want, name=f"list of sizes for (n, k, stride, padding) in {settings}")
    kinds = sorted({type(one).__name__ for one in got})
    check.that(kinds == ["int"], "The numbers are right, but a size is an int.", expected="int", got=", ".join(kinds))


# --- convolution ---


@pytest.mark.case(
    "One image, one filter, by hand: the example of the lesson",
    points=0.5,
    call_s=20,
    public=True,
    hint="Lay the kernel on the upper left corner, as it is. Multiply what lies on top of each other, add up, add b.",
)
def test_conv2d_by_hand(submission):
    X = np.array([[[[1.0, 2, 0, 1], [0, 1, 3, 1], [2, 0, 1, 2]]]])
    W, b = np.array([[[[1.0, 0], [2, -1]]]]), np.array([-3.0])
    got = by_numpy(submission).conv2d(X, W, b)
    check.close(got, [[[[-3, -2, 2], [1, -3, 0]]]], name="conv2d(X, W, b)", **CLOSE)


@pytest.mark.case(
    "Every filter looks at all channels and makes one map, for every image",
    points=0.5,
    call_s=20,
    hint="The channels are added up. The result has the axes N, F, H', W'. Height and width differ here.",
)
def test_conv2d_channels(submission, reference, rng):
    X, W, b = plain(*scene(rng, 3, 4, (6, 5), 2, (2, 3)))
    check.close(by_numpy(submission).conv2d(X, W, b), reference.conv2d(X, W, b), name="conv2d(X, W, b)", **CLOSE)


@pytest.mark.case(
    "b[f] is added once to every number of map f",
    points=0.25,
    call_s=20,
    hint="b has the shape (F,), and the maps (N, F, H', W'). Which shape of b fits to this: b[:, None, None]?",
)
def test_conv2d_bias(submission, reference, rng):
    X, W, b = scene(rng, 2, 3, (4, 5), 4, (2, 2))
    X, W, _ = plain(X, W, b)
    check.close(by_numpy(submission).conv2d(X, W, b), reference.conv2d(X, W, b), name="conv2d(X, W, b)", **CLOSE)


@pytest.mark.case(
    "With a stride the window moves so many pixels, right and down",
    points=0.5,
    call_s=20,
    hint="Number i of the map begins at pixel i * stride. Of the windows with stride 1 keep [::stride, ::stride].",
)
def test_conv2d_stride(submission, reference, rng):
    for size, kernel, stride in (((7, 6), (3, 2), 2), ((9, 10), (2, 2), 3), ((8, 11), (2, 3), 4)):
        X, W, b = plain(*scene(rng, 2, 1, size, 1, kernel))
        got, want = by_numpy(submission).conv2d(X, W, b, stride), reference.conv2d(X, W, b, stride)
        check.close(got, want, name=f"conv2d(X, W, b, stride={stride})", **CLOSE)


@pytest.mark.case(
    "Padding adds zeros on all four sides",
    points=0.5,
    call_s=20,
    hint="np.pad takes a pair (before, after) for each axis: nothing for N and C, (padding, padding) for H and W.",
)
def test_conv2d_padding(submission, reference, rng):
    for size, kernel, padding in (((4, 5), (3, 3), 1), ((3, 6), (2, 3), 2)):
        X, W, b = plain(*scene(rng, 2, 1, size, 1, kernel))
        got, want = by_numpy(submission).conv2d(X, W, b, 1, padding), reference.conv2d(X, W, b, 1, padding)
        check.close(got, want, name=f"conv2d(X, W, b, padding={padding})", **CLOSE)


@pytest.mark.case(
    "All together: channels, filters, biases, stride, padding, and kernels that are not symmetric",
    points=0.5,
    call_s=20,
    hint="If the cases before are all passed: is the kernel used as it is, or turned around or transposed?",
)
def test_conv2d_all_together(submission, reference, rng):
    for size, kernel, stride, padding in (((7, 6), (3, 3), 2, 1), ((5, 8), (2, 3), 3, 2), ((6, 5), (3, 1), 1, 1)):
        X, W, b = scene(rng, 3, 3, size, 4, kernel)
        got = by_numpy(submission).conv2d(X, W, b, stride, padding)
        want = reference.conv2d(X, W, b, stride, padding)
        check.close(got, want, name=f"conv2d(X, W, b, {stride}, {padding})", **CLOSE)


@pytest.mark.case(
    "Views of arrays and float32 give the same numbers",
    points=0.25,
    call_s=20,
    hint="A transposed array lies in memory in another order. Take the steps from X.strides, or copy it first.",
)
def test_conv2d_of_views(submission, reference, rng):
    X, W, b = plain(*scene(rng, 2, 1, (5, 6), 1, (3, 2)))
    want = reference.conv2d(X, W, b)
    by_numpy(submission)
    check.close(probe(submission).conv2d_of_a_view(X, W, b), want, name="conv2d of a view", **CLOSE)
    got = submission.conv2d(*(part.astype(np.float32) for part in (X, W, b)))
    check.close(got, want, name="conv2d of float32 arrays", **CLOSE)


@pytest.mark.case(
    "conv2d and maxpool2d leave their arrays as they are",
    points=0.25,
    call_s=20,
    hint="Write into new arrays. Even `b.shape = …` changes the caller's b: use b[:, None, None] or b.reshape.",
)
def test_arrays_stay_as_they_are(submission, reference, rng):
    X, W, b = plain(*scene(rng, 2, 1, (5, 4), 1, (2, 3)))
    want, names = reference.conv2d(X, W, b), ("X", "W", "b")
    check.unchanged(by_numpy(submission).conv2d, X, W, b, names=names, want=want, name="conv2d(X, W, b)", **CLOSE)
    check.unchanged(submission.maxpool2d, X, names=("X",))


@pytest.mark.case(
    "conv2d is not slow: 8 images of 28 x 28 pixels and 32 filters, at most 40 times the reference's time",
    points=0.5,
    call_s=30,
    hint="Let NumPy do all places of the map at once: loop over the pixels of the kernel, or use sliding_window_view.",
)
def test_conv2d_speed(submission, reference):
    def draw(draws):
        return plain(*scene(draws, 8, 1, (28, 28), 32, (3, 3)))

    check.speed(by_numpy(submission).conv2d, reference.conv2d, draw=draw, at_most=40)


# --- pooling ---


@pytest.mark.case(
    "Windows of 2 x 2 side by side: each leaves its largest number, in each channel",
    points=0.25,
    call_s=20,
    public=True,
    hint="Without a stride the windows move by k. The result has half the height and half the width.",
)
def test_maxpool2d_by_hand(submission):
    X = np.array([[[[1.0, 2, 0, 1], [0, 1, 3, 1], [2, 0, 1, 2], [7, 1, 0, 1]], np.arange(16.0).reshape(4, 4)]])
    got = by_numpy(submission).maxpool2d(X)
    check.close(got, [[[[2, 3], [7, 2]], [[5, 7], [13, 15]]]], name="maxpool2d(X)")


@pytest.mark.case(
    "The largest of negative numbers is negative, also far below 0",
    points=0.5,
    call_s=20,
    hint="Begin with a number of the window, not with 0 or -999, and put no zeros around the image.",
)
def test_maxpool2d_negative(submission, reference, rng):
    X = rng.normal([[[[-5000]]], [[[-70]]]], 20, size=(2, 1, 6, 4))
    check.close(by_numpy(submission).maxpool2d(X), reference.maxpool2d(X), name="maxpool2d(X)", **CLOSE)


@pytest.mark.case(
    "k and stride are two numbers: windows may overlap, or leave pixels out",
    points=0.5,
    call_s=20,
    hint="Window i begins at pixel i * stride and is k pixels long.",
)
def test_maxpool2d_stride(submission, reference, rng):
    for size, k, stride in (((7, 10), 4, 3), ((8, 5), 2, 3), ((6, 9), 3, None), ((7, 5), 3, 2)):
        X = rng.normal(size=(2, 1, *size))
        got, want = by_numpy(submission).maxpool2d(X, k, stride), reference.maxpool2d(X, k, stride)
        check.close(got, want, name=f"maxpool2d(X, {k}, {stride})", k=k, **CLOSE)


@pytest.mark.case(
    "What is too small for a window at the edge is left out",
    points=0.25,
    call_s=20,
    hint="A map of 5 x 6 pixels gives 2 x 3 numbers: the last row is not used.",
)
def test_maxpool2d_odd(submission, reference, rng):
    for size, k, stride in (((5, 6), 2, None), ((4, 7), 2, None), ((8, 8), 3, 2)):
        X = rng.normal(size=(2, 1, *size))
        got, want = by_numpy(submission).maxpool2d(X, k, stride), reference.maxpool2d(X, k, stride)
        check.close(got, want, name=f"maxpool2d of maps of {size[0]} x {size[1]}", **CLOSE)


@pytest.mark.case(
    "n_params_conv counts the weights and the biases",
    points=0.25,
    call_s=20,
    public=True,
    hint="One filter has k * k weights for each channel of its input, and one bias.",
)
def test_n_params_conv(submission, rng):
    drawn = [tuple(int(one) for one in rng.choice(np.arange(2, 9), 3, False)) for _ in range(3)]
    settings = [(1, 8, 3), (3, 16, 5), *drawn]
    got = [submission.n_params_conv(*one) for one in settings]
    want = [c_out * c_in * k * k + c_out for c_in, c_out, k in settings]
    check.equal(got, want, name=f"list of counts for (c_in, c_out, k) in {settings}")


# --- the network ---


def images_of(rng, n):
    return rng.uniform(size=(n, 28, 28)).astype(np.float32)


def stretched(state, factor):
    """The state with larger weights, so that what bounds the outputs shows."""
    return {name: value * factor if value.ndim > 1 else value for name, value in state.items()}


def depends_on(model, state, name, images):
    """Whether the logits change with the sign of this array."""
    other, full = model.logits({**state, name: -state[name]}, images), model.logits(state, images)
    return bool(np.abs(full - other).max() > 1e-5 * max(np.abs(full).max(), 1e-3))


def some_state(model, rng):
    """A state of the model in which no parameter is 0: a last layer, or a branch, may begin with zeros."""
    parameters, rest = model.start(make.seed(rng))
    return {
        name: value + rng.normal(0, 0.05, value.shape).astype(value.dtype) for name, value in parameters.items()
    } | rest


def demand_logits(model, rng):
    """Ten numbers for each image, and other ones for other images; return a state."""
    state = some_state(model, rng)
    got = model.logits(state, images_of(rng, 5))
    check.shape(got, (5, 10), name="what the model gives for 5 images")
    check.finite(got, name="what the model gives")
    check.that(np.ptp(got, axis=0).max() > 0, "All images give the same logits.", got=got[0])
    return state


@pytest.mark.case(
    "The network gives ten logits for each image, and these may be any real numbers",
    points=0.25,
    call_s=20,
    hint="The last layer is Linear, and nothing comes behind it: the loss does the softmax.",
)
def test_logits(submission, rng):
    model = probe(submission)
    demand_logits(model, rng)
    check.shape(model.logits(some_state(model, rng), images_of(rng, 1)), (1, 10), name="what it gives for 1 image")
    images = 3 * images_of(rng, 40)
    got = np.concatenate([model.logits(stretched(some_state(model, rng), 10), images) for _ in range(3)])
    said = "{}: there is a {} after the last layer."
    ones = np.allclose(got.sum(axis=1), 1, atol=1e-3)
    check.that(not ones or got.min() < 0, said.format("All rows sum to 1", "softmax"), expected="logits", got=got[0])
    inside = got.min() >= 0 and got.max() <= 1
    check.that(not inside, said.format("All outputs lie between 0 and 1", "sigmoid"), expected="logits", got=got[0])
    check.that(got.min() < 0, said.format("No output is ever negative", "ReLU"), expected="logits", got=got[0])
    inside = np.abs(got).max() <= 1
    check.that(not inside, said.format("All outputs lie between -1 and 1", "tanh"), expected="logits", got=got[0])


@pytest.mark.case(
    "The logits depend on a convolution with a small kernel",
    points=0.75,
    call_s=20,
    hint="torch.nn.Conv2d(1, 8, 3) as a layer of the model, and its result is what the next layer gets.",
)
def test_convolution(submission, rng):
    model = probe(submission)
    state = demand_logits(model, rng)
    kernels = {name: max(value.shape[2:]) for name, value in state.items() if value.ndim == 4}
    small = [name for name, size in kernels.items() if 2 <= size <= 7]
    large = max(kernels.values(), default=0)
    check.that(small or large <= 7, "The kernel is too large: it is a dense layer in disguise.", got=f"{large} pixels")
    check.that(small, "There is no convolution in the network: no parameter is a kernel of 2 x 2 to 7 x 7.")
    used = any(depends_on(model, state, name, images_of(rng, 5)) for name in small)
    check.that(used, "The logits do not depend on the convolution.", expected=f"other logits with another {small[0]}")


@pytest.mark.case(
    "Every weight learns: its gradient is the slope of the loss, and not 0",
    points=0.25,
    call_s=20,
    hint="No detach, no torch.no_grad, no requires_grad=False, and no layer that is made but not used.",
)
def test_gradients(submission, rng):
    model = probe(submission)
    state = demand_logits(model, rng)
    images, y = images_of(rng, 32), make.labels(rng, 32, 10)
    gradients = model.gradients(state, images, y)
    for name, gradient in gradients.items():
        if gradient.ndim < 2 or np.abs(gradient).max() > 0:
            continue
        used = depends_on(model, state, name, images)
        check.that(not used, f"A weight is detached from the gradient or frozen: {name} changes the logits.")
        check.that(used, f"A weight is not used: {name} does not change the logits.")
    square = sum(float((gradient.astype(float) ** 2).sum()) for gradient in gradients.values())
    step = 0.01 / max(square, 1e-12)
    up, down = (
        cross_entropy(model.logits({**state, **_moved(state, gradients, way * step)}, images).astype(float), y)
        for way in (1, -1)
    )
    slope = (up - down) / (2 * step * max(square, 1e-12))
    check.that(0.8 < slope < 1.25, "The gradients are not the slope of the loss.", expected=1.0, got=slope)


def _moved(state, gradients, step):
    return {name: state[name] + np.float32(step) * gradient for name, gradient in gradients.items()}


@pytest.mark.case(
    "The network is more than one linear function",
    points=0.25,
    call_s=20,
    hint="Convolutions alone, one behind the other, are one linear function. Put ReLU behind each of them.",
)
def test_not_linear(submission, rng):
    model = probe(submission)
    state = stretched(demand_logits(model, rng), 3)
    first, second = images_of(rng, 6), images_of(rng, 6)
    a, b, both, none = (model.logits(state, X) for X in (first, second, first + second, 0 * first))
    # LogSoftmax takes the same number from every logit of a row.
    bend, size = (Z - Z.mean(axis=1, keepdims=True) for Z in (a + b - both - none, a - none))
    check.that(
        np.abs(bend).max() > 1e-3 * np.abs(size).max(),
        "The network is linear as a whole: f(A) + f(B) = f(A + B) + f(0).", expected="a difference", got=bend[0],
    )  # fmt: skip


@pytest.mark.case(
    "The network has at most 30,000 parameters",
    points=0.25,
    call_s=20,
    hint="Most of them are in the first Linear layer: pool once more before Flatten, or take fewer filters.",
)
def test_parameters(submission, rng):
    model = probe(submission)
    demand_logits(model, rng)
    parameters, buffers = model.sizes(make.seed(rng))
    more, wanted = "The network has more than 30,000 {}.", f"at most {LIMIT:,}"
    check.that(parameters <= LIMIT, more.format("parameters"), expected=wanted, got=f"{parameters:,}")
    check.that(buffers <= LIMIT, more.format("numbers in buffers"), expected=wanted, got=f"{buffers:,}")


@pytest.mark.case(
    "In evaluation the same image gives the same logits, alone or in any batch",
    points=0.25,
    call_s=20,
    hint="nn.Dropout and nn.BatchNorm2d know about model.eval(); F.dropout must be told: training=self.training.",
)
def test_evaluation(submission, rng):
    model = probe(submission)
    state = demand_logits(model, rng)
    images = images_of(rng, 6) * np.linspace(0.2, 1, 6, dtype=np.float32)[:, None, None]
    first, again = model.logits(state, images), model.logits(state, images)
    same = {"rtol": 1e-3, "atol": 1e-4 * max(np.abs(first).max(), 1e-3)}
    check.that(np.allclose(first, again, **same), "Dropout is active in evaluation: the same images give other logits.")
    alone = np.concatenate([model.logits(state, images[i : i + 1]) for i in range(6)])
    message = "An image gives other logits alone than in a batch. The statistics of the batch are used in evaluation?"
    check.that(np.allclose(first, alone, **same), message, expected=first, got=alone)


@pytest.mark.case(
    "Every call returns a new model, and its state_dict holds all that it needs",
    points=0.25,
    call_s=20,
    hint="Make the layers inside make_cnn. Kernels of your own are nn.Parameter, attributes of the model.",
)
def test_new_models(submission, rng):
    model = probe(submission)
    state, images = demand_logits(model, rng), images_of(rng, 4)
    before, after = model.before_and_after(make.seed(rng), images)
    same = "Every call of make_cnn returns the same model: changing one changes the other."
    check.that(np.array_equal(before, after), same)
    one, other = (model.logits(state, images, made_from=seed) for seed in (0, 1))
    message = "Something is missing in the state_dict: a new model with the same state gives other logits."
    check.that(np.allclose(one, other, rtol=1e-4, atol=1e-4), message, expected=one, got=other)


# --- what it learns ---


def drawings(rng, *counts):
    """Images (n, 28, 28) and labels for each n: ten random patterns of 4 x 4 squares, a little moved and noisy."""
    patterns = np.kron(rng.random((10, 4, 4)) < 0.5, np.ones((5, 5)))
    parts = []
    for n in counts:
        y, X = make.labels(rng, n, 10), rng.uniform(0, 0.3, (n, 28, 28))
        for image, label, (top, left) in zip(X, y, rng.integers(2, 7, (n, 2)), strict=True):
            image[top : top + 20, left : left + 20] += rng.uniform(0.5, 0.7) * patterns[label]
        parts.append((X.astype(np.float32).clip(0, 1), y))
    return parts


@pytest.mark.case(
    "Drawings in ten classes that nobody has seen before are learnt",
    points=0.5,
    call_s=60,
    hint="If the network does not learn at all: is there a large stride, a sigmoid, or far too few filters?",
)
def test_learns_fresh_drawings(submission, rng):
    (X, y), (X_test, y_test) = drawings(rng, 800, 300)

    def run(seed):
        state, _ = probe(submission).train(X, y, 12, seed)
        return probe(fresh(submission)).logits(state, X_test).argmax(axis=1)

    check.accuracy(run, y_test, at_least=0.7, rng=rng, name="300 new drawings in ten fresh classes")


@pytest.mark.case(
    "Trained by the grader, the network reads images that it has never seen",
    points=1.0,
    hint="Two convolutions with 8 and 16 filters, each with ReLU and MaxPool2d(2), then Flatten and Linear are enough.",
)
def test_reads_new_images(submission, data, rng, metrics):
    settings, here, labels = data.settings, probe(submission), data.test_labels
    parameters, rest = here.start(make.seed(rng))
    untrained = here.logits(parameters | rest, data.test_images).argmax(axis=1)
    knows = float(np.mean(untrained == labels))
    check.that(knows < 0.5, "The network knows the answers before any training.", expected="below 0.5", got=knows)

    def run(seed):
        state, losses = here.train(data.train_images, data.train_y, settings.setting("epochs"), seed)
        predicted = probe(fresh(submission)).logits(state, data.test_images).argmax(axis=1)
        record(metrics, data, state, losses, predicted)
        return predicted

    threshold = settings.setting("threshold")
    check.accuracy(run, labels, at_least=threshold, rng=rng, name=f"held-out images of {data.name}")


def record(metrics, data, state, losses, predicted):
    """Keep what pictures are drawn from: the loss, the confusion matrix, kernels, and what was misread."""
    labels, names = data.test_labels, data.classes
    epochs = range(1, len(losses) + 1)
    metrics.curve("loss", epochs, {"mean loss": losses}, x_label="epoch", y_label="training loss")
    metrics.confusion_matrix("confusion_matrix", labels, predicted, classes=10, labels=names)
    metrics.misread(data.arrays.test["X"], labels, predicted, classes=names)
    kernels = next((value for value in state.values() if value.ndim == 4 and 2 <= max(value.shape[2:]) <= 7), None)
    if kernels is not None:
        metrics.kernels(kernels)
