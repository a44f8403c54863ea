"""Exercise 10: the lesson's numbers are true, and the reference steps as torch.optim does."""

from types import ModuleType
from typing import Any

import numpy as np
import pytest


def steps(solution: ModuleType, name: str, lr: float, count: int) -> list[tuple[float, ...]]:
    """Weights and state, rounded, of one weight that starts at 1 and has the gradient 2."""
    w, g = np.ones(1), np.full(1, 2.0)
    state = [np.zeros(1)] * {"sgd": 0, "momentum": 1, "rmsprop": 1, "adam": 2}[name]
    seen = []
    for t in range(1, count + 1):
        got = getattr(solution, name)(w, g, *state, *([t] if name == "adam" else []), lr)
        w, *state = got if isinstance(got, tuple) else (got,)
        seen.append(tuple(round(float(value[0]), 6) for value in (w, *state)))
    return seen


def test_the_lessons_example_by_hand_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
    assert steps(solution, "sgd", 0.1, 2) == [(0.8,), (0.6,)]
    assert steps(solution, "momentum", 0.1, 2) == [(0.8, 2.0), (0.42, 3.8)]
    assert steps(solution, "rmsprop", 0.1, 2) == [(0.683772, 0.4), (0.454357, 0.76)]
    assert steps(solution, "adam", 0.1, 2) == [(0.9, 0.2, 0.004), (0.8, 0.38, 0.007996)]
    for row in (
        "none | 0.8 | none | 0.6", "v = 2 | 0.8 | v = 0.9 · 2 + 2 = 3.8 | 0.42",
        "s = 0.1 · 4 = 0.4 | 0.6838 | s = 0.36 + 0.4 = 0.76 | 0.4544",
        "m = 0.2, v = 0.004 | 0.9 | m = 0.38, v = 0.007996 | 0.8",
    ):  # fmt: skip
        assert row in lesson
    assert f"{0.1 / np.sqrt(0.001):.2f} times as long" in lesson


def test_the_lessons_valley_is_as_narrow_as_it_says(solution: ModuleType, lesson: str) -> None:
    scales = np.array([1.0, 100.0])

    def losses(lr: float) -> tuple[float, list[float]]:
        w, seen = np.array([10.0, 1.0]), []
        for _ in range(60):
            w = solution.sgd(w, scales * w, lr)
            seen.append(float((scales * w**2).sum() / 2))
        return float(w[0]), seen

    along, falling = losses(0.019)
    assert f"{along:.2f}" == "3.16"
    assert "$w_1$ is still 3.16" in lesson
    assert falling == sorted(falling, reverse=True)
    assert losses(0.021)[1] == sorted(losses(0.021)[1])


# -- torch ------------------------------------------------------------------------


def by_torch(torch: Any, w: np.ndarray, gradients: np.ndarray, kind: str, **settings: float) -> np.ndarray:
    """Where torch's optimiser stands after these gradients."""
    weights = torch.tensor(w, requires_grad=True)
    optimizer = getattr(torch.optim, kind)([weights], **settings)
    for g in gradients:
        weights.grad = torch.tensor(g)
        optimizer.step()
    return weights.detach().numpy()


@pytest.mark.parametrize("eps", [1e-8, 0.01])
@pytest.mark.parametrize("size", [1e-3, 1.0, 100.0])
def test_the_reference_agrees_with_torch_after_ten_steps(solution: ModuleType, eps: float, size: float) -> None:
    torch = pytest.importorskip("torch", reason="the reference is compared with torch.optim")
    rng = np.random.default_rng(10)
    w, gradients = rng.normal(size=(4, 3)), size * rng.normal(size=(10, 4, 3))
    w1 = w2 = w3 = w4 = w
    v = s = m = u = np.zeros_like(w)
    for t, g in enumerate(gradients, 1):
        w1 = solution.sgd(w1, g, 0.05)
        w2, v = solution.momentum(w2, g, v, 0.05, 0.8)
        w3, s = solution.rmsprop(w3, g, s, 0.05, 0.9, eps)
        w4, m, u = solution.adam(w4, g, m, u, t, 0.05, 0.8, 0.95, eps)
    for mine, theirs in (
        (w1, by_torch(torch, w, gradients, "SGD", lr=0.05)),
        (w2, by_torch(torch, w, gradients, "SGD", lr=0.05, momentum=0.8)),
        (w3, by_torch(torch, w, gradients, "RMSprop", lr=0.05, alpha=0.9, eps=eps)),
        (w4, by_torch(torch, w, gradients, "Adam", lr=0.05, betas=(0.8, 0.95), eps=eps)),
    ):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-9)


# -- what the grader lets pass ----------------------------------------------------


def test_the_usual_places_of_eps_differ_by_less_than_the_grader_allows_where_eps_is_small() -> None:
    """FAIRNESS A30: with eps = 1e-8 the forms of Keras and of Kingma's second remark are right, too."""
    rng = np.random.default_rng(30)
    for t, keep in ((1, 0.999), (7, 0.95)):
        g, old = rng.uniform(0.5, 3.0, 1000), rng.uniform(0.5, 4.0, 1000) * (t > 1)
        v = keep * old + (1 - keep) * g**2
        outside = g / (np.sqrt(v / (1 - keep**t)) + 1e-8)
        inside = g / np.sqrt(v / (1 - keep**t) + 1e-8)
        uncorrected = g * np.sqrt(1 - keep**t) / (np.sqrt(v) + 1e-8)
        assert np.abs(0.3 * (outside - inside)).max() < 0.5e-6
        assert np.abs(0.3 * (outside - uncorrected)).max() < 0.5e-6
