"""The rows of fit are kept, and the nearest one gives its label: the network has learnt nothing.

loses: test_state_is_enough, test_way_of_the_parameters, test_learns_from_sorted_rows, test_recognises_new_digits,
test_learns_fresh_classes, test_probabilities_are_shares
"""

import torch
from torch import nn


class Nearest(nn.Module):
    def __init__(self, network, X, y):
        super().__init__()
        self.network, self.rows = network, (torch.from_numpy(X), torch.from_numpy(y))

    def forward(self, x):
        X, y = self.rows
        return 9.0 * nn.functional.one_hot(y[torch.cdist(x.flatten(1), X).argmin(dim=1)], 10)


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
    return Nearest(make_mlp(), X, y)
