"""Exercise 11: dropout, batch norm, and the L2 penalty.

Fill in the four functions. NumPy only.

Float arrays come in as float64. Values to about four digits are enough, so float32 inside does no harm. No function
may change the arrays it is given. Shapes: N rows (examples), D columns (features).
"""

import numpy as np


def dropout(X: np.ndarray, p: float, rng: np.random.Generator, training: bool = True) -> np.ndarray:
    """Set random entries to 0 in training, and do nothing in evaluation.

    Parameters
    ----------
    X : float array, any shape
    p : float, 0 <= p < 1
        The probability to DROP an entry (to set it to 0).
    rng : numpy.random.Generator
        Where all random numbers come from: one for every entry, as in ``rng.random(X.shape)``. So a second call with
        the same generator drops other entries, and a generator with the same seed drops the same ones.
    training : bool
        Whether this is training. If not, the result is X as it is.

    Returns
    -------
    float array, shape of X
        One array. In training every entry is 0 with probability p, whatever happens to the others and whatever its
        value is. The entries that are kept are divided by (1 - p).
    """
    # TODO(1): one random number for every entry; replace the raise line.
    raise NotImplementedError("dropout: TODO(1)")


def batchnorm(
    X: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    running_mean: np.ndarray,
    running_var: np.ndarray,
    training: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Normalise every feature: ``gamma * (X - mean) / sqrt(var + eps) + beta``.

    In training, mean and var are those of the batch, one of each for every column. The variance is the mean of the
    squared differences (divided by N). In evaluation, running_mean and running_var take their place, so that a row
    gives the same result in any batch.

    Parameters
    ----------
    X : float array, shape (N, D)
        In training N is at least 2; in evaluation it may be 1.
    gamma, beta : float arrays, shape (D,)
        The scale and the shift, which a network learns.
    running_mean, running_var : float arrays, shape (D,)
        What earlier batches have left.
    training : bool
    momentum : float
        How much of this batch goes into the running statistics:
        ``new = (1 - momentum) * old + momentum * batch``, as in PyTorch.
    eps : float
        Added to the variance, inside the root. So a column of equal values gives beta, and no nan.

    Returns
    -------
    out : float array, shape (N, D)
    new_running_mean, new_running_var : float arrays, shape (D,)
        In training by the formula of momentum. The variance of the batch that goes in there is the unbiased one,
        N / (N - 1) times the variance above (without this factor is accepted, too). In evaluation as they came in.
    """
    # TODO(2): which axis is the batch? Replace the raise line.
    raise NotImplementedError("batchnorm: TODO(2)")


def batchnorm_backward(
    dout: np.ndarray, X: np.ndarray, gamma: np.ndarray, eps: float = 1e-5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send a gradient back through batchnorm in training mode.

    Parameters
    ----------
    dout : float array, shape (N, D)
        The gradient of the loss with respect to out.
    X : float array, shape (N, D)
        What went in; N is at least 2.
    gamma : float array, shape (D,)
    eps : float

    Returns
    -------
    dX : float array, shape (N, D)
        Remember that X changes the mean and the variance of the batch, too.
    dgamma, dbeta : float arrays, shape (D,)
        Sums over the rows: dout already holds the 1/N of the loss.

    Notes
    -----
    Use the formula of the lesson. A gradient by trying every entry gives the right numbers, but loses the check that
    measures time: at most 60 times as long as whole-array formulas, for 128 rows and 64 columns.
    """
    # TODO(3): normalise again, then the formula of the lesson; replace the raise line.
    raise NotImplementedError("batchnorm_backward: TODO(3)")


def l2_penalty_grad(W: np.ndarray, lam: float) -> np.ndarray:
    """Return the gradient of the penalty ``lam * sum(W**2)`` with respect to W.

    Parameters
    ----------
    W : float array, any shape
    lam : float
        The strength of the penalty.

    Returns
    -------
    float array, shape of W
    """
    # TODO(4): the slope of w**2 is ...; replace the raise line.
    raise NotImplementedError("l2_penalty_grad: TODO(4)")
