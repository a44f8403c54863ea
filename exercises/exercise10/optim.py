"""Exercise 10: optimisers.

Fill in the four functions. NumPy only.

Each function makes **one** step for one array of weights. State comes in and goes out: the caller keeps what a
function returns, and hands it in again at the next step. So a function remembers nothing itself, and the same call
gives the same result again.

All arrays are float64 and may have any shape; ``g`` and the state have the shape of ``w``, and so has what you
return. Everything happens entry by entry. No function may change the arrays it is given: make new ones.
"""

import numpy as np


def sgd(w: np.ndarray, g: np.ndarray, lr: float) -> np.ndarray:
    """Make one step of gradient descent: ``w - lr * g``.

    Parameters
    ----------
    w : float array, any shape
        The weights before the step.
    g : float array, shape of w
        The gradient of the loss with respect to w. It points uphill.
    lr : float
        The learning rate.

    Returns
    -------
    float array, shape of w
        The weights after the step.
    """
    # TODO(1): one line; replace the raise line.
    raise NotImplementedError("sgd: TODO(1)")


def momentum(
    w: np.ndarray, g: np.ndarray, v: np.ndarray, lr: float, beta: float = 0.9
) -> tuple[np.ndarray, np.ndarray]:
    """Make one step with momentum: ``v = beta * v + g``, then ``w - lr * v`` with the new v.

    Parameters
    ----------
    w : float array, any shape
        The weights before the step.
    g : float array, shape of w
        The gradient.
    v : float array, shape of w
        The velocity so far; zeros before the first step.
    lr : float
        The learning rate. It is not a part of v.
    beta : float
        How much of the old velocity is kept. There is no factor (1 - beta) at g.

    Returns
    -------
    w : float array, shape of w
        The weights after the step.
    v : float array, shape of w
        The new velocity.
    """
    # TODO(2): first the new v, then the new w; replace the raise line.
    raise NotImplementedError("momentum: TODO(2)")


def rmsprop(
    w: np.ndarray, g: np.ndarray, s: np.ndarray, lr: float, rho: float = 0.9, eps: float = 1e-8
) -> tuple[np.ndarray, np.ndarray]:
    """Make one step of RMSprop.

    ``s = rho * s + (1 - rho) * g**2``, then ``w - lr * g / (sqrt(s) + eps)`` with the new s.

    Parameters
    ----------
    w : float array, any shape
        The weights before the step.
    g : float array, shape of w
        The gradient.
    s : float array, shape of w
        The running mean of the squared gradients so far, never negative; zeros before the first step.
    lr : float
        The learning rate.
    rho : float
        How much of the old mean is kept.
    eps : float
        A small number against division by zero. It is added outside the root.

    Returns
    -------
    w : float array, shape of w
        The weights after the step.
    s : float array, shape of w
        The new running mean.
    """
    # TODO(3): every weight has its own s; replace the raise line.
    raise NotImplementedError("rmsprop: TODO(3)")


def adam(
    w: np.ndarray,
    g: np.ndarray,
    m: np.ndarray,
    v: np.ndarray,
    t: int,
    lr: float,
    b1: float = 0.9,
    b2: float = 0.999,
    eps: float = 1e-8,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make one step of Adam.

    ``m = b1 * m + (1 - b1) * g`` and ``v = b2 * v + (1 - b2) * g**2``. For the step both are corrected:
    ``m_hat = m / (1 - b1**t)`` and ``v_hat = v / (1 - b2**t)``. Then ``w - lr * m_hat / (sqrt(v_hat) + eps)``.

    Parameters
    ----------
    w : float array, any shape
        The weights before the step.
    g : float array, shape of w
        The gradient.
    m, v : float arrays, shape of w
        The running means of g and of g**2 so far, not corrected; zeros before the first step.
    t : int
        The number of this step. The first step has t = 1.
    lr : float
        The learning rate.
    b1, b2 : float
        How much of the old m, and of the old v, is kept.
    eps : float
        A small number against division by zero. It is added outside the root, after the correction.

    Returns
    -------
    w : float array, shape of w
        The weights after the step.
    m, v : float arrays, shape of w
        The new running means, not corrected.

    References
    ----------
    Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015, arXiv:1412.6980, algorithm 1.
    """
    # TODO(4): the new m and v, their corrected values, the step; replace the raise line.
    raise NotImplementedError("adam: TODO(4)")
