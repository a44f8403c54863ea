"""Exercise 5: linear regression by gradient descent.

Fill in the four functions. NumPy only.

The model is a weighted sum: ``pred = X @ w + b``, one number for each row of X.
Shapes: N rows (examples), D columns (features).
All float arrays are float64. No function may change the arrays it is given.
"""

import numpy as np


def mse(pred: np.ndarray, y: np.ndarray) -> float:
    """Return the cost: the mean of the squared errors.

    Parameters
    ----------
    pred : float array, shape (N,)
        What the model says for each row.
    y : float array, shape (N,)
        What it should say. Anything else than the shape (N,): ValueError.

    Returns
    -------
    float
        ``(1/N) * sum((pred - y)**2)``. No root, and no extra factor 1/2.
    """
    # TODO(1): test the shapes, then the mean of the squared errors; replace the raise line.
    raise NotImplementedError("mse: TODO(1)")


def mse_grad(X: np.ndarray, y: np.ndarray, w: np.ndarray, b: float) -> tuple[np.ndarray, float]:
    """Return the gradient of ``mse(X @ w + b, y)`` for w and b.

    Parameters
    ----------
    X : float array, shape (N, D)
    y : float array, shape (N,)
        Anything else than the shape (N,): ValueError.
    w : float array, shape (D,)
    b : float

    Returns
    -------
    dw : float array, shape (D,)
        ``(2/N) * X.T @ (pred - y)``. The 2 comes from the square: it stays.
    db : float
        ``(2/N) * sum(pred - y)``
    """
    # TODO(2): the errors first, then the two formulas; replace the raise line.
    raise NotImplementedError("mse_grad: TODO(2)")


def gradient_descent(
    X: np.ndarray, y: np.ndarray, lr: float = 0.1, steps: int = 200
) -> tuple[np.ndarray, float, list[float]]:
    """Fit w and b by gradient descent.

    Start: ``w = 0``, ``b = 0``. Then do exactly ``steps`` updates, also if the
    cost hardly changes any more, and also if it grows because lr is too large.
    One update is ``w = w - lr * dw`` and ``b = b - lr * db``, where dw and db
    both belong to the old w and the old b. All rows are used in every step.
    The same call gives the same result each time.

    Parameters
    ----------
    X : float array, shape (N, D)
        Used as it is: do not rescale it here.
    y : float array, shape (N,)
        Anything else than the shape (N,): ValueError.
    lr : float
        The learning rate, the same in every step.
    steps : int
        The number of updates, 0 or more.

    Returns
    -------
    w : float array, shape (D,)
        The weights after the last update. With ``steps=0`` these are the start.
    b : float
        The bias after the last update.
    history : list of float
        The cost BEFORE each update, so its length is ``steps``, and
        ``history[0]`` is the cost before training.
    """
    # TODO(3): a loop: note the cost, compute both gradients, then change w and b; replace the raise line.
    raise NotImplementedError("gradient_descent: TODO(3)")


def r2_score(y: np.ndarray, pred: np.ndarray) -> float:
    """Return the coefficient of determination, R².

    Note the order of the arguments: the truth first.

    Parameters
    ----------
    y : float array, shape (N,)
        The true values, not all of them equal. Anything else than the shape (N,): ValueError.
    pred : float array, shape (N,)
        What a model says. Any model: it need not be a fitted one.

    Returns
    -------
    float
        ``1 - sum((y - pred)**2) / sum((y - mean(y))**2)``.
        1 for a perfect model, 0 for a model that always says the mean of y,
        and negative for a model that is worse than that.
    """
    # TODO(4): two sums of squares, and 1 minus their ratio; replace the raise line.
    raise NotImplementedError("r2_score: TODO(4)")
