"""The labels are sorted first, so the rows belong to other examples.

loses: test_one_hot_marks_the_label, test_one_hot_refuses_labels_outside, test_one_hot_returns_float32
may_lose: test_one_hot_width_is_num_classes
"""

import numpy as np


def flatten(images):
    return images.reshape(len(images), -1).astype(np.float32) / 255


def unflatten(X, shape):
    return X.reshape(len(X), *shape)


def rgb_to_gray(images):
    return images.astype(np.float32) @ np.array([0.299, 0.587, 0.114], dtype=np.float32) / 255


def to_channels_first(images):
    return np.transpose(images, (0, 3, 1, 2))


def one_hot(y, num_classes):
    if np.any(y < 0) or np.any(y >= num_classes):
        raise ValueError("label outside the classes")
    out = np.zeros((len(y), num_classes), dtype=np.float32)
    out[np.arange(len(y)), np.sort(y)] = 1
    return out
