"""Labels are not checked: -1 marks the last column, a large one is an IndexError.

loses: test_one_hot_refuses_labels_outside
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
    return np.eye(num_classes, dtype=np.float32)[y]
