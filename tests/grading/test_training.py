"""What is said of a training: found by its parameters alone, whatever the mistake, the names and the activation."""

from collections.abc import Callable

import numpy as np
import pytest

from dlquiz.grading import make, network, training
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.network import ACTIVATIONS, LEFT_OUT, LOSSES, NAMES, NONE, Backward

N, D, H, C, LR = 24, 12, 16, 10, 1.0
Params = dict[str, np.ndarray]
Step = Callable[[np.ndarray, np.ndarray, Params], Params]
FEW = [name for name in ACTIVATIONS if "leaky" not in name] + [
    "leaky ReLU with slope 0.01",
    "leaky ReLU with slope 0.2",
]


def start(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, Params]:
    X, y = rng.uniform(size=(N, D)), make.labels(rng, N, C)
    W1, W2 = rng.normal(0, np.sqrt(2 / D), (D, H)), rng.normal(0, np.sqrt(2 / H), (H, C))
    return X, y, {"W1": W1, "b1": np.zeros(H), "W2": W2, "b2": np.zeros(C)}


def steps_of(gradients: Step, seed: int = 5, decay: float = 0.0) -> training.Steps:
    """Two steps of -LR times what ``gradients`` gives."""
    X, y, params = start(np.random.default_rng(seed))
    points = [params]
    for _ in range(2):
        found = gradients(X, y, points[-1])
        points.append({k: v - LR * found[k] - decay * v * (v.ndim == 2) for k, v in points[-1].items()})
    return training.Steps(X, y, LR, tuple(points))


def usual(how: Backward = network.RIGHT) -> Step:
    return lambda X, y, params: network.gradients(X, y, params, how)


def scaled(**factors: float) -> Step:
    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        return {key: factors.get(key, 1.0) * g for key, g in network.gradients(X, y, params).items()}

    return gradients


def said(steps: training.Steps) -> str:
    """Return everything that the three checks say of two steps; an empty text if they are right."""
    words = []
    for keys in (("W2", "b2"), ("W1", "b1")):
        try:
            training.check_first_step(steps, *keys)
        except CaseFailed as failure:
            words.append(f"{failure.message} {failure.got} {failure.diagnosis}")
    try:
        training.check_second_step(steps)
    except CaseFailed as failure:
        words.append(f"{failure.message} {failure.diagnosis}")
    return "\n".join(words)


# --- right trainings ---


@pytest.mark.parametrize("name", FEW)
def test_a_right_step_is_right_with_every_activation(name: str) -> None:
    assert [said(steps_of(usual(Backward(name)), seed)) for seed in range(3)] == [""] * 3


@pytest.mark.parametrize("decay", [0.0001, 0.005])
def test_a_little_weight_decay_is_accepted(decay: float) -> None:
    assert said(steps_of(usual(), decay=decay)) == ""


@pytest.mark.parametrize("mu", [0.5, 0.9])
@pytest.mark.parametrize("nesterov", [None, "ahead", "as in torch"])
def test_momentum_is_accepted_in_its_usual_forms(mu: float, nesterov: str | None) -> None:
    velocity = dict.fromkeys(NAMES, 0.0)

    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        ahead = {k: v - LR * mu * velocity[k] * (nesterov == "ahead") for k, v in params.items()}
        g = network.gradients(X, y, ahead)
        velocity.update({k: mu * velocity[k] + g[k] for k in NAMES})
        return {k: g[k] + mu * velocity[k] if nesterov == "as in torch" else velocity[k] for k in NAMES}

    assert said(steps_of(gradients)) == ""


def test_a_step_in_float32_is_right() -> None:
    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        return {k: g.astype(np.float32).astype(float) for k, g in network.gradients(X, y, params).items()}

    assert said(steps_of(gradients)) == ""


# --- mistakes, and what is said ---


@pytest.mark.parametrize("loss", list(LOSSES)[1:])
def test_another_loss_is_named(loss: str) -> None:
    assert f"It fits {loss}." in said(steps_of(usual(Backward(loss=loss))))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (Backward(NONE), "The hidden layer has no activation"),
        (Backward(slope=LEFT_OUT), "the derivative of the activation (ReLU) is missing"),
        (Backward("tanh", slope=LEFT_OUT), "the derivative of the activation (tanh) is missing"),
        (Backward(slope="sigmoid"), "The forward pass uses ReLU, the way back the derivative of sigmoid."),
        (Backward(summed=frozenset({"b1", "b2"})), "sum over axis 0, the rows, only"),
        (Backward(summed=frozenset({"b1"})), "Every entry of b1 changed by the same amount"),
    ],
)
def test_a_mistake_on_the_way_back_is_named(how: Backward, words: str) -> None:
    assert words in said(steps_of(usual(how)))


