"""Exercise 2: the forward pass of a small network.

Fill in the six functions; later ones may call earlier ones. NumPy and Python's standard library are allowed.
All numbers are finite floats. float64 in gives float64 out, and float32 in may give float32 or float64.
None of the functions may change its arguments (arrays, params): always return a new result.

Your code takes the place of each line `raise NotImplementedError(...)`: delete that line, it ends the function.
"""

import numpy as np


def relu(Z: np.ndarray) -> np.ndarray:
    """Keep positive numbers, turn negative ones into 0.

    Parameters
    ----------
    Z : float array, any shape

    Returns
    -------
    float array, same shape as Z (dtype kept)
        max(0, z) for every entry. Z itself is not changed.
    """
    # TODO(1): compare every entry with 0.
    # (Replace the line below, here and in each TODO.)
    raise NotImplementedError("relu: TODO(1)")


def sigmoid(Z: np.ndarray) -> np.ndarray:
    """Press every number into the range from 0 to 1: 1 / (1 + exp(-z)).

    Parameters
    ----------
    Z : float array, any shape
        Any finite values, also -1000 and 1000.

    Returns
    -------
    float array, same shape as Z (dtype kept)
        Never NaN. For z = -1000 the result is smaller than 1e-12, for z = 1000 it is 1 up to 1e-12.
        It is good style to avoid the overflow warning for any finite Z; a warning costs no points.
    """
    # TODO(2): what does exp give for 1000, and what for -1000?
    raise NotImplementedError("sigmoid: TODO(2)")


def softmax(Z: np.ndarray) -> np.ndarray:
    """Turn the scores of every row into probabilities: exp(z_j) / sum of exp(z_k) over the row.

    Parameters
    ----------
    Z : float array, logits, shape (N, C)
        Any finite values, also as large as 1e4; different rows may differ by thousands.

    Returns
    -------
    float array, shape (N, C) (dtype kept)
        Not negative, never NaN; each ROW sums to 1.

    References
    ----------
    Blanchard, Higham & Higham, IMA J. Numer. Anal. 41(4), doi:10.1093/imanum/draa038.
    """
    # TODO(3): shift, exponentiate, normalise.
    raise NotImplementedError("softmax: TODO(3)")


def linear(X: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Compute one dense layer without activation: X W + b.

    Speed: 50 rows of 784 numbers into 64 neurons may take at most 60 times as long as a plain ``np.einsum``.
    Loops over rows or neurons are fast enough; a Python loop over the single products is not.

    Parameters
    ----------
    X : float array, shape (N, D)
        One example per row.
    W : float array, shape (D, M)
        Column j holds the weights of neuron j.
    b : float array, shape (M,)
        b[j] is the bias of neuron j.

    Returns
    -------
    float array, shape (N, M) (dtype kept)
        Row i holds the sums of all M neurons for example i.
    """
    # TODO(4): a matrix product, and the bias for every row.
    raise NotImplementedError("linear: TODO(4)")


def mlp_forward(X: np.ndarray, params: dict[str, np.ndarray]) -> np.ndarray:
    """Compute the class probabilities of a network with one hidden layer.

    linear with W1, b1; then relu; then linear with W2, b2; then softmax. There is no relu after the second layer.

    Parameters
    ----------
    X : float array, shape (N, D)
        N may be 1.
    params : dict of float arrays
        "W1" (D, H), "b1" (H,), "W2" (H, C), "b2" (C,).

    Returns
    -------
    float array, shape (N, C)
        Each row sums to 1. The result of an example does not depend on the other examples in X (up to rounding).
    """
    # TODO(5): put the four steps together.
    raise NotImplementedError("mlp_forward: TODO(5)")


def predict(X: np.ndarray, params: dict[str, np.ndarray]) -> np.ndarray:
    """Return the number of the most probable class for every example.

    Parameters
    ----------
    X, params
        As in `mlp_forward`.

    Returns
    -------
    int64 array, shape (N,)
        Class numbers 0 .. C - 1.
    """
    # TODO(6): one number per row.
    raise NotImplementedError("predict: TODO(6)")
