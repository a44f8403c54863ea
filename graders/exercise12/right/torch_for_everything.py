"""k-means with torch inside; a network of lazy layers with tanh, whose outputs are clipped to [0, 1]."""

import numpy as np
import torch
from torch import nn


def assign(X, C):
    return torch.cdist(torch.tensor(X), torch.tensor(C, dtype=torch.tensor(X).dtype)).argmin(dim=1).numpy()


def update(X, labels, C):
    new = torch.tensor(C)
    data, which = torch.tensor(X), torch.tensor(labels)
    for j in range(new.shape[0]):
        rows = data[which == j]
        if rows.shape[0]:
            new[j] = rows.mean(0)
    return new.numpy()


def inertia(X, labels, C):
    return torch.nn.functional.mse_loss(torch.tensor(X), torch.tensor(C)[torch.tensor(labels)], reduction="sum").item()


def kmeans(X, k, seed=0, iters=50, restarts=5):
    generator = torch.Generator().manual_seed(int(seed))
    lowest, answer = None, None
    while restarts > 0:
        restarts -= 1
        C = X[torch.randperm(len(X), generator=generator)[:k].numpy()]
        moved, rounds = np.inf, 0
        while moved > 1e-6 and rounds < iters:
            labels = assign(X, C)
            new = update(X, labels, C)
            moved = float(np.abs(new - C).max())
            C = new
            rounds += 1
        labels = assign(X, C)
        value = inertia(X, labels, C)
        if lowest is None or value < lowest:
            lowest, answer = value, (C, labels)
    return answer[0], answer[1], lowest


class Net(nn.Module):
    def __init__(self, n_in: int, n_code: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.LazyLinear(200), nn.Tanh(), nn.Linear(200, n_code))
        self.decoder = nn.Sequential(nn.Linear(n_code, 200), nn.Tanh(), nn.Linear(200, n_in))
        nn.init.constant_(self.decoder[-1].bias, 0.3)

    def forward(self, x):
        return self.decoder(self.encoder(x)).clamp(0, 1)


def make_autoencoder(n_in=784, n_code=32):
    torch.manual_seed(7)
    return Net(n_in, n_code)
