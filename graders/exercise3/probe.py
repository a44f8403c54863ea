"""What the learner's functions give for functions and networks that the trusted side drew.

``submission`` is the module under grading, set when this file is loaded. Returned are arrays, never a verdict. To
answer in place of these functions would take a gradient of any function drawn: that is the exercise. They are
called like the learner's functions, because messages name them.
"""

import numpy as np

_KINDS = {"cube": lambda z: z**3, "exp": np.exp, "sine": lambda z: np.sin(2 * z)}


def numerical_gradient(x, kind, c, A, eps):
    """The learner's gradient of sum(c * g(x)), or of sum(c * g(A @ x)) if there is an A; and x after the call."""
    x = np.array(x)
    shape = x.shape

    def f(z):
        if np.shape(z) != shape:
            raise ValueError(f"f was called with an array of shape {np.shape(z)}, but x has the shape {shape}")
        return float((c * _KINDS[kind](z if A is None else A @ z)).sum())

    steps = () if eps is None else (eps,)
    return submission.numerical_gradient(f, x, *steps), x  # noqa: F821 - set by the loader


def loss_and_grads(X, y, params):
    """The learner's gradient for W1, divided by its largest entry: a wrong sign or factor is judged elsewhere."""
    gradient = np.asarray(submission.loss_and_grads(X, y, params)[1]["W1"])  # noqa: F821 - set by the loader
    return gradient / gradient.flat[np.abs(gradient).argmax()]
