"""The gradient of X alone, because a check of speed compares one array.

``submission`` is the module under grading, set when this file is loaded.
"""


def batchnorm_backward(dout, X, gamma):
    """The first of the three gradients of the learner's batchnorm_backward."""
    return submission.batchnorm_backward(dout, X, gamma)[0]  # noqa: F821 - set by the loader
