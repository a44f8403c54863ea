"""A class with Dropout, AdamW with a schedule, label smoothing, gradients cleared after the step."""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset


class MLP(torch.nn.Module):
    def __init__(self, n_in, n_hidden, n_out):
        super().__init__()
        self.hidden = torch.nn.Linear(n_in, n_hidden)
        self.drop = torch.nn.Dropout(0.2)
        self.out = torch.nn.Linear(n_hidden, n_out)

    def forward(self, x):
        x = torch.flatten(x, start_dim=1)
        return self.out(self.drop(F.relu(self.hidden(x))))


def make_mlp(n_in=784, n_hidden=128, n_out=10):
    return MLP(n_in, n_hidden, n_out)


def train_epoch(model, loader, optimizer, loss_fn):
    model.train()
    running = 0.0
    for batch, (X, y) in enumerate(loader):
        pred = model(X)
        loss = loss_fn(pred, y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        running += loss.item() * X.size(0)
        if batch % 100 == 0:
            print(f"loss: {loss.item():>7f}")
    return running / len(loader.dataset)


@torch.no_grad()
def evaluate(model, loader):
    mode = model.training
    try:
        model.eval()
        correct = 0
        for X, y in loader:
            correct += (model(X).argmax(1) == y).type(torch.float).sum().item()
        return correct / len(loader.dataset)
    finally:
        model.train(mode)


def fit(X, y, *, epochs=15, batch_size=64, lr=1e-3, seed=0):
    torch.manual_seed(seed)
    data = TensorDataset(torch.tensor(X), torch.tensor(y))
    loader = DataLoader(data, batch_size=batch_size, shuffle=True, drop_last=False)
    model = make_mlp()
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2 * epochs)
    loss_fn = torch.nn.CrossEntropyLoss(label_smoothing=0.05)
    for epoch in range(epochs):
        loss = train_epoch(model, loader, optimizer, loss_fn)
        schedule.step()
        print(f"epoch {epoch}: {loss:.4f}")
    return model
