"""Exercise 11: the lesson's example is true, and the reference does what torch's layers do."""

from types import ModuleType

import numpy as np
import pytest


def test_the_lessons_example_by_hand_is_what_the_reference_computes(solution: ModuleType, lesson: str) -> None:
    X, gamma, beta = np.array([[1.0], [1.0], [5.0], [5.0]]), np.array([2.0]), np.array([10.0])
    out, mean, var = solution.batchnorm(X, gamma, beta, np.zeros(1), np.ones(1), True, 0.1, 0.0)
    assert out.ravel().tolist() == [8.0, 8.0, 12.0, 12.0]
    assert round(float(mean[0]), 9) == 0.3
    assert f"{var[0]:.4f}" == "1.4333"
    dX, dgamma, dbeta = solution.batchnorm_backward(np.array([[1.0], [0.0], [0.0], [0.0]]), X, gamma, 0.0)
    assert dX.ravel().tolist() == [0.5, -0.5, 0.0, 0.0]
    assert (dgamma.tolist(), dbeta.tolist()) == ([-1.0], [1.0])
    for number in ("(8, 8, 12, 12)", "1.4333", "(0.5, -0.5, 0, 0)", r"$d\gamma = -1$"):
        assert number in lesson


def test_the_numbers_of_the_lessons_picture_are_0_or_doubled(lesson: str) -> None:
    picture = lesson.split("```")[1]
    rows = [[[int(n) for n in part.split()] for part in line.split("[")[1:]]
            for line in picture.replace("]", "").splitlines() if "[" in line]  # fmt: skip
    assert len(rows) == 3
    for before, *after in rows:
        for one in after:
            assert all(new in (0, 2 * old) for old, new in zip(before, one, strict=True))


# -- torch ------------------------------------------------------------------------


@pytest.mark.parametrize("eps", [1e-5, 0.2])
@pytest.mark.parametrize("n", [2, 7])
def test_batch_norm_and_its_gradients_agree_with_torch(solution: ModuleType, n: int, eps: float) -> None:
    torch = pytest.importorskip("torch", reason="the reference is compared with torch.nn.BatchNorm1d")
    rng = np.random.default_rng(n)
    X, gamma, beta, mean = (rng.normal(size=shape) for shape in ((n, 4), 4, 4, 4))
    var, dout = rng.uniform(0.5, 2.0, 4), rng.normal(size=(n, 4))
    layer = torch.nn.BatchNorm1d(4, eps=eps, momentum=0.35, dtype=torch.float64)
    with torch.no_grad():
        for tensor, array in (
            (layer.weight, gamma), (layer.bias, beta), (layer.running_mean, mean), (layer.running_var, var),
        ):  # fmt: skip
            tensor.copy_(torch.tensor(array))
    tensor = torch.tensor(X, requires_grad=True)
    layer.eval()
    mine = solution.batchnorm(X, gamma, beta, mean, var, False, 0.35, eps)
    np.testing.assert_allclose(mine[0], layer(tensor).detach(), rtol=1e-9, atol=1e-12)
    layer.train()
    theirs = layer(tensor)
    theirs.backward(torch.tensor(dout))
    mine = solution.batchnorm(X, gamma, beta, mean, var, True, 0.35, eps)
    for got, want in zip(mine, (theirs.detach(), layer.running_mean, layer.running_var), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-12)
    grads = solution.batchnorm_backward(dout, X, gamma, eps)
    for got, want in zip(grads, (tensor.grad, layer.weight.grad, layer.bias.grad), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-7, atol=1e-9)


def test_dropout_drops_and_scales_as_torch_does(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch", reason="the reference is compared with torch.nn.Dropout")
    X, p = np.full((500, 400), 3.0), 0.3
    mine, theirs = solution.dropout(X, p, np.random.default_rng(0)), torch.nn.Dropout(p)(torch.tensor(X)).numpy()
    assert np.unique(mine) == pytest.approx(np.unique(theirs))
    assert (mine == 0).mean() == pytest.approx((theirs == 0).mean(), abs=0.01)


def test_the_gradient_of_the_penalty_agrees_with_torch(solution: ModuleType) -> None:
    torch = pytest.importorskip("torch", reason="the reference is compared with autograd")
    W = np.random.default_rng(1).normal(size=(4, 3))
    tensor = torch.tensor(W, requires_grad=True)
    (0.3 * (tensor**2).sum()).backward()
    np.testing.assert_allclose(solution.l2_penalty_grad(W, 0.3), tensor.grad, rtol=1e-12)


# -- what the grader lets pass ----------------------------------------------------


def test_masks_that_are_drawn_well_stay_far_below_the_graders_limit_for_clusters() -> None:
    """The limit is 4 times the variance of independent entries; one number for a row gives hundreds."""
    seen = []
    for seed in range(40):
        zeros = np.random.default_rng(seed).random((500, 400)) < 0.3
        seen += [zeros.mean(axis=axis).var() / (0.21 / other) for axis, other in ((1, 400), (0, 500))]
    assert min(seen) > 0.7
    assert max(seen) < 1.5
    rows = np.broadcast_to(np.random.default_rng(0).random((500, 1)) < 0.3, (500, 400))
    assert rows.mean(axis=1).var() / (0.21 / 400) > 100
