"""Divided with //, so nearly every pixel becomes 0.

loses: test_flatten_reads_row_by_row, test_flatten_of_images_that_are_not_square,
   test_flatten_of_large_and_of_colour_images, test_flatten_scales_by_255, test_flatten_returns_float32
may_lose: test_inputs_stay_as_they_are
says: floats without their fractions: is there // where / belongs?
"""  # noqa: E501 - the header is one line

import numpy as np


def flatten(images):
    return (images.reshape(len(images), -1) // 255).astype(np.float32)


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
    out[np.arange(len(y)), y] = 1
    return out
