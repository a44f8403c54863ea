"""Exercise 6: every number of the lesson is true, and the reference's metrics agree with torch and plain counting."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TRUE, PREDICTED = np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 1, 0, 0])


def test_the_lessons_column_is_standardised_as_it_says(solution: ModuleType, lesson: str) -> None:
    train, test = solution.standardize(np.array([[2.0], [4.0], [6.0]]), np.array([[8.0]]))
    assert [f"{value:.3f}" for value in (*train[:, 0], test[0, 0], np.sqrt(8 / 3))] == [
        "-1.225", "0.000", "1.225", "2.449", "1.633"]  # fmt: skip
    for text in ("becomes −1.225, 0, 1.225", "$4/1.633 = 2.449$", "\\sqrt{8/3} = 1.633"):
        assert text in lesson


def test_the_lessons_table_of_degrees_is_true(solution: ModuleType, lesson: str) -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(-1, 1, 24)
    y = 3 * x**2 - x + rng.normal(size=24) * 0.5
    for name, part in (("training", slice(12)), ("validation", slice(12, None))):
        fits = [np.polyfit(x[:12], y[:12], degree) for degree in (1, 2, 5, 9)]
        errors = [np.mean((np.polyval(fit, x[part]) - y[part]) ** 2) for fit in fits]
        assert f"| {name} MSE | {' | '.join(f'{error:.2f}' for error in errors)} |" in lesson
    assert solution.best_degree(x[:12], y[:12], x[12:], y[12:], [1, 2, 5, 9]) == 2


def test_the_lessons_training_stops_in_epoch_five(solution: ModuleType, lesson: str) -> None:
    losses = [5, 4, 3, 3.5, 3.2, 3.1, 9]
    assert solution.early_stopping(losses, 3) == (5, 2)
    assert f"For the losses {', '.join(map(str, losses))} and patience 3" in lesson
    best = [solution.early_stopping(losses[: epoch + 1], 3)[1] for epoch in range(6)]
    assert f"| best epoch | {' | '.join(map(str, best))} |" in lesson


def test_the_lessons_matrix_and_scores_are_true(solution: ModuleType, lesson: str) -> None:
    assert solution.confusion_matrix(TRUE, PREDICTED, 3).tolist() == [[2, 1, 0], [1, 1, 0], [1, 0, 0]]
    assert [f"{4 / 7:.4f}", f"{solution.f1_macro(TRUE, PREDICTED, 3):.4f}"] == ["0.5714", "0.3571"]
    assert "(0.5714 + 0.5 + 0)/3 = 0.3571" in lesson
    assert (round(100 * 0.29), int(100 * 0.29)) == (29, 28)


@pytest.mark.parametrize("n", [1, 2, 7, 100])
def test_a_split_loses_no_row_whatever_the_shares(solution: ModuleType, n: int) -> None:
    X, y = np.arange(2.0 * n).reshape(n, 2), np.arange(n)
    for val, test in ((0.2, 0.2), (0.0, 0.5), (0.33, 0.34), (0.0, 0.0)):
        parts = solution.split(X, y, val, test, 3)
        assert [len(y) for _, y in parts[1:]] == [round(n * val), round(n * test)]
        assert sorted(np.concatenate([y for _, y in parts]).tolist()) == list(range(n))
        assert all((X[:, 0] == 2 * y).all() for X, y in parts)


def test_equal_numbers_whose_mean_is_rounded_are_a_constant_column(solution: ModuleType) -> None:
    X = np.full((6, 1), 0.1)
    assert X.std(axis=0) > 0  # which is why max == min is asked
    assert solution.standardize(X, X + 1)[0].tolist() == [[0.0]] * 6
    np.testing.assert_allclose(solution.standardize(X, X + 1)[1], 1)


@settings(max_examples=50)
@given(
    losses=st.lists(st.sampled_from([-1.0, 0.5, 1.0, 2.0, 3.0]), min_size=1, max_size=12),
    patience=st.integers(1, 4),
)
def test_early_stopping_is_its_own_definition(solution: ModuleType, losses: list[float], patience: int) -> None:
    best = [losses.index(min(losses[: epoch + 1])) for epoch in range(len(losses))]
    stops = [epoch for epoch in range(len(losses)) if epoch - best[epoch] >= patience]
    stop = stops[0] if stops else len(losses) - 1
    assert solution.early_stopping(losses, patience) == (stop, best[stop])


@settings(max_examples=50)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 6), size=st.integers(1, 30))
def test_the_metrics_are_plain_counting(solution: ModuleType, seed: int, n: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    y_true, y_pred = rng.integers(0, n, (2, size))
    pairs = list(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    wanted = [[pairs.count((i, j)) for j in range(n)] for i in range(n)]
    assert solution.confusion_matrix(y_true, y_pred, n).tolist() == wanted
    scores = []
    for c in range(n):
        found, said, there = pairs.count((c, c)), (y_pred == c).sum(), (y_true == c).sum()
        scores.append(0.0 if found == 0 else 2 / (said / found + there / found))
    assert solution.f1_macro(y_true, y_pred, n) == pytest.approx(np.mean(scores), abs=1e-12)


def test_the_confusion_matrix_agrees_with_the_bincount_of_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(5)
    y_true, y_pred = rng.integers(0, 4, (2, 50))
    theirs = torch.bincount(torch.tensor(y_true * 4 + y_pred), minlength=16).reshape(4, 4)
    assert solution.confusion_matrix(y_true, y_pred, 4).tolist() == theirs.tolist()


def test_standardising_agrees_with_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    X = np.random.default_rng(6).normal(3, 5, (9, 4))
    std, mean = torch.std_mean(torch.tensor(X), dim=0, correction=0)
    wanted = (torch.tensor(X) - mean) / std
    np.testing.assert_allclose(solution.standardize(X)[0], wanted.numpy(), rtol=1e-12, atol=1e-12)
