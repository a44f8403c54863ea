"""to_channels_first copies into an array of float64.

loses: test_channels_first_keeps_the_dtype
says: to_channels_first(uint8 images) has dtype float64
"""

import numpy as np


def flatten(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def unflatten(X, shape):
    return X.reshape(len(X), *shape)


def rgb_to_gray(images):
    return images.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32) / 255


def to_channels_first(images):
    n, h, w, c = images.shape
    out = np.zeros((n, c, h, w))
    for k in range(c):
        out[:, k] = images[:, :, :, k]
    return out


def one_hot(y, num_classes):
    if np.any(y < 0) or np.any(y >= num_classes):
        raise ValueError("label outside the classes")
    out = np.zeros((len(y), num_classes), dtype=np.float32)
    out[np.arange(len(y)), y] = 1
    return out
