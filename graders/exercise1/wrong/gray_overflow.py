"""The weighted channels are cut to uint8 and added as uint8.

loses: test_gray_of_pure_colours, test_gray_of_bright_images, test_gray_returns_float32
"""

import numpy as np


def flatten(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def unflatten(X, shape):
    return X.reshape(len(X), *shape)


def rgb_to_gray(images):
    weighted = (images * [299, 587, 114]).astype(np.uint8)
    total = weighted[..., 0] + weighted[..., 1] + weighted[..., 2]
    return total.astype(np.float32) / 1000 / 255


def to_channels_first(images):
    return np.transpose(images, (0, 3, 1, 2))


def one_hot(y, num_classes):
    if np.any(y < 0) or np.any(y >= num_classes):
        raise ValueError("label outside the classes")
    out = np.zeros((len(y), num_classes), dtype=np.float32)
    out[np.arange(len(y)), y] = 1
    return out
