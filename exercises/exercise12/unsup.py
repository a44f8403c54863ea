"""Exercise 12: k-means, and an autoencoder.

Fill in the five functions. NumPy and torch. The four functions of k-means get and return NumPy arrays; write them
yourself, without a library that has k-means. No function may change the arrays it is given.
Shapes: N rows (points), D columns, k clusters.
"""

import numpy as np
import torch


def assign(X: np.ndarray, C: np.ndarray) -> np.ndarray:
    """Return the number of the nearest centre for each row.

    Parameters
    ----------
    X : float array, shape (N, D)
    C : float array, shape (k, D)
        The centres, one in each row.

    Returns
    -------
    int array, shape (N,)
        ``labels[i]`` is the j from 0 to k-1 for which the sum of ``(X[i] - C[j])**2`` is the smallest.

    Notes
    -----
    Loops over the centres or over the rows are allowed, a loop over the columns is too slow: 300 rows, 784 columns
    and 10 centres may take at most 30 times as long as the reference, which loops over the centres.
    """
    # TODO(1): squared distances, one row for each point; then argmin. Replace the raise line.
    raise NotImplementedError("assign: TODO(1)")


def update(X: np.ndarray, labels: np.ndarray, C: np.ndarray) -> np.ndarray:
    """Return new centres: the mean of the rows of each cluster.

    Parameters
    ----------
    X : float array, shape (N, D)
    labels : int array, shape (N,)
        The cluster of each row, from any source.
    C : float array, shape (k, D)
        The old centres.

    Returns
    -------
    float array, shape (k, D)
        Row j is the mean of the rows with ``labels == j``. A cluster without rows keeps its centre ``C[j]``.
    """
    # TODO(2): a copy of C; then one mean for each cluster that has rows. Replace the raise line.
    raise NotImplementedError("update: TODO(2)")


def inertia(X: np.ndarray, labels: np.ndarray, C: np.ndarray) -> float:
    """Return the sum of the squared distances of all rows from the centres of their clusters.

    Parameters
    ----------
    X : float array, shape (N, D)
    labels : int array, shape (N,)
        The cluster of each row, from any source: it need not be the nearest one.
    C : float array, shape (k, D)

    Returns
    -------
    float
        A sum, not a mean, and without a root.
    """
    # TODO(3): C[labels] has one centre for each row. Replace the raise line.
    raise NotImplementedError("inertia: TODO(3)")


def kmeans(
    X: np.ndarray, k: int, seed: int = 0, iters: int = 50, restarts: int = 5
) -> tuple[np.ndarray, np.ndarray, float]:
    """Find k clusters.

    One run begins with k centres that are drawn at random, in any usual way (such as k different rows of X). Then
    it repeats assign and update, at most ``iters`` times; it may stop when no centre moves any more. There are
    ``restarts`` runs, each from a new start, and the one with the lowest inertia counts.

    Parameters
    ----------
    X : float array, shape (N, D)
        Rows may be equal; then a run can begin with equal centres, and some clusters have no rows.
    k : int
        Number of clusters. X has at least k different rows.
    seed : int
        All random numbers come from it: the same seed gives the same result, another seed begins elsewhere.
    iters : int
        Most rounds of a run.
    restarts : int
        Number of runs. 20 of them must find something better than a single one usually does.

    Returns
    -------
    centres : float array, shape (k, D)
        Finite numbers. The order is free.
    labels : int array, shape (N,)
        ``assign(X, centres)``: numbers from 0 to k-1, which mean nothing more.
    inertia : float
        ``inertia(X, labels, centres)``.

    Notes
    -----
    On the digits (1,437 rows, 784 columns from 0 to 1, float32) with k = 10, the other settings as they are, the
    inertia must be at most 33,300.
    """
    # TODO(4): a generator; a loop over the restarts, in it a loop over the rounds. Replace the raise line.
    raise NotImplementedError("kmeans: TODO(4)")


def make_autoencoder(n_in: int = 784, n_code: int = 32) -> torch.nn.Module:
    """Return a new, untrained autoencoder with two parts, ``encoder`` and ``decoder``.

    The grader trains it: mean squared error with the input as the target, Adam with learning rate 1e-3, batches of
    64, 30 epochs on the digits. Then the mean squared error on new digits must be at most 0.04, in the best of three
    trainings. Before the training it is larger, because a new network knows nothing.

    Parameters
    ----------
    n_in : int
        Numbers in each row, at least 2. Any size, not only 784.
    n_code : int
        Numbers in the code of each row, fewer than n_in.

    Returns
    -------
    torch.nn.Module
        With x a float32 tensor of shape (N, n_in), values in [0, 1]:
        ``model.encoder(x)`` has the shape (N, n_code); ``model.decoder`` turns codes into rows again.
        ``model(x)`` is the reconstruction alone, shape (N, n_in), every number in [0, 1] whatever the weights are.
        Everything that reaches it goes through the n_code numbers of the code. All weights that matter are
        learnt, those of the encoder, too. In evaluation mode a row gives the same result alone and in a batch,
        every time. Nothing but its parameters and buffers (``state_dict``) is needed to use it elsewhere.
    """
    # TODO(5): a class with __init__ and forward; return an object of it. Replace the raise line.
    raise NotImplementedError("make_autoencoder: TODO(5)")
