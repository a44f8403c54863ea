"""A loop over the images and the places of the map; convolutions alone, the last one as large as its input."""

import numpy as np
from torch import nn


def output_size(n, k, stride=1, padding=0):
    count, begin = 0, 0
    while begin + k <= n + 2 * padding:
        count, begin = count + 1, begin + stride
    return count


def places(shape, k, m, stride):
    for i in range(output_size(shape[0], k, stride)):
        for j in range(output_size(shape[1], m, stride)):
            yield i, j, slice(i * stride, i * stride + k), slice(j * stride, j * stride + m)


def conv2d(X, W, b, stride=1, padding=0):
    X = np.array([[np.pad(channel, padding) for channel in image] for image in X])
    size = [output_size(n, k, stride) for n, k in zip(X.shape[2:], W.shape[2:])]
    out = np.empty([len(X), len(W)] + size)
    for n, image in enumerate(X):
        for i, j, rows, columns in places(image.shape[1:], *W.shape[2:], stride):
            out[n, :, i, j] = np.tensordot(W, image[:, rows, columns], axes=3) + b
    return out


def maxpool2d(X, k=2, stride=None):
    step = k if stride is None else stride
    out = np.empty([*X.shape[:2]] + [output_size(n, k, step) for n in X.shape[2:]], dtype=X.dtype)
    for i, j, rows, columns in places(X.shape[2:], k, k, step):
        out[:, :, i, j] = X[:, :, rows, columns].max(axis=(2, 3))
    return out


def n_params_conv(c_in, c_out, k):
    one_filter = c_in * k**2 + 1
    return c_out * one_filter


def make_cnn():
    layers, before = [], 1
    for filters in (12, 24):
        layers += [nn.Conv2d(before, filters, 3, stride=2, padding=1), nn.BatchNorm2d(filters), nn.SiLU()]
        before = filters
    return nn.Sequential(*layers, nn.Conv2d(before, 10, 7), nn.Flatten())
