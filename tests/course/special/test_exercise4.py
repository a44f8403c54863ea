"""Exercise 4: the lesson's step by hand is true, thresholds are those that were measured, the reference learns."""

import re
from types import ModuleType

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.authoring.materials import Materials
from dlquiz.data import load as load_data
from dlquiz.model.course import Exercise


def test_the_lesson_names_every_threshold(exercise: Exercise, lesson: str) -> None:
    for found in exercise.data.values():
        assert f"{found.setting('epochs')} epochs must give at least {100 * found.setting('threshold'):g} %" in lesson


def test_the_lesson_names_the_seconds_and_what_the_cases_look_at(
    exercise: Exercise, lesson: str, materials: Materials
) -> None:
    digits, mnist = (exercise.data[name].call_s for name in ("digits", "mnist"))
    small = sorted(set(re.findall(r"call_s=(\d+)", materials.tests[0].text)), key=int)
    assert f"on the digits may take {digits:g} seconds (on MNIST {mnist:g})" in lesson
    assert f"the small trainings of the other checks {' or '.join(small)}." in lesson
    shares = re.findall(r"at_least=(0\.\d+)", materials.tests[0].text)
    assert [share for share in shares if f"at least {100 * float(share):g} %" not in lesson] == []
    gone = ("by heart, in 300", "Twice the learning rate", "comes four times", "input that is always 1")
    assert [words for words in gone if words in lesson] == []


def test_the_thresholds_are_those_that_were_measured(exercise: Exercise) -> None:
    measured = {"digits": (20, 0.94), "mnist": (5, 0.94)}
    assert {k: (v.setting("epochs"), v.setting("threshold")) for k, v in exercise.data.items()} == measured


def test_the_lessons_step_by_hand_lowers_the_loss_as_it_says(backprop: ModuleType, lesson: str) -> None:
    A1, W2, b2 = np.array([[3.0, 0.0]]), np.array([[1.0, 0.0], [2.0, 5.0]]), np.array([-3.0, 0.0])
    y = np.array([0])
    assert f"{backprop.cross_entropy(A1 @ W2 + b2, y):.4f}" == "0.6931"
    _, dW2, db2 = backprop.linear_backward(backprop.cross_entropy_grad(A1 @ W2 + b2, y), A1, W2)
    W2, b2 = W2 - 0.1 * dW2, b2 - 0.1 * db2
    np.testing.assert_allclose(W2, [[1.15, -0.15], [2, 5]])
    np.testing.assert_allclose(b2, [-2.95, -0.05])
    assert f"{backprop.cross_entropy(A1 @ W2 + b2, y):.4f}" == "0.3133"
    assert all(number in lesson for number in ("0.6931", "((1.15, −0.15), (2, 5))", "(-2.95, -0.05)", "0.3133"))


def test_the_lesson_answers_why_predict_needs_no_softmax(
    lesson: str, materials: Materials, solution: ModuleType
) -> None:
    assert "No softmax is needed. Why?" in materials.stub.text
    (answer,) = [line for line in lesson.splitlines() if line.startswith("`predict` can do without the softmax")]
    assert "order" in answer
    logits = np.random.default_rng(0).normal(0, 5, (200, 10))
    params = {"W1": np.eye(10), "b1": np.full(10, 50.0), "W2": np.eye(10), "b2": np.full(10, -50.0)}
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_array_equal(solution.predict(logits, params), shares.argmax(axis=1))


def test_the_first_loss_after_too_big_a_start_is_as_large_as_the_lesson_says(backprop: ModuleType, lesson: str) -> None:
    said = float(re.search(r"the first loss can be (\d+) and more", lesson)[1])
    digits = load_data("digits").train
    X, y = digits["X"].reshape(len(digits["X"]), -1) / 255, digits["y"]
    losses = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        W1, W2 = rng.normal(size=(784, 64)), rng.normal(size=(64, 10))
        losses.append(backprop.cross_entropy(np.maximum(X[::20] @ W1, 0) @ W2, y[::20]))
    assert said < np.median(losses) < 2.5 * said


def test_what_learning_curve_gives_is_said_as_it_is(lesson: str, stub: ModuleType, solution: ModuleType) -> None:
    """It draws nothing."""
    (said,) = re.findall(r"`learning_curve` (\w+) ", lesson.partition("## One step")[0])
    assert said == "returns"
    assert stub.learning_curve.__annotations__["return"] == list[float]
    X, y = np.repeat(np.eye(2), 20, axis=0), np.repeat(np.arange(2), 20)
    assert isinstance(solution.learning_curve(X, y, X, y, [20], seed=1), list)


@settings(max_examples=50)
@given(n=st.integers(1, 60), batch_size=st.integers(1, 70), seed=st.integers(0, 2**32 - 1))
def test_the_batches_of_the_reference_are_a_permutation_in_pieces(
    solution: ModuleType, n: int, batch_size: int, seed: int
) -> None:
    X, y = np.arange(n)[:, None] * 1.0, np.arange(n)
    batches = list(solution.minibatches(X, y, batch_size, np.random.default_rng(seed)))
    assert [len(yb) for _, yb in batches] == [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    assert sorted(int(v) for _, yb in batches for v in yb) == list(range(n))
    assert all((xb[:, 0] == yb).all() for xb, yb in batches)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_a_step_of_the_reference_is_minus_lr_times_the_gradient_of_exercise_3(
    solution: ModuleType, backprop: ModuleType, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    X, y = rng.uniform(size=(12, 5)), np.arange(12) % 3
    options = {"hidden": 7, "batch_size": 12, "lr": 0.3, "seed": seed}
    start, end = (solution.train(X, y, epochs=epochs, **options) for epochs in (0, 1))
    _, grads = backprop.loss_and_grads(X, y, start)
    for key, grad in grads.items():
        np.testing.assert_allclose(end[key], start[key] - 0.3 * grad, rtol=1e-9, atol=1e-12)


def test_the_reference_reaches_the_threshold_on_the_built_in_digits(solution: ModuleType, exercise: Exercise) -> None:
    digits = load_data("digits")
    X, X_test = (images.reshape(-1, 784).astype(np.float32) / 255 for images in (digits.train["X"], digits.test["X"]))
    order = np.argsort(digits.train["y"], kind="stable")
    wanted = exercise.data["digits"]
    params = solution.train(X[order], digits.train["y"][order], epochs=wanted.setting("epochs"), seed=1)
    assert solution.accuracy(X_test, digits.test["y"], params) >= wanted.setting("threshold")
