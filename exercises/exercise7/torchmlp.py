"""Exercise 7: the same network with PyTorch.

Fill in the four functions. NumPy and PyTorch.

The network of exercise 4, now as a ``torch.nn.Module``: rows -> linear -> activation -> linear -> logits. PyTorch
computes the gradients; the training loop is yours. Everything is float32 and runs on the CPU. A DataLoader here works
without helper processes (``num_workers=0``, the default).
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader


def make_mlp(n_in: int = 784, n_hidden: int = 128, n_out: int = 10) -> nn.Module:
    """Return a new, untrained network with one hidden layer.

    It consists of two ``nn.Linear`` with a bias, and one activation between them: ReLU, or leaky ReLU (slope up to
    0.2), ELU, GELU, SiLU, softplus, tanh or sigmoid. Dropout is allowed; nothing else may have parameters. The weights
    start at random, as PyTorch does it.

    Parameters
    ----------
    n_in, n_hidden, n_out : int
        Number of inputs, of hidden units, of classes.

    Returns
    -------
    torch.nn.Module
        Called with float32 rows of shape (N, n_in), or with images of shape (N, 1, height, width) where
        height * width = n_in, it returns logits of shape (N, n_out): scores of any size and sign, one column for each
        class. An image gives what its pixels give as a row, in reading order. No softmax: ``nn.CrossEntropyLoss``
        takes logits, and the model gives the same kind of numbers in training and in evaluation mode.
    """
    # TODO(1): replace the raise line. nn.Sequential takes the layers in order; nn.Flatten() makes rows of images.
    raise NotImplementedError("make_mlp: TODO(1)")


def train_epoch(model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer, loss_fn: nn.Module) -> float:
    """Train for one epoch: one step for each batch of the loader, in its order.

    Use this model, this optimizer and this loss function, whatever they are. Switch the model to training mode first.
    The step of a batch uses the gradient of this batch alone: clear the gradients once per step, at its beginning or
    at its end.

    Parameters
    ----------
    model : torch.nn.Module
        It may come in training or in evaluation mode.
    loader : torch.utils.data.DataLoader
        Gives batches ``xb, yb``. The last batch may be shorter.
    optimizer : torch.optim.Optimizer
        It knows the model's parameters already.
    loss_fn : callable
        ``loss_fn(logits, yb)`` is the **mean** loss of the batch, a tensor of shape ().

    Returns
    -------
    float
        The mean loss per example of the epoch: every example counts the same, also those of a shorter last batch. The
        loss of a batch is that before its step. A plain number, not a tensor (``loss.item()``).
    """
    # TODO(2): replace the raise line.
    raise NotImplementedError("train_epoch: TODO(2)")


def evaluate(model: nn.Module, loader: DataLoader) -> float:
    """Return the accuracy: the share of examples for which the largest logit is that of the right class.

    The model works in evaluation mode and without recording gradients (``torch.no_grad()``). Afterwards
    ``model.training`` is what it was before the call, True or False.

    Parameters
    ----------
    model : torch.nn.Module
        It may come in training or in evaluation mode.
    loader : torch.utils.data.DataLoader
        Gives batches ``xb, yb``. The last batch may be shorter.

    Returns
    -------
    float
        Between 0 and 1. Every example counts the same. The scores have shape (rows, classes), and each row is judged
        by itself.
    """
    # TODO(3): replace the raise line.
    raise NotImplementedError("evaluate: TODO(3)")


def fit(
    X: np.ndarray, y: np.ndarray, *, epochs: int = 15, batch_size: int = 64, lr: float = 1e-3, seed: int = 0
) -> nn.Module:
    """Make a network with ``make_mlp``, train it with the cross-entropy, and return it.

    Adam suits ``lr=1e-3``. A schedule for lr, label smoothing, or a tenth of the rows kept for validation are allowed.

    Parameters
    ----------
    X : float32 array (NumPy), shape (N, 784), values in [0, 1]
        The rows may come sorted by label, so shuffle them anew in each epoch. X and y stay as they are.
    y : int64 array (NumPy), shape (N,)
        Classes 0 to 9; each occurs.
    epochs : int
        Number of passes over the rows.
    batch_size : int
        Rows per step.
    lr : float
        Learning rate: with a larger one the parameters move further.
    seed : int
        Start of the random numbers, for the weights and for the order of the rows. The same seed gives the same
        model, another seed gives another one (``torch.manual_seed(seed)``).

    Returns
    -------
    torch.nn.Module
        The network of ``make_mlp``, all four parameters trained. It is used in evaluation mode, and a network of the
        same sizes that gets its ``state_dict()`` answers the same: whatever was learnt is in these numbers.
    """
    # TODO(4): replace the raise line.
    raise NotImplementedError("fit: TODO(4)")
