"""unflatten sets X.shape, so the caller's array changes its shape too.

loses: test_inputs_stay_as_they_are
says: unflatten changed its input X
"""

import numpy as np


def flatten(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def unflatten(X, shape):
    X.shape = (len(X), *shape)
    return X


def rgb_to_gray(images):
    return images.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32) / 255


def to_channels_first(images):
    return np.transpose(images, (0, 3, 1, 2))


def one_hot(y, num_classes):
    if np.any(y < 0) or np.any(y >= num_classes):
        raise ValueError("label outside the classes")
    out = np.zeros((len(y), num_classes), dtype=np.float32)
    out[np.arange(len(y)), y] = 1
    return out
