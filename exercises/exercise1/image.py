"""Exercise 1: an image is an array of numbers.

Fill in the five functions. NumPy and Python's standard library are allowed.
None of them may change the arrays that it is given: always return a new result.

Your code takes the place of each line `raise NotImplementedError(...)`: delete that line, it ends the function.
"""

import numpy as np


def flatten(images: np.ndarray) -> np.ndarray:
    """Write every image as one row of numbers between 0 and 1.

    Parameters
    ----------
    images : uint8 array, shape (N, H, W) or (N, H, W, C)
        N images with H rows and W columns; C is the number of colour channels.
        The axis N is always there, also for a single image (N = 1).

    Returns
    -------
    float32 array, shape (N, H*W) or (N, H*W*C)
        Row by row: first the top row of the image from left to right, then the next row.
        The channels of one pixel stay side by side. Every value is divided by 255, so 0 stays 0 and 255 becomes 1.
    """
    # TODO(1): give every image one row, change the dtype, scale to 0..1.
    # (Replace the line below, here and in each TODO.)
    raise NotImplementedError("flatten: TODO(1)")


def unflatten(X: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Turn rows back into images: the way back from `flatten`.

    Parameters
    ----------
    X : float32 array, shape (N, D)
        Values between 0 and 1, in the order in which `flatten` writes them.
    shape : tuple of int
        The shape of ONE image, (H, W) or (H, W, C). The product of its numbers is D.

    Returns
    -------
    array, shape (N, *shape)
        The values are left as they are; only the shape changes.
    """
    # TODO(2): the reading order must be the one of TODO(1).
    raise NotImplementedError("unflatten: TODO(2)")


def rgb_to_gray(images: np.ndarray) -> np.ndarray:
    """Turn colour images into grey ones: 0.299 red + 0.587 green + 0.114 blue.

    Parameters
    ----------
    images : uint8 array, shape (N, H, W, 3)
        The last axis is red, green, blue, in this order.

    Returns
    -------
    float32 array, shape (N, H, W)
        Grey values between 0 (black) and 1 (white).

    References
    ----------
    The three weights are those of Recommendation ITU-R BT.601.
    """
    # TODO(3): a weighted sum over the last axis. Mind that uint8 cannot hold more than 255.
    raise NotImplementedError("rgb_to_gray: TODO(3)")


def to_channels_first(images: np.ndarray) -> np.ndarray:
    """Move the channel axis to the place that PyTorch expects.

    Parameters
    ----------
    images : array of any dtype, shape (N, H, W, C)

    Returns
    -------
    array of the same dtype, shape (N, C, H, W)
        The value at [n, c, h, w] is the old value at [n, h, w, c].
    """
    # TODO(4): move axes, do not read the numbers in a new order.
    raise NotImplementedError("to_channels_first: TODO(4)")


def one_hot(y: np.ndarray, num_classes: int) -> np.ndarray:
    """Write every label as a row with a single 1 in it.

    Parameters
    ----------
    y : int64 array, shape (N,), N >= 1
        Labels 0 .. num_classes - 1, in any order. Some classes may not occur in y.
    num_classes : int
        The number of columns, also if the last classes do not occur.

    Returns
    -------
    float32 array, shape (N, num_classes)
        1 in column y[i] of row i, 0 everywhere else.

    Raises
    ------
    ValueError
        If a label is negative, or num_classes or larger.
    """
    # TODO(5): check the labels first, then write the ones.
    raise NotImplementedError("one_hot: TODO(5)")
