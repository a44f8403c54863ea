"""PyTorch around the learner's functions: a switch for torch's own convolution, and the training of a network.

``submission`` is the module under grading, set when this file is loaded.
Returned are arrays, never a verdict.
"""

import numpy as np
import torch
from torch.nn import functional
from torch.utils._python_dispatch import TorchDispatchMode

SIDE = 28
CHUNK = 500
"""Images that are asked about at once."""


class _NumPyOnly(TorchDispatchMode):
    """While it is on, torch neither convolves nor pools nor cuts out windows, whatever it was imported as."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if any(word in str(func) for word in ("conv", "pool", "im2col", "unfold")):
            raise RuntimeError(
                "PyTorch does the work that NumPy should do: its own convolution and pooling are switched off "
                "while conv2d and maxpool2d are checked"
            )
        return func(*args, **(kwargs or {}))


_switches = []


def numpy_only(on):
    """Switch torch's own convolution off, or on again."""
    while _switches and not on:
        _switches.pop().__exit__(None, None, None)
    if on and not _switches:
        _switches.append(_NumPyOnly().__enter__())


def conv2d_of_a_view(X, W, b):
    """Ask for X and W as views of turned arrays: the same numbers lie in memory in another order."""
    turned, kernels = X.transpose(3, 2, 1, 0)[::-1].copy(), W.transpose(1, 0, 3, 2)[..., ::-1].copy()
    return submission.conv2d(turned[::-1].transpose(3, 2, 1, 0), kernels[..., ::-1].transpose(1, 0, 3, 2), b)  # noqa: F821 - set by the loader


# -- the network ------------------------------------------------------------------


def _made(seed):
    """Return a new model that has seen a batch once, so that lazy layers know their sizes."""
    numpy_only(False)
    torch.manual_seed(seed)
    model = submission.make_cnn()  # noqa: F821 - set by the loader
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"make_cnn returned {type(model).__name__}, expected a model (torch.nn.Module)")
    model.eval()
    with torch.no_grad():
        model(torch.zeros(2, 1, SIDE, SIDE))
    return model


def _loaded(state, seed=0):
    model = _made(seed)
    model.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in state.items()})
    return model.eval()


def _arrays(tensors):
    return {name: value.detach().numpy().copy() for name, value in tensors if isinstance(value, torch.Tensor)}


def _pictures(images):
    """Return a tensor (N, 1, 28, 28); colour photographs become grey, and larger ones lose their edge."""
    grey = images @ np.float32([0.299, 0.587, 0.114]) if np.ndim(images) == 4 else np.asarray(images)
    top, left = ((size - SIDE) // 2 for size in grey.shape[1:])
    grey = grey[:, top : top + SIDE, left : left + SIDE]
    return torch.from_numpy(np.ascontiguousarray(grey, dtype=np.float32))[:, None]


def sizes(seed):
    """Return how many parameters a new model has, and how many numbers in buffers."""
    model = _made(seed)
    return sum(p.numel() for p in model.parameters()), sum(b.numel() for b in model.buffers())


def start(seed):
    """Return the parameters of a new model, and the rest of its state."""
    model = _made(seed)
    parameters = _arrays(model.named_parameters())
    return parameters, {k: v for k, v in _arrays(model.state_dict().items()).items() if k not in parameters}


def logits(state, images, made_from=0):
    """Return what a new model with this state gives in evaluation; all of it is in the state, not in the seed."""
    model = _loaded(state, made_from)
    with torch.no_grad():
        parts = [model(_pictures(images[place : place + CHUNK])) for place in range(0, len(images), CHUNK)]
    return torch.cat(parts).numpy()


def gradients(state, images, labels):
    """Return the gradient of the mean cross-entropy in evaluation, for each parameter; where there is none, zeros."""
    model = _loaded(state)
    functional.cross_entropy(model(_pictures(images)), torch.from_numpy(labels)).backward()
    return _arrays((name, torch.zeros_like(p) if p.grad is None else p.grad) for name, p in model.named_parameters())


def before_and_after(seed, images):
    """Return what a model gives before and after another one was changed: nothing of the two may be the same."""
    first, second = _made(seed), _made(seed + 1)
    with torch.no_grad():
        before = second(_pictures(images)).numpy().copy()
        for parameter in first.parameters():
            parameter.fill_(0.5)
        return before, second(_pictures(images)).numpy()


def train(images, labels, epochs, seed):
    """Train a new model; return its state, and the mean loss of each epoch."""
    model = _made(seed)
    X, y = _pictures(images), torch.from_numpy(np.array(labels))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    order, losses = torch.Generator().manual_seed(seed), []
    model.train()
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(y), generator=order).split(64):
            optimizer.zero_grad()
            loss = functional.cross_entropy(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        losses.append(total / len(y))
    return _arrays(model.state_dict().items()), losses
