"""The model is not switched to training mode.

loses: test_training_mode
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def make_mlp(n_in=784, n_hidden=128, n_out=10):
    return nn.Sequential(nn.Flatten(), nn.Linear(n_in, n_hidden), nn.ReLU(), nn.Linear(n_hidden, n_out))


def train_epoch(model, loader, optimizer, loss_fn):
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
    loader = DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size=batch_size, shuffle=True)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(epochs):
        train_epoch(model, loader, optimizer, nn.CrossEntropyLoss())
    return model
