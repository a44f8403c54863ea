"""Models, loaders and optimizers for the learner's functions, and the numbers inside of models.

Returned are objects for the learner's functions, and numbers; never a verdict.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def loader(X, y, batch_size):
    """A DataLoader of these rows in this order."""
    return DataLoader(TensorDataset(torch.from_numpy(X), torch.from_numpy(y)), batch_size=batch_size)


def linear(W, b):
    """A Linear layer with these numbers: x @ W + b."""
    layer = nn.Linear(*W.shape)
    put(layer, {"weight": W.T, "bias": b})
    return layer


class Moody(nn.Module):
    """A linear layer that multiplies its inputs by a number in training mode, and notes how it was called."""

    def __init__(self, layer, factor):
        super().__init__()
        self.layer, self.factor = layer, factor
        self.recorded = False

    def forward(self, x):
        self.recorded = self.recorded or torch.is_grad_enabled()
        return self.layer(self.factor * x if self.training else x)


def moody(W, b, factor, training):
    """A Moody model that is handed over in this mode."""
    return Moody(linear(W, b), factor).train(training)


def sgd(model, lr, momentum):
    """A gradient descent for the model."""
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)


def smoothed(amount):
    """The mean cross-entropy with smoothed labels."""
    return nn.CrossEntropyLoss(label_smoothing=amount)


def keeps_the_graph(value):
    """Whether the value is a tensor that still remembers how it was computed."""
    return isinstance(value, torch.Tensor) and value.requires_grad


def parameters(model):
    """The model's parameters by name, as arrays of their own."""
    return {name: value.detach().numpy().copy() for name, value in model.named_parameters()}


def put(model, arrays):
    """Give the model's parameters these numbers, by name."""
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(torch.from_numpy(arrays[name].copy()))


def rebuilt(state, n_hidden):
    """A new network of the learner's make_mlp, with the numbers of another one; None where they do not fit."""
    model = submission.make_mlp(784, n_hidden, 10)  # noqa: F821 - set by the loader
    model(torch.zeros(2, 784))
    mine = model.state_dict()
    if [tuple(value.shape) for value in mine.values()] != [value.shape for value in state.values()]:
        return None
    model.load_state_dict({name: torch.from_numpy(value.copy()) for name, value in zip(mine, state.values())})
    return model.eval()
