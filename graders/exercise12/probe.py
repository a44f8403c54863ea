"""Trains the learner's autoencoder, as the stub says, and runs it: tensors and optimisers cannot cross.

``submission`` is the module under grading, set when this file is loaded. Returned are arrays, never a verdict.
"""

import copy

import torch


def settle(model, n_in):
    """Run the network once: some layers have no weights before they know how wide their input is."""
    answer(model, [[0.5] * n_in] * 2)


def code(model, X):
    """What the encoder makes of rows, in evaluation; ``decoder`` must be there, too."""
    model.eval()
    model.decoder  # noqa: B018 - an AttributeError of Python's says best what is missing
    with torch.no_grad():
        return model.encoder(torch.tensor(X))


def answer(model, X):
    """All that the network returns for rows, in evaluation."""
    model.eval()
    with torch.no_grad():
        return model(torch.tensor(X))


def reconstruct(model, X):
    """The same without what comes back beside the reconstruction, which costs one case only."""
    return _first(answer(model, X))


def _first(out):
    return out[0] if isinstance(out, tuple | list) and out else out


def precisely(model, X):
    """The same with float64 weights; as it is, if the network insists on float32."""
    try:
        return reconstruct(copy.deepcopy(model).double(), X)
    except Exception:
        return reconstruct(model, X.astype("float32"))


def state(model):
    """All parameters and buffers, by name."""
    return {name: value.clone() for name, value in model.state_dict().items()}


def restored(values, n_in, n_code):
    """A new network with these parameters and buffers."""
    model = submission.make_autoencoder(n_in, n_code)  # noqa: F821 - set by the loader
    settle(model, n_in)
    model.load_state_dict({name: torch.as_tensor(value) for name, value in values.items()})
    return model


def train(model, X, epochs, seed):
    """Adam with learning rate 1e-3, batches of 64, mean squared error; the loss of every epoch."""
    X = torch.tensor(X)
    model.train()
    parameters = list(model.parameters())
    if not parameters:
        return []
    torch.manual_seed(seed)
    optimiser = torch.optim.Adam(parameters, lr=1e-3)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(X)).split(64):
            optimiser.zero_grad()
            loss = torch.nn.functional.mse_loss(_first(model(X[rows])), X[rows])
            loss.backward()
            optimiser.step()
            total += float(loss.detach()) * len(rows)
        losses.append(total / len(X))
    return losses
