"""Exercise 9: a convolutional neural network (CNN).

Fill in the five functions. Write conv2d and maxpool2d with NumPy only: PyTorch's own
convolution and pooling raise an error while these two are checked. make_cnn is
written with PyTorch. The file stands alone; add as many helpers as you like.

Images are arrays with four axes: X (N, C, H, W) holds N images of C channels, each
H pixels high and W pixels wide. H and W need not be equal, and the same holds for
the height and the width of a kernel. No function may change the arrays it is given.
"""

import numpy as np
import torch


def output_size(n: int, k: int, stride: int = 1, padding: int = 0) -> int:
    """Count the places at which a window of k pixels fits into a row of n pixels.

    Parameters
    ----------
    n : int
        Pixels in the row.
    k : int
        Pixels in the window, at most ``n + 2 * padding``.
    stride : int
        How far the window moves each time, 1 or more.
    padding : int
        Zeros that are added on each side of the row, 0 or more.

    Returns
    -------
    int
        The size of the result along this axis, a whole number of type int. (The shape of a
        map has one such number for its height and one for its width.) The first window
        begins at the first pixel, added zeros included. A window that does not fit completely
        is left out: n = 8, k = 3, stride = 2 gives 3.
    """
    # TODO(1): replace the raise line. At which pixels can a window begin?
    raise NotImplementedError("output_size: TODO(1)")


def conv2d(X: np.ndarray, W: np.ndarray, b: np.ndarray, stride: int = 1, padding: int = 0) -> np.ndarray:
    """Slide F filters over N images.

    Parameters
    ----------
    X : float array, shape (N, C, H, W)
        The images. It may be float32 or float64, and a view (such as a transposed array).
    W : float array, shape (F, C, KH, KW)
        One kernel for each filter. Every filter looks at all C channels.
    b : float array, shape (F,)
        One number for each filter, added to all of its map.
    stride : int
        The window moves so many pixels, to the right and down. It may be larger than the kernel.
    padding : int
        Rows and columns of zeros that are added on all four sides of each image.

    Returns
    -------
    float array, shape (N, F, H', W')
        ``H' = output_size(H, KH, stride, padding)``, and the same for the width.
        ``out[n, f, i, j] = b[f] + sum over c, u, v of
        W[f, c, u, v] * padded[n, c, i * stride + u, j * stride + v]``.
        The kernel is not turned around (cross-correlation, as in PyTorch). Four decimals
        must be right, so float32 is good enough inside.

    Notes
    -----
    Loops over the images, the filters, or the pixels of the kernel are fine. With a single number
    of the result per turn of the loop it gets too slow: at most 40 times as long as the
    reference for 8 images of 28 x 28 pixels and 32 filters.
    """
    # TODO(2): replace the raise line. Pad with np.pad, then see sliding_window_view in the lesson.
    raise NotImplementedError("conv2d: TODO(2)")


def maxpool2d(X: np.ndarray, k: int = 2, stride: int | None = None) -> np.ndarray:
    """Keep the largest number of every window of k x k pixels.

    Parameters
    ----------
    X : float array, shape (N, C, H, W)
        Any numbers, positive or negative, large or small.
    k : int
        Height and width of the window.
    stride : int or None
        How far the window moves. None means k, so that the windows lie side by side. It
        may be smaller than k (windows overlap) or larger (pixels between them are not used).

    Returns
    -------
    float array, shape (N, C, H', W')
        ``H' = output_size(H, k, stride)``. Nothing is added at the edges: what is too small
        for a window is left out. Each channel stands for itself.
    """
    # TODO(3): replace the raise line. The same windows as in conv2d, then the maximum of each.
    raise NotImplementedError("maxpool2d: TODO(3)")


def n_params_conv(c_in: int, c_out: int, k: int) -> int:
    """Count what a convolution layer learns.

    Parameters
    ----------
    c_in : int
        Channels of its input.
    c_out : int
        Filters, which are the channels of its output.
    k : int
        The kernel is square, its shape is (k, k).

    Returns
    -------
    int
        The number of weights and biases together: square kernel, bias included.
    """
    # TODO(4): replace the raise line. Count one filter first.
    raise NotImplementedError("n_params_conv: TODO(4)")


def make_cnn() -> torch.nn.Module:
    """Make a new, untrained network that reads handwritten digits.

    Parameters
    ----------
    None. Every call returns a new model. Nothing may be learnt or loaded before training.

    Returns
    -------
    torch.nn.Module
        Called with float32 images of shape (N, 1, 28, 28), for any N, it gives logits of
        shape (N, 10): any real numbers, so no softmax, sigmoid, ReLU or tanh stands after the
        last layer (LogSoftmax is accepted). It must

        - hold at least one ``torch.nn.Conv2d`` with a kernel of 2 x 2 to 7 x 7 that the logits depend on;
        - not be linear as a whole: put an activation such as ReLU behind the convolutions;
        - have at most 30,000 parameters (and at most 30,000 numbers in buffers), counted after one forward pass;
        - let every weight learn: each parameter with two or more axes gets a gradient;
        - in evaluation (``model.eval()``) give the same for the same image, whatever else is in the batch;
        - keep everything that it learns in its ``state_dict()``. The grader loads this into a new
          model, in another process, and asks that one.

    Notes
    -----
    You do not train it here, the grader does: Adam with lr 1e-3, batches of 64 in a new random order
    each epoch, the mean cross-entropy. On the built-in digits 15 epochs must give 90 % of right answers
    on new images, in the best of three trainings. The same training of 12 epochs on 800 drawings in ten
    classes that nobody has seen before must give 70 %. Dropout and batch norm are allowed.
    """
    # TODO(5): replace the raise line, with torch.nn.Sequential or a class of your own.
    raise NotImplementedError("make_cnn: TODO(5)")
