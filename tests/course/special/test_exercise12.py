"""Exercise 12: the lesson's numbers are true, k-means only ever improves, and the network has its bottleneck."""

from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlquiz.data import load


def test_the_lessons_example_by_hand_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
    X, C = np.array([[0.0], [2.0], [9.0], [11.0]]), np.array([[0.0], [2.0]])
    seen = []
    for _ in range(2):
        labels = solution.assign(X, C)
        seen.append(solution.inertia(X, labels, C))
        C = solution.update(X, labels, C)
        seen.append(solution.inertia(X, labels, C))
    assert [round(one, 2) for one in seen] == [130, 44.67, 20.22, 4]
    assert C.tolist() == [[1], [10]]
    assert solution.assign(X, C).tolist() == labels.tolist() == [0, 0, 1, 1]
    for text in ("49 + 81 = 130", "| 44.67 |", "| 20.22 |", "1 + 1 + 1 + 1 = 4"):
        assert text in lesson


def test_the_lessons_rectangle_has_a_poor_end_and_a_good_one(solution: ModuleType, lesson: str) -> None:
    X = np.array([[0.0, 0.0], [0.0, 1.0], [4.0, 0.0], [4.0, 1.0]])
    for start, end, value in (([0, 1], [[2, 0], [2, 1]], 16), ([0, 2], [[0, 0.5], [4, 0.5]], 1)):
        C = X[start]
        for _ in range(3):
            labels = solution.assign(X, C)
            C = solution.update(X, labels, C)
        assert C.tolist() == end
        assert solution.inertia(X, labels, C) == value
        assert f"inertia {value}\n" in lesson


@settings(max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(2, 20), d=st.integers(1, 4), k=st.integers(1, 6))
def test_no_step_of_k_means_raises_the_inertia(solution: ModuleType, seed: int, n: int, d: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    X, C = rng.normal(size=(n, d)).round(1), rng.normal(size=(k, d)).round(1)
    labels = rng.integers(0, k, size=n)
    for _ in range(4):
        before = solution.inertia(X, labels, C)
        C = solution.update(X, labels, C)
        between = solution.inertia(X, labels, C)
        labels = solution.assign(X, C)
        assert before + 1e-9 >= between >= solution.inertia(X, labels, C) - 1e-9
        assert labels.tolist() == [min(range(k), key=lambda j, x=x: float(((x - C[j]) ** 2).sum())) for x in X]


def test_assign_agrees_with_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    rng = np.random.default_rng(3)
    X, C = rng.normal(size=(50, 7)), rng.normal(size=(6, 7))
    assert solution.assign(X, C).tolist() == torch.cdist(torch.tensor(X), torch.tensor(C)).argmin(dim=1).tolist()
    labels = rng.integers(0, 6, 50)
    want = torch.nn.functional.mse_loss(torch.tensor(X), torch.tensor(C)[labels], reduction="sum")
    assert solution.inertia(X, labels, C) == pytest.approx(float(want), rel=1e-12)


def test_the_lessons_errors_of_the_mean_image_and_of_pca_are_those_of_the_digits(lesson: str) -> None:
    digits = load("digits")
    train, test = (part["X"].reshape(-1, 784) / 255 for part in (digits.train, digits.test))
    mean = train.mean(axis=0)
    directions = np.linalg.svd(train - mean, full_matrices=False)[2][:32]
    brought_back = mean + (test - mean) @ directions.T @ directions
    assert f"has {((test - mean) ** 2).mean():.3f}." in lesson
    assert f"reaches {((test - brought_back) ** 2).mean():.3f} on these digits" in lesson


def test_the_reference_is_an_autoencoder_with_a_bottleneck(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(1)
    model = solution.make_autoencoder(20, 3).double().eval()
    x = torch.rand(20, dtype=torch.float64)
    slopes = torch.autograd.functional.jacobian(model, x)
    assert slopes.shape == (20, 20)
    assert int(torch.linalg.matrix_rank(slopes, rtol=1e-6)) <= 3
