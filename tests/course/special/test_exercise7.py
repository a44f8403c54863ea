"""Exercise 7: the lesson's numbers are true, and PyTorch does what the grader's NumPy assumes of it."""

import math
import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from dlquiz.grading import network
from tests.course.conftest import COURSE, load

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
F = torch.nn.functional


def test_the_lessons_losses_with_one_and_with_two_softmaxes(lesson: str) -> None:
    logits, label = torch.tensor([[2.0, 1.0, -1.0]], dtype=torch.float64), torch.tensor([0])
    assert f"{logits.softmax(1)[0, 0]:.4f}" == "0.7054"
    assert f"{F.cross_entropy(logits, label):.3f}" == "0.349"
    assert f"{F.cross_entropy(logits.softmax(1), label):.3f}" == "0.766"
    sure = torch.nn.functional.one_hot(torch.tensor([0]), 10).double()
    assert f"{F.cross_entropy(sure, label):.3f}" == f"{-math.log(math.e / (math.e + 9)):.3f}" == "1.461"
    for number in ("0.7054", "0.349", "0.766", "1.461"):
        assert number in lesson


@pytest.mark.parametrize(("cleared", "want"), [(True, [2, 0.5, 1, 0.25]), (False, [2, 0.5, 3, -0.25])])
def test_the_lessons_table_of_two_steps_with_and_without_clearing(cleared: bool, want: list[float]) -> None:
    weight = torch.nn.Parameter(torch.tensor(1.0))
    optimizer, seen = torch.optim.SGD([weight], lr=0.25), []
    for _ in range(2):
        if cleared:
            optimizer.zero_grad()
        (weight**2).backward()
        seen.append(weight.grad.item())
        optimizer.step()
        seen.append(weight.item())
    assert seen == want


def test_the_lessons_count_of_parameters_is_that_of_the_reference(solution: ModuleType, lesson: str) -> None:
    assert sum(parameter.numel() for parameter in solution.make_mlp().parameters()) == 101_770
    assert "101{,}770" in lesson


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The cases as a plain module: their mark is known to dlquiz's own plugin only."""
    plain = SimpleNamespace(mark=SimpleNamespace(case=lambda *_, **__: lambda function: function))
    monkeypatch.setitem(sys.modules, "pytest", plain)
    return load(COURSE.solution_path("exercise7").with_name("test_torchmlp.py"))


def test_the_steps_of_the_grader_are_those_of_torch_in_float64(grader: ModuleType) -> None:
    """What is demanded of train_epoch: smoothed cross-entropy, SGD with momentum, batches of 4, 4 and 2."""
    X, y, W, b = grader.ten_rows(np.random.default_rng(4))
    layer = torch.nn.Linear(5, 3, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(W.T.copy()))
        layer.bias.copy_(torch.from_numpy(b))
    optimizer = torch.optim.SGD(layer.parameters(), lr=grader.LR, momentum=grader.MOMENTUM)
    rows, labels = torch.from_numpy(X).double(), torch.from_numpy(y)
    for epoch in (1, 2):
        for part in torch.arange(10).split(4):
            optimizer.zero_grad()
            loss = F.cross_entropy(layer(rows[part]), labels[part], label_smoothing=grader.SMOOTHING)
            loss.backward()
            optimizer.step()
        want = np.vstack([layer.weight.detach().numpy().T, layer.bias.detach().numpy()])
        np.testing.assert_allclose(grader.trained_by_hand(X, y, W, b, epochs=epoch)[0], want, rtol=1e-9, atol=1e-12)
    theirs = F.cross_entropy(rows @ torch.from_numpy(W).double() + torch.from_numpy(b), labels, label_smoothing=0.2)
    assert grader.loss_and_gradient(X, y, W, b)[0] == pytest.approx(theirs.item(), rel=1e-9)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("ReLU", torch.nn.ReLU()),
        ("tanh", torch.nn.Tanh()),
        ("sigmoid", torch.nn.Sigmoid()),
        ("ELU", torch.nn.ELU()),
        ("GELU", torch.nn.GELU()),
        ("GELU by tanh", torch.nn.GELU(approximate="tanh")),
        ("SiLU", torch.nn.SiLU()),
        ("softplus", torch.nn.Softplus()),
        ("leaky ReLU with slope 0.01", torch.nn.LeakyReLU()),
        ("leaky ReLU with slope 0.2", torch.nn.LeakyReLU(0.2)),
    ],
)
def test_the_activations_that_the_stub_allows_are_those_of_torch(name: str, layer: "torch.nn.Module") -> None:
    Z = np.linspace(-5, 5, 41).reshape(1, -1)
    np.testing.assert_allclose(network.ACTIVATIONS[name].value(Z), layer(torch.from_numpy(Z)).numpy(), atol=1e-7)
