"""Exercise 14: the numbers in the lesson are true, and the reference is torch's attention."""

import math
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Q = np.array([[2.0, 0.0, 2.0, 0.0]])
K = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0], [0.0, 3.0, 0.0, 0.0]])
V = np.array([[10.0, 0.0], [0.0, 20.0], [0.0, 0.0]])


def listed(values: np.ndarray) -> str:
    return f"`{', '.join(f'{value:.3f}' for value in values)}`"


def test_each_step_of_the_example_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
    out, weights = solution.attention(Q, K, V)
    assert (Q @ K.T / math.sqrt(4)).tolist() == [[2, 0, 0]]
    assert f"$e^2 = {math.exp(2):.3f}$, $e^0 = 1$, together {math.exp(2) + 2:.3f}" in lesson
    assert f"The weights are {listed(weights[0])} (rounded)" in lesson
    assert f"= {listed(out[0])}." in lesson


def test_forbidding_the_first_key_leaves_the_mean_of_the_other_two(solution: ModuleType, lesson: str) -> None:
    out, weights = solution.attention(Q, K, V, np.array([[False, True, True]]))
    assert weights.tolist() == [[0, 0.5, 0.5]]
    assert out.tolist() == [[0, 10]]
    assert "the weights 0, 0.5, 0.5, and out = `0, 10`" in lesson


def test_weights_with_and_without_the_root_are_those_of_the_lesson(lesson: str) -> None:
    for score, digits in ((8, 4), (1, 3)):
        high = 1 / (1 + math.exp(-score))
        assert f"{high:.{digits}f} and {1 - high:.{digits}f}" in lesson


def test_a_dot_product_of_standard_normal_vectors_has_the_variance_d() -> None:
    rng = np.random.default_rng(0)
    for d in (4, 64):
        dots = (rng.normal(size=(20_000, d)) * rng.normal(size=(20_000, d))).sum(axis=1)
        assert dots.var() == pytest.approx(d, rel=0.1)


sizes = st.integers(1, 5)


@settings(max_examples=60, deadline=None)
@given(n=sizes, m=sizes, d=sizes, e=sizes, lead=st.lists(sizes, max_size=2), masked=st.booleans(), seed=st.integers(0))
def test_the_reference_agrees_with_torch(
    solution: ModuleType, n: int, m: int, d: int, e: int, lead: list[int], masked: bool, seed: int
) -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    arrays = [rng.normal(scale=3, size=(*lead, *shape)) for shape in ((n, d), (m, d), (m, e))]
    mask = None
    if masked:
        mask = rng.random((n, m)) < 0.5
        mask[np.arange(n), rng.integers(m, size=n)] = True
    out, weights = solution.attention(*arrays, mask)
    tensors = [torch.from_numpy(array) for array in arrays]
    want = torch.nn.functional.scaled_dot_product_attention(
        *tensors, attn_mask=None if mask is None else torch.from_numpy(mask)
    )
    np.testing.assert_allclose(out, want.numpy(), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-12)
    assert weights.shape == (*lead, n, m)


def test_the_causal_mask_is_torchs(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch")
    arrays = [np.random.default_rng(1).normal(size=(6, 4)) for _ in range(3)]
    want = torch.nn.functional.scaled_dot_product_attention(*map(torch.from_numpy, arrays), is_causal=True)
    out, _ = solution.attention(*arrays, solution.causal_mask(6))
    np.testing.assert_allclose(out, want.numpy(), rtol=1e-9, atol=1e-12)


def test_moving_keys_and_values_together_changes_nothing(solution: ModuleType) -> None:
    rng = np.random.default_rng(2)
    queries, keys, values = rng.normal(size=(3, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 2))
    order = rng.permutation(5)
    out, weights = solution.attention(queries, keys, values)
    moved, moved_weights = solution.attention(queries, keys[order], values[order])
    np.testing.assert_allclose(moved, out, rtol=1e-12)
    np.testing.assert_allclose(moved_weights, weights[:, order], rtol=1e-12)
