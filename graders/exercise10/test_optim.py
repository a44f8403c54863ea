"""Exercise 10: one step of each optimiser, from states that are not zero, with arguments that are not the defaults."""

import numpy as np
import pytest

from dlquiz.grading import check

CLOSE = {"rtol": 1e-6, "atol": 1e-6}
"""Adam's two usual forms, and eps inside or outside the root, differ by less where eps is 1e-8."""


def signed(rng, shape, low=0.5, high=3.0):
    """Values of both signs, none near 0."""
    return rng.uniform(low, high, shape) * rng.choice([-1.0, 1.0], shape)


def squares(rng, shape):
    return rng.uniform(0.5, 4.0, shape)


def numbers(value, shape):
    """Whether this is an array of numbers of this shape."""
    return isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.shape == shape


def is_close(got, want):
    return numbers(got, want.shape) and np.allclose(got, want, **CLOSE)


def small_gradients(rng):
    """Gradients near 1e-3: with eps = 0.01, its place decides how long the step is."""
    g = signed(rng, (3, 2), 0.5e-3, 2e-3)
    return signed(rng, (3, 2)), g, g * rng.uniform(0.5, 1.5, g.shape), g**2 * rng.uniform(0.5, 1.5, g.shape)


# --- the formulas, on the trusted side ---


def momentum_step(w, g, v, lr, beta=0.9):
    v = beta * v + g
    return w - lr * v, v