def test_the_second_layer_that_was_changed_first_is_named() -> None:
    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        first = network.gradients(X, y, params)
        after = {**params, "W2": params["W2"] - LR * first["W2"]}
        return network.gradients(X, y, params, Backward(new_W2=True), later=after)

    assert "W2 was changed first" in said(steps_of(gradients))


@pytest.mark.parametrize(
    ("factors", "words"),
    [
        (dict.fromkeys(NAMES, 1 / N), f"The step of W2 and b2 is 1/{N} of what it should be"),
        ({"W1": 1 / N, "b1": 1 / N}, f"The step of W1 and b1 is 1/{N} of what it should be"),
        ({"b1": 1 / N}, f"The step of b1 is 1/{N} of what it should be"),
        (dict.fromkeys(NAMES, N), "is the gradient a sum and not a mean?"),
        (dict.fromkeys(NAMES, -1.0), "it goes uphill"),
        ({"b2": 0.0}, "The step of b2 is zero"),
        (dict.fromkeys(NAMES, 10.0), "10 times as long as it should be"),
    ],
)
def test_a_step_of_another_length_is_named(factors: dict[str, float], words: str) -> None:
    assert words in said(steps_of(scaled(**factors)))


@pytest.mark.parametrize(
    ("gradients", "hinted"),
    [
        (scaled(**dict.fromkeys(NAMES, 0.1 / LR)), False),
        (scaled(**dict.fromkeys(NAMES, -1.0)), False),
        (usual(Backward(loss="a softmax over the batch, axis 0")), False),
        (usual(Backward(slope=LEFT_OUT)), False),
        (scaled(**dict.fromkeys(NAMES, 3.7)), True),
        (scaled(W1=-1.0, b1=3.7), True),
        (lambda X, y, params: {k: g**3 for k, g in network.gradients(X, y, params).items()}, True),
    ],
)
def test_the_hint_of_a_step_is_left_out_where_all_that_is_wrong_is_explained(gradients: Step, hinted: bool) -> None:
    """It is about the mistakes that one could have made: beside "as if lr were 0.1" the old W2 is beside the point."""
    with pytest.raises(CaseFailed) as failed:
        training.check_first_step(steps_of(gradients), "W1", "b1")
    assert failed.value.hinted is hinted


@pytest.mark.parametrize(("key", "sign"), [("b1", -1), ("b2", -1), ("b1", 0), ("b2", 0)])
def test_a_bias_that_the_forward_pass_subtracts_or_leaves_out_shows_in_the_second_step(key: str, sign: int) -> None:
    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        return network.gradients(X, y, {**params, key: sign * params[key]})

    how = "subtracted" if sign else "left out"
    assert f"a forward pass in which {key} is {how}" in said(steps_of(gradients))


def test_a_gradient_that_is_computed_once_shows_in_the_second_step() -> None:
    kept: list[Params] = []

    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        kept.append(kept[0] if kept else network.gradients(X, y, params))
        return kept[-1]

    steps = steps_of(gradients)
    assert "computed once and never anew" in said(steps)
    with pytest.raises(CaseFailed) as failed:
        training.check_second_step(steps)
    assert not failed.value.hinted


