"""Exercise 3: backpropagation.

Fill in the six functions. NumPy only.

All float arrays are float64. No function may change the arrays it is given.
Shapes: N rows (examples), D inputs, H hidden units, M outputs, C classes.
"""

from collections.abc import Callable

import numpy as np


def cross_entropy(logits: np.ndarray, y: np.ndarray) -> float:
    """Return the mean cross-entropy loss of a batch.

    For one row the loss is ``-ln(p)``, where ``p`` is the softmax probability
    of the right class. The result is the mean over the N rows.

    Parameters
    ----------
    logits : float array, shape (N, C)
        Scores before the softmax. Any finite values, also as large as 1e4:
        the loss must be finite and exact then. Do not clip the probability.
    y : int array, shape (N,)
        The right class of each row, 0 to C-1.

    Returns
    -------
    float
        Natural logarithm, mean over the batch (not the sum).

    Notes
    -----
    ``-ln(softmax(z)[y]) = ln(sum(exp(z))) - z[y]``, and ``ln(sum(exp(z)))``
    is ``m + ln(sum(exp(z - m)))`` for any number m. Take m = the row maximum.

    References
    ----------
    Blanchard, Higham & Higham, IMA J. Numer. Anal. 41(4), doi:10.1093/imanum/draa038.
    """
    # TODO(1): ln(sum(exp)) of each row with the maximum taken out, minus the right logit; then the mean.
    raise NotImplementedError("cross_entropy: TODO(1)")


def cross_entropy_grad(logits: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the gradient of ``cross_entropy(logits, y)`` with respect to the logits.

    Parameters
    ----------
    logits : float array, shape (N, C)
        Any finite values, also as large as 1e4.
    y : int array, shape (N,)
        The right class of each row, 0 to C-1.

    Returns
    -------
    float array, shape (N, C)
        ``(softmax(logits) - one_hot(y)) / N``. Each row sums to 0. The division
        by N comes from the mean in the loss: it is done here, and nowhere else.
    """
    # TODO(2): softmax of each row, minus 1 at the right class, divided by N.
    raise NotImplementedError("cross_entropy_grad: TODO(2)")


def linear_backward(
    dout: np.ndarray, X: np.ndarray, W: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send a gradient back through ``Z = X @ W + b``.

    Parameters
    ----------
    dout : float array, shape (N, M)
        Gradient of the loss with respect to Z.
    X : float array, shape (N, D)
        The input of the layer in the forward pass.
    W : float array, shape (D, M)
        The weights of the layer.

    Returns
    -------
    dX : float array, shape (N, D)
        Gradient with respect to X.
    dW : float array, shape (D, M)
        Gradient with respect to W.
    db : float array, shape (M,)
        Gradient with respect to b: the sum of the rows of dout.
        A sum, not a mean: dout already holds the 1/N of the loss.
    """
    # TODO(3): three lines; each gradient has the shape of what it belongs to.
    raise NotImplementedError("linear_backward: TODO(3)")


def relu_backward(dout: np.ndarray, Z: np.ndarray) -> np.ndarray:
    """Send a gradient back through ``A = relu(Z)``.

    Parameters
    ----------
    dout : float array, shape (N, M)
        Gradient of the loss with respect to A. It may be positive or negative.
    Z : float array, shape (N, M)
        The pre-activation: what went into the ReLU.

    Returns
    -------
    float array, shape (N, M)
        A new array: dout where Z > 0, and 0 elsewhere. The derivative at
        exactly Z = 0 is set to 0 (a convention).
    """
    # TODO(4): the mask comes from Z, not from dout.
    raise NotImplementedError("relu_backward: TODO(4)")


def loss_and_grads(
    X: np.ndarray, y: np.ndarray, params: dict[str, np.ndarray]
) -> tuple[float, dict[str, np.ndarray]]:
    """Run a two-layer network forwards and backwards.

    Forward: ``Z1 = X @ W1 + b1``, ``A1 = relu(Z1)``, ``logits = A1 @ W2 + b2``,
    loss = ``cross_entropy(logits, y)``.

    Parameters
    ----------
    X : float array, shape (N, D)
    y : int array, shape (N,)
    params : dict
        ``W1`` (D, H), ``b1`` (H,), ``W2`` (H, C), ``b2`` (C,).

    Returns
    -------
    loss : float
        The mean cross-entropy of the batch.
    grads : dict
        The gradient of the loss for each parameter, with the same keys and
        the same shapes as ``params``.
    """
    # TODO(5): forward and keep Z1 and A1; then backward with the functions above, last layer first.
    raise NotImplementedError("loss_and_grads: TODO(5)")


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, eps: float = 1e-5
) -> np.ndarray:
    """Estimate the gradient of f at x by central differences.

    For each entry i: ``(f(x with x[i] + eps) - f(x with x[i] - eps)) / (2 * eps)``.
    All other entries stay as they are.

    Parameters
    ----------
    f : function from an array to a float
        Call f(x') with an array of the shape of x. f does not look at x itself.
    x : float64 array, any shape
        Where the gradient is wanted. x holds bit for bit the old values
        afterwards (save x[i], do not add back); you may work on a copy.
    eps : float
        The step.

    Returns
    -------
    float array, shape of x

    References
    ----------
    Baydin, Pearlmutter, Radul & Siskind, "Automatic Differentiation in Machine
    Learning: a Survey", JMLR 18(153), 2018, section 2.1 (numerical differentiation).
    """
    # TODO(6): loop over np.ndindex(x.shape); change one entry up, then down, then put it back.
    raise NotImplementedError("numerical_gradient: TODO(6)")
