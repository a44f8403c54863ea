"""Exercise 5: the lesson's numbers are true, and the reference does what torch does."""

from types import ModuleType

import numpy as np
import pytest

X, y = np.array([[1.0], [2.0], [3.0]]), np.array([3.0, 5.0, 7.0])


def test_the_lessons_first_step_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
    dw, db = solution.mse_grad(X, y, np.zeros(1), 0.0)
    w, b, history = solution.gradient_descent(X, y, 0.1, 1)
    _, _, longer = solution.gradient_descent(X, y, 0.1, 2)
    shown = [f"{value:.4f}" for value in (history[0], dw[0], w[0], longer[1], *(X @ w + b - y))]
    assert shown == ["27.6667", "-22.6667", "2.2667", "0.3319", "0.2667", "0.5333", "0.8000"]
    assert (db, b) == (-10, 1)
    assert [number for number in shown if number.rstrip("0") not in lesson] == []
    assert "db = 2 \\cdot (-15)/3 = -10" in lesson


def test_the_lessons_last_line_and_its_scores_are_true(solution: ModuleType, lesson: str) -> None:
    w, b, _ = solution.gradient_descent(X, y)
    assert (f"{w[0]:.4f}", f"{b:.4f}") == ("2.0003", "0.9992")
    assert "After 200 steps $w = 2.0003$ and $b = 0.9992$" in lesson
    w, b, _ = solution.gradient_descent(X, y, 0.1, 1)
    assert f"{solution.r2_score(y, X @ w + b):.4f}" == "0.8756"
    assert solution.r2_score(y, np.zeros(3)) == -9.375
    assert f"{solution.mse(X @ w + b, y) * 3:.4f}" == "0.9956"
    for number in ("1 - 0.9956/8 = 0.8756", "1 - 83/8 = -9.375"):
        assert number in lesson


def test_a_column_would_make_a_table_of_differences() -> None:
    """What the lesson warns of happens without a warning of NumPy."""
    assert (y - y[:, None]).shape == (3, 3)


def problem(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(8, 3)), rng.normal(size=8) + 2


def test_the_gradient_agrees_with_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    X, y = problem(1)
    w, b = (
        torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True),
        torch.tensor(0.7, requires_grad=True),
    )
    loss = torch.nn.functional.mse_loss(torch.tensor(X) @ w + b, torch.tensor(y))
    loss.backward()
    dw, db = solution.mse_grad(X, y, w.detach().numpy(), b.item())
    np.testing.assert_allclose(dw, w.grad.numpy(), rtol=1e-6)
    assert db == pytest.approx(b.grad.item(), rel=1e-6)
    assert solution.mse(X @ w.detach().numpy() + b.item(), y) == pytest.approx(loss.item(), rel=1e-12)


def test_the_whole_path_agrees_with_the_sgd_of_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    X, y = problem(2)
    w, b = (torch.zeros(size, dtype=torch.float64, requires_grad=True) for size in (3, ()))
    optimizer = torch.optim.SGD([w, b], lr=0.07)
    costs = []
    for _ in range(9):
        optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(torch.tensor(X) @ w + b, torch.tensor(y))
        costs.append(loss.item())
        loss.backward()
        optimizer.step()
    mine = solution.gradient_descent(X, y, lr=0.07, steps=9)
    np.testing.assert_allclose(mine[0], w.detach().numpy(), rtol=1e-12)
    assert mine[1] == pytest.approx(b.item(), rel=1e-12)
    np.testing.assert_allclose(mine[2], costs, rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_enough_steps_find_least_squares(solution: ModuleType, seed: int) -> None:
    X, y = problem(seed)
    w, b, history = solution.gradient_descent(X, y, 0.1, 3000)
    *wanted_w, wanted_b = np.linalg.lstsq(np.column_stack([X, np.ones(8)]), y, rcond=None)[0]
    np.testing.assert_allclose([*w, b], [*wanted_w, wanted_b], atol=1e-3)
    assert (np.diff(history) <= 1e-12).all()
