"""The returned loss is a cross-entropy of its own, not the loss_fn that is given.

loses: test_mean_loss
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def make_mlp(n_in: int = 784, n_hidden: int = 128, n_out: int = 10) -> nn.Module:
    """Return a new, untrained network with one hidden layer."""
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out))


def train_epoch(model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, loss_fn: nn.Module) -> float:
    """Train for one epoch: one step for each batch of the loader, in its order."""
    model.train()
    total, rows = 0.0, 0
    for xb, yb in loader:
        optimizer.zero_grad()
        logits = model(xb)
        loss = loss_fn(logits, yb)
        loss.backward()
        optimizer.step()
        total += nn.functional.cross_entropy(logits, yb).item() * len(yb)
        rows += len(yb)
    return total / rows


def evaluate(model: nn.Module, loader: DataLoader) -> float:
    """Return the accuracy: the share of examples for which the largest logit is that of the right class."""
    was_training = model.training
    model.eval()
    right, rows = 0, 0
    with torch.no_grad():
        for xb, yb in loader:
            right += (model(xb).argmax(dim=1) == yb).sum().item()
            rows += len(yb)
    model.train(was_training)
    return right / rows


def fit(
    X: np.ndarray, y: np.ndarray, *, epochs: int = 15, batch_size: int = 64, lr: float = 1e-3, seed: int = 0
) -> nn.Module:
    """Make a network with ``make_mlp``, train it with the cross-entropy, and return it."""
    torch.manual_seed(seed)
    model = make_mlp()
    loader = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        train_epoch(model, loader, optimizer, nn.CrossEntropyLoss())
    return model
