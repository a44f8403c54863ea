"""There is a ReLU after the last layer.

loses: test_logits
may_lose: test_learns_fresh_drawings, test_reads_new_images, test_gradients
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from torch import nn


def output_size(n, k, stride=1, padding=0):
    return (n + 2 * padding - k) // stride + 1


def conv2d(X, W, b, stride=1, padding=0):
    X = np.pad(X, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    windows = sliding_window_view(X, W.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    return np.einsum("nchwij,fcij->nfhw", windows, W) + b[:, None, None]


def maxpool2d(X, k=2, stride=None):
    stride = stride or k
    windows = sliding_window_view(X, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.max(axis=(4, 5))


def n_params_conv(c_in, c_out, k):
    return c_out * (c_in * k * k + 1)


def make_cnn():
    return nn.Sequential(
        nn.Conv2d(1, 6, 6, stride=3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(6 * 8 * 8, 10),
        nn.ReLU(),
    )
