"""Exercise 4: train a multi-layer perceptron from scratch.

Fill in the six functions. NumPy only. This file stands alone: copy what you need
from your own exercises 2 and 3 into it, and add as many helper functions as you like.

The network: X (N, D) -> linear -> ReLU -> linear -> logits (N, C), trained with the
mean cross-entropy by minibatch gradient descent. Hidden activation: ReLU.
No function may change the X and y it is given.

Your code takes the place of each line `raise NotImplementedError(...)`: delete that line, it ends the function.
"""

from collections.abc import Iterator, Sequence

import numpy as np

Params = dict[str, np.ndarray]


def minibatches(
    X: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield the rows of one epoch in random order, a batch at a time.

    Parameters
    ----------
    X : array, shape (N, D)
    y : int array, shape (N,)
        ``y[i]`` belongs to row ``X[i]``, and stays with it.
    batch_size : int
        Rows per batch. The last batch may be shorter; keep it.
    rng : numpy.random.Generator
        Draw the order from it, a new order in every call (``rng.permutation``).

    Yields
    ------
    xb : array, shape (rows, D)
    yb : array, shape (rows,)
        Over the whole pass every row comes exactly once. 10 rows in batches
        of 4 come as 4, 4 and 2. A batch mixes rows from everywhere in X.
    """
    # TODO(1): one permutation of the row numbers; cut it into pieces; yield X[rows], y[rows].
    # (Replace the line below, here and in each TODO.)
    raise NotImplementedError("minibatches: TODO(1)")


def init_params(n_in: int, n_hidden: int, n_out: int, rng: np.random.Generator) -> Params:
    """Return the parameters before any training.

    Parameters
    ----------
    n_in, n_hidden, n_out : int
        Number of inputs, of hidden units, of classes.
    rng : numpy.random.Generator
        Draw the weights from it.

    Returns
    -------
    dict of float arrays
        Keys W1, b1, W2, b2 as in exercise 2: ``W1`` (n_in, n_hidden), ``b1`` (n_hidden,),
        ``W2`` (n_hidden, n_out), ``b2`` (n_out,). The weights are random, so that no two hidden
        units start alike, and small: with 784 inputs the standard deviation of W1 must be
        below 0.3. A good choice is ``sqrt(2 / n_in)`` (He), 0.05 there. Biases may be 0.

    References
    ----------
    He, Zhang, Ren & Sun, "Delving Deep into Rectifiers", ICCV 2015, arXiv:1502.01852.
    """
    # TODO(2): rng.normal(0, np.sqrt(2 / n_in), (n_in, n_hidden)) and so on.
    raise NotImplementedError("init_params: TODO(2)")


def train(
    X: np.ndarray,
    y: np.ndarray,
    *,
    hidden: int = 64,
    epochs: int = 20,
    batch_size: int = 32,
    lr: float = 0.1,
    seed: int = 0,
) -> Params:
    """Train a network with one hidden layer, and return its parameters.

    For every minibatch: forward pass, backward pass, one step. In a step every
    parameter changes, W1, b1, W2 and b2: ``new = old - lr * gradient``. All
    four gradients are those of the parameters before the step.

    Parameters
    ----------
    X : float array, shape (N, D), values in [0, 1]
        The rows may come sorted by label. Take D from here, it is not always 784.
    y : int array, shape (N,)
        Classes 0 to C-1; each occurs. n_out = y.max() + 1.
    hidden : int
        Number of hidden units. They use ReLU, so a unit that gives 0 for every
        row of the batch gets no gradient.
    epochs : int
        Number of passes over all rows. In a pass every row is used once. With ``epochs=0`` the result is that
        before any update.
    batch_size : int
        Rows per step. The gradient is the mean over the rows of the batch.
    lr : float
        Learning rate: the first step with twice the lr is twice as long.
    seed : int
        Start of the random numbers. The same seed gives the same parameters,
        another seed gives others. The use of the generator is up to you.

    Returns
    -------
    dict of float arrays
        As from ``init_params``: these four arrays and nothing else. They are
        used in a new process, where global variables are not there.
    """
    # TODO(3): rng from the seed; init_params; loop over epochs, in it over minibatches; one step each.
    raise NotImplementedError("train: TODO(3)")


def predict(X: np.ndarray, params: Params) -> np.ndarray:
    """Return the most likely class of each row.

    Parameters
    ----------
    X : float array, shape (N, D)
    params : dict
        As returned by ``train``.

    Returns
    -------
    int array, shape (N,)
        The class with the largest logit, 0 to C-1. A row alone gets the same
        class as in a batch, so nothing is taken over the rows of X.
    """
    # TODO(4): forward pass, then argmax over the classes. No softmax is needed. Why?
    raise NotImplementedError("predict: TODO(4)")


def accuracy(X: np.ndarray, y: np.ndarray, params: Params) -> float:
    """Return the share of rows that ``predict`` gets right.

    Parameters
    ----------
    X : float array, shape (N, D)
    y : int array, shape (N,)
        The right classes of these rows.
    params : dict
        As returned by ``train``.

    Returns
    -------
    float
        Between 0 and 1 (not in percent).
    """
    # TODO(5): one line.
    raise NotImplementedError("accuracy: TODO(5)")


def learning_curve(
    X: np.ndarray,
    y: np.ndarray,
    X_val: np.ndarray,
    y_val: np.ndarray,
    sizes: Sequence[int],
    seed: int = 0,
) -> list[float]:
    """Return the accuracy on the validation rows for several sizes of the training set.

    This is the performance P against the experience E. More rows should help.

    Parameters
    ----------
    X, y : arrays
        Training rows to draw from.
    X_val, y_val : arrays
        Rows to measure on. They are never trained on.
    sizes : list of int
        How many training rows to use, for example ``[50, 200, 800]``.
    seed : int
        For drawing the rows, and for ``train``.

    Returns
    -------
    list of float
        One float per size, in the order of sizes; the n rows are drawn at
        random with seed. ``train`` runs with its default settings.
    """
    # TODO(6): for each n: draw n rows, train on them alone, append the accuracy on X_val, y_val.
    raise NotImplementedError("learning_curve: TODO(6)")