def rmsprop_step(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


def adam_moments(g, m, v, b1=0.9, b2=0.999):
    return b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2


def adam_weights(w, m, v, t, lr, b1=0.9, b2=0.999, eps=1e-8):
    return w - lr * (m / (1 - b1**t)) / (np.sqrt(v / (1 - b2**t)) + eps)


# --- sgd and momentum ---


@pytest.mark.case(
    "sgd goes lr times the gradient downhill, for arrays of any shape",
    points=0.75,
    public=True,
    hint="The gradient points uphill, so there is a minus sign: w - lr * g.",
)
def test_sgd(submission, rng):
    for shape, size in (((2, 3, 2), 1), ((4, 3), 1000), ((5,), 1)):
        w, g, lr = signed(rng, shape), size * signed(rng, shape), float(rng.uniform(0.1, 0.5))
        check.close(submission.sgd(w, g, lr), w - lr * g, name="w", lr=lr, g=g, **CLOSE)


@pytest.mark.case(
    "momentum keeps beta of the old velocity, adds the gradient, and steps with the new velocity",
    points=1,
    public=True,
    hint="v = beta * v + g comes first, then w - lr * v. Is beta the argument, or a number in your code?",
)
def test_momentum(submission, rng):
    for shape, size, moving in (((4, 3), 1, 1), ((6,), 100, 1), ((3,), 1, 0)):  # the last one starts from rest
        w, g, v = signed(rng, shape), size * signed(rng, shape), moving * size * signed(rng, shape)
        new_w, new_v = check.parts(submission.momentum(w, g, v, 0.3, 0.6), "w", "v", of="momentum")
        demand_velocity(new_v, g, v, 0.3, 0.6)
        check.close(new_w, momentum_step(w, g, v, 0.3, 0.6)[0], name="w", lr=0.3, beta=0.6, old_v=v, g=g, **CLOSE)


def demand_velocity(got, g, v, lr, beta):
    """The right velocity; its two usual mistakes are told by name."""
    for other, text in (
        (beta * v + (1 - beta) * g, "beta * v + (1 - beta) * g. Here the gradient is added whole: v = beta * v + g."),
        (beta * v + lr * g, "beta * v + lr * g. Here lr is no part of v: v = beta * v + g, and then w - lr * v."),
    ):
        check.that(not is_close(got, other), f"v is {text}", expected=beta * v + g, got=got)
    check.close(got, beta * v + g, name="v", lr=lr, beta=beta, old_v=v, g=g, **CLOSE)


# --- RMSprop ---


@pytest.mark.case(
    "rmsprop keeps a running mean of the squared gradients, and divides the step by its root",
    points=0.75,
    hint="s = rho * s + (1 - rho) * g**2, entry by entry. Then divide g by the square root of the new s.",
)
def test_rmsprop(submission, rng):
    for shape, size in (((4, 3), 1), ((6,), 100)):
        w, g, s = signed(rng, shape), size * signed(rng, shape), size**2 * squares(rng, shape)
        new_w, new_s = check.parts(submission.rmsprop(w, g, s, 0.3, 0.7), "w", "s", of="rmsprop")
        want_w, want_s = rmsprop_step(w, g, s, 0.3, 0.7)
        check.close(new_s, want_s, name="s", rho=0.7, old_s=s, g=g, **CLOSE)
        check.close(new_w, want_w, name="w", lr=0.3, g=g, s=want_s, **CLOSE)


@pytest.mark.case(
    "rmsprop adds eps outside the root",
    points=0.5,
    hint="np.sqrt(s) + eps, not np.sqrt(s + eps): with a large eps the two differ much. Is eps the argument?",
)
def test_rmsprop_eps(submission, rng):
    w, g, _, s = small_gradients(rng)
    new_w, _ = check.parts(submission.rmsprop(w, g, s, 2.0, 0.9, 0.01), "w", "s", of="rmsprop")
    check.close(new_w, rmsprop_step(w, g, s, 2.0, 0.9, 0.01)[0], name="w", lr=2.0, eps=0.01, g=g, **CLOSE)


# --- Adam ---


@pytest.mark.case(
    "The first step of adam moves every weight by lr, however large its gradient is",
    points=0.5,
    public=True,
    hint="At t = 1, from zeros: m_hat is g itself and v_hat is g**2. What does 1 - b1**t give for t = 1?",
)
def test_adam_first_step(submission, rng):
    w, g = signed(rng, 4), signed(rng, 4) * np.array([1.0, 10.0, 1.0, 100.0])
    new_w, _, _ = check.parts(submission.adam(w, g, np.zeros(4), np.zeros(4), 1, 0.1), "w", "m", "v", of="adam")
    check.close(new_w, w - 0.1 * np.sign(g), name="w", lr=0.1, g=g, **CLOSE)


@pytest.mark.case(
    "adam returns the new running means m and v, not corrected",
    points=0.5,
    hint="b1 belongs to m and b2 to v. Keep m and v apart from m_hat and v_hat, which are for this step only.",
)
def test_adam_moments(submission, rng):
    for t, shape, offset in ((7, (4, 3), 0), (2, (5,), 10)):  # with the offset every v has to fall
        w, g, m, v = signed(rng, shape), signed(rng, shape), signed(rng, shape), offset + squares(rng, shape)
        _, new_m, new_v = check.parts(submission.adam(w, g, m, v, t, 0.3, 0.8, 0.95), "w", "m", "v", of="adam")
        want_m, want_v = adam_moments(g, m, v, 0.8, 0.95)
        check.close(new_m, want_m, name="m", b1=0.8, old_m=m, g=g, **CLOSE)
        check.close(new_v, want_v, name="v", b2=0.95, old_v=v, g=g, **CLOSE)


@pytest.mark.case(
    "adam corrects m and v for the step number t that it is given",
    points=1,
    hint="m_hat = m / (1 - b1**t), v_hat = v / (1 - b2**t), with t as it comes in: the first step has t = 1.",
)
def test_adam_step(submission, rng):
    for t, shape in ((7, (4, 3)), (40, (5,)), (3, (2, 3))):
        w, g, m, v = signed(rng, shape), signed(rng, shape), signed(rng, shape), squares(rng, shape)
        demand_adam_step(submission, w, g, m, v, t, 0.3, 0.8, 0.95)


@pytest.mark.case(
    "adam adds eps outside the root, after the correction",
    points=0.5,
    hint="np.sqrt(v_hat) + eps. Not inside the root, and not to the root of the v that is not corrected.",
)
def test_adam_eps(submission, rng):
    demand_adam_step(submission, *small_gradients(rng), 3, 2.0, 0.8, 0.95, 0.01)


def demand_adam_step(submission, w, g, m, v, t, lr, b1, b2, *eps):
    """The right weights. A step that fits the learner's own m and v is right here: they have a case of their own."""
    new_w, *own = check.parts(submission.adam(w, g, m, v, t, lr, b1, b2, *eps), "w", "m", "v", of="adam")
    if all(numbers(part, g.shape) for part in own):
        with np.errstate(all="ignore"):
            if is_close(new_w, adam_weights(w, *own, t, lr, b1, b2, *eps)):
                return
    want = adam_weights(w, *adam_moments(g, m, v, b1, b2), t, lr, b1, b2, *eps)
    check.close(new_w, want, name="w", lr=lr, t=t, b1=b1, b2=b2, g=g, **CLOSE)


# --- all of them ---


@pytest.mark.case(
    "No function changes its arrays or remembers an earlier call: the same call gives the same again",
    points=0.5,
    hint="`w -= ...` and `v *= beta` change the caller's arrays: write w = w - ... State comes in and goes out.",
)
def test_state_in_state_out(submission, rng, metrics):
    w, g, m, v = signed(rng, 5), signed(rng, 5), signed(rng, 5), squares(rng, 5)
    new_m, new_v, late = *adam_moments(g, m, v), 100_000  # so late that the corrections are 1
    for call, names, state, rest, want in (
        (submission.sgd, ["w"], [], [0.2], [w - 0.2 * g]),
        (submission.momentum, ["w", "v"], [m], [0.2], momentum_step(w, g, m, 0.2)),
        (submission.rmsprop, ["w", "s"], [v], [0.2], rmsprop_step(w, g, v, 0.2)),
        (
            submission.adam,
            ["w", "m", "v"],
            [m, v],
            [late, 0.2],
            [adam_weights(w, new_m, new_v, late, 0.2), new_m, new_v],
        ),
    ):
        for time in ("", " in the second call"):
            got = check.unchanged(call, w, g, *state, *rest, names=("w", "g", *names[1:]))
            got = [got] if len(names) == 1 else check.parts(got, *names, of=call)
            for name, one, right in zip(names, got, want, strict=True):
                check.close(one, right, name=name + time, **CLOSE)
    descend(submission, metrics)


SCALES = np.array([1.0, 100.0])
"""A long narrow valley: 100 times steeper in one direction than in the other."""


def descend(submission, metrics, steps=60):
    """Draw how far each optimiser comes in the valley of the lesson. A picture; nothing is demanded here."""
    w, zero = np.array([10.0, 1.0]), np.zeros(2)
    runs = {"sgd": [w], "momentum": [w, zero], "rmsprop": [w, zero], "adam": [w, zero, zero]}
    rates = {"sgd": 0.019, "momentum": 0.01, "rmsprop": 0.1, "adam": 0.3}
    losses = {name: [] for name in runs}
    for t in range(1, steps + 1):
        for name, (w, *state) in runs.items():
            losses[name].append(float((SCALES * w**2).sum() / 2))
            rest = [t, rates[name]] if name == "adam" else [rates[name]]
            got = getattr(submission, name)(w, SCALES * w, *state, *rest)
            runs[name] = [got] if name == "sgd" else list(got)
    metrics.curve("loss", list(range(steps)), losses, x_label="step", y_label="loss in a narrow valley")
