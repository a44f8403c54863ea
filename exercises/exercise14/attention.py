"""Exercise 14: attention.

Fill in the two functions. NumPy only. This file stands alone.

All float arrays are float64. No function may change the arrays it is given.
Shapes: n queries, m keys (and as many values), d numbers per query and key, e numbers per value.
"..." stands for any number of axes in front, also for none: sentences of a batch, heads.
"""

import numpy as np


def causal_mask(n: int) -> np.ndarray:
    """Return the mask with which no position of a sequence sees a later one.

    Parameters
    ----------
    n : int
        Number of positions, at least 1.

    Returns
    -------
    bool array, shape (n, n)
        True means "may look". Row i belongs to the query at position i, column j to the key at
        position j. A position may look at itself and at every earlier one: True where j <= i.
    """
    # TODO(1): replace the raise line. Which function keeps the lower triangle of a matrix? The dtype must be bool.
    raise NotImplementedError("causal_mask: TODO(1)")


def attention(
    Q: np.ndarray, K: np.ndarray, V: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Compute scaled dot-product attention: for each query a weighted mean of the values.

    Scores are ``Q K^T / sqrt(d)``. A softmax over the keys turns the scores of each query into weights.
    The output is the mean of the values with these weights.

    Parameters
    ----------
    Q : float array, shape (..., n, d)
        The queries.
    K : float array, shape (..., m, d)
        The keys. n, m, d and e may all be different.
    V : float array, shape (..., m, e)
        The values; value j belongs to key j. Q, K and V have the same axes in front. Each entry there
        is a calculation of its own.
    mask : bool array that broadcasts to shape (..., n, m), optional
        True = may look. For example (n, m), one mask for the whole batch, or (b, 1, n, m), one mask for
        all heads of a sentence. Each row has at least one True. Without a mask, each query may look at
        every key, also at later ones.

    Returns
    -------
    out : float array, shape (..., n, e)
        The weighted means of the values.
    weights : float array, shape (..., n, m)
        Each row sums to 1. The weight of a forbidden key is 0. What stands in a forbidden key must not matter,
        however large its score.

    Notes
    -----
    Scores may be any finite numbers, also as large as 1e4, in one row positive and in the next negative:
    the weights must be finite and right then.

    References
    ----------
    Vaswani et al., "Attention Is All You Need", 2017, arXiv:1706.03762, section 3.2.1.
    """
    # TODO(2): scores; forbidden scores become -inf; softmax over the last axis; weights @ V.
    raise NotImplementedError("attention: TODO(2)")
