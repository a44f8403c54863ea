"""A weight is detached from the gradient or frozen.

loses: test_gradients
may_lose: test_reads_new_images, test_learns_fresh_drawings
"""

import numpy as np
import torch
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


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 8, 5, stride=2)
        self.out = nn.Linear(8 * 12 * 12, 10)

    def forward(self, x):
        maps = torch.relu(self.conv(x)).detach()
        return self.out(maps.flatten(1))


def make_cnn():
    return Network()
