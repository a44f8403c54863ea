"""The output layer is computed by least squares: there are no epochs, batches or steps.

loses: test_way_of_the_parameters
may_lose: test_probabilities_are_shares, test_learns_from_sorted_rows, test_recognises_new_digits,
test_learns_fresh_classes
"""

import torch
from torch import nn


def make_mlp(n_in=784, n_hidden=128, n_out=10):
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out))


def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    total, rows = 0.0, 0
    for xb, yb in loader:
        optimizer.zero_grad()
        loss = loss_fn(model(xb), yb)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(yb)
        rows += len(yb)
    return total / rows


def evaluate(model, loader):
    was_training = model.training
    model.eval()
    right, rows = 0, 0
    with torch.no_grad():
        for xb, yb in loader:
            right += (model(xb).argmax(dim=1) == yb).sum().item()
            rows += len(yb)
    model.train(was_training)
    return right / rows


def fit(X, y, *, epochs=15, batch_size=64, lr=1e-3, seed=0):
    torch.manual_seed(seed)
    model = make_mlp()
    with torch.no_grad():
        A = torch.relu(model[1](torch.from_numpy(X)))
        A = torch.cat([A, torch.ones(len(A), 1)], dim=1)
        targets = 8.0 * nn.functional.one_hot(torch.from_numpy(y), 10)
        W = torch.linalg.solve(A.T @ A + torch.eye(A.shape[1]), A.T @ targets)
        model[3].weight.copy_(W[:-1].T)
        model[3].bias.copy_(W[-1])
    return model