def test_two_steps_with_one_update_are_one_step() -> None:
    steps = steps_of(usual())
    assert "there was no second step" in said(
        training.Steps(steps.X, steps.y, LR, (*steps.points[:2], steps.points[1]))
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_step_along_nothing_in_particular_is_never_called_right(seed: int) -> None:
    """Every array moves by about as much as it should, in a direction of its own."""
    rng = np.random.default_rng(seed)

    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        return {k: rng.normal(size=g.shape) * g.std() for k, g in network.gradients(X, y, params).items()}

    words = said(steps_of(gradients, seed))
    assert words.count("is not -lr times the gradient") == 2
    assert "cannot be judged" in words
    assert "fits" not in words, "nothing is explained that is not so"


@pytest.mark.parametrize("seed", range(5))
def test_rows_that_were_drawn_with_replacement_do_not_make_the_gradient_wrong(seed: int) -> None:
    """That is a mistake of its own: `check_rows_of_an_epoch` tells it."""
    rng = np.random.default_rng(seed)

    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        rows = rng.integers(0, N, N)
        return network.gradients(X[rows], y[rows], params)

    assert said(steps_of(gradients, seed)) == ""


# --- the rows of an epoch ---


def moves(rows_of: Callable[[int], list[np.ndarray]], momentum: float = 0.0) -> dict[int, np.ndarray]:
    """By how much an epoch moves the weights of 24 rows, where every row has a gradient of its own."""
    slopes = np.random.default_rng(3).normal(size=(N, H))
    result = {}
    for batch_size in (24, 8, 7):
        total, velocity = np.zeros_like(slopes), np.zeros_like(slopes)
        for rows in rows_of(batch_size):
            step = np.zeros_like(slopes)
            np.add.at(step, rows, slopes[rows] / len(rows))
            velocity = momentum * velocity + step
            total -= velocity
        result[batch_size] = total
    return result


def cut(rows: np.ndarray, size: int) -> list[np.ndarray]:
    return [rows[at : at + size] for at in range(0, len(rows), size)]


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_an_epoch_of_every_row_once_is_right_with_every_seed_and_momentum(seed: int, momentum: float) -> None:
    rng = np.random.default_rng(seed)
    training.check_rows_of_an_epoch(moves(lambda size: cut(rng.permutation(N), size), momentum))


WRONG_EPOCHS: dict[str, Callable[[np.random.Generator, int], list[np.ndarray]]] = {
    "drawn with replacement": lambda rng, size: [rng.integers(0, N, size) for _ in range(-(-N // size))],
    "drawn anew for every batch": lambda rng, size: [rng.permutation(N)[:size] for _ in range(-(-N // size))],
    "overlapping windows": lambda rng, size: [np.arange(i, min(i + size, N)) for i in range(-(-N // size))],
    "the first batch again and again": lambda rng, size: [np.arange(size)] * -(-N // size),
    "the last batch dropped": lambda rng, size: cut(rng.permutation(N), size)[: N // size],
    "one batch of all rows": lambda rng, size: [rng.permutation(N)],
    "one row more than batch_size": lambda rng, size: [rows % N for rows in
        (np.arange(at, at + size + 1) for at in range(0, N, size))],
}  # fmt: skip


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("name", list(WRONG_EPOCHS))
def test_an_epoch_that_misses_or_repeats_rows_is_wrong_with_every_seed(name: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    with pytest.raises(CaseFailed, match=r"never used|more often|batch_size is not used"):
        training.check_rows_of_an_epoch(moves(lambda size: WRONG_EPOCHS[name](rng, size)))


def test_one_step_is_not_doubted_where_an_array_shows_it() -> None:
    """ReLU's mask is used for W1 and forgotten for b1: W1 says that there was one step, on the mean."""

    def gradients(X: np.ndarray, y: np.ndarray, params: Params) -> Params:
        right = network.gradients(X, y, params)
        return {**right, "b1": network.gradients(X, y, params, Backward(slope=LEFT_OUT))["b1"]}

    words = said(steps_of(gradients))
    assert words
    assert "is one epoch one step" not in words


# --- predictions ---


@pytest.mark.parametrize("name", FEW)
def test_the_class_with_the_largest_logit_is_right_with_every_activation(name: str) -> None:
    X, _, params = make.two_layer(np.random.default_rng(1), 80, D, H, C)
    training.check_predictions(network.logits(X, params, name).argmax(axis=1), X, params)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"b1": -1}, "fits a network that subtracts b1."),
        ({"b2": 0}, "fits a network that is without b2."),
        ({"b1": 0, "b2": 0}, "fits a network without b1 and b2."),
        ({"W2": -1, "b2": -1}, "fits the smallest logit."),
    ],
)
def test_what_is_forgotten_in_a_prediction_is_named(change: dict[str, int], words: str) -> None:
    X, _, params = make.two_layer(np.random.default_rng(1), 80, D, H, C)
    params |= {"W1": 2 * params["W1"], "b2": 2 * params["b2"]}
    other = {key: change.get(key, 1) * value for key, value in params.items()}
    with pytest.raises(CaseFailed) as failed:
        training.check_predictions(network.logits(X, other).argmax(axis=1), X, params)
    assert words in str(failed.value.diagnosis)
    assert not failed.value.hinted


def test_classes_at_random_fit_nothing() -> None:
    rng = np.random.default_rng(1)
    X, _, params = make.two_layer(rng, 80, D, H, C)
    with pytest.raises(CaseFailed) as failed:
        training.check_predictions(rng.integers(0, C, 80), X, params)
    assert (failed.value.diagnosis, failed.value.hinted) == (None, True)
