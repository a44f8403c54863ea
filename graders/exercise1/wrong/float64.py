"""float64 comes out, with which NumPy computes: the last step, .astype(np.float32), is missing.

loses: test_flatten_returns_float32, test_gray_returns_float32, test_one_hot_returns_float32
"""

import numpy as np


def flatten(images):
    return images.reshape(len(images), -1) / 255


def unflatten(X, shape):
    return X.reshape(len(X), *shape)


def rgb_to_gray(images):
    return images @ np.array([0.299, 0.587, 0.114]) / 255


def to_channels_first(images):
    return np.transpose(images, (0, 3, 1, 2))


def one_hot(y, num_classes):
    if np.any(y < 0) or np.any(y >= num_classes):
        raise ValueError("label outside the classes")
    return np.eye(num_classes)[y]
