"""Exercise 1, the reference."""

import numpy as np


def flatten(images: np.ndarray) -> np.ndarray:
    """Return one float32 row per image, values in [0, 1], row by row."""
    return images.reshape(len(images), -1).astype(np.float32) / 255


def unflatten(X: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Return the rows of ``X`` as images of ``shape``."""
    return X.reshape(len(X), *shape)


def rgb_to_gray(images: np.ndarray) -> np.ndarray:
    """Return 0.299 R + 0.587 G + 0.114 B as float32 in [0, 1]."""
    weights = np.array([0.299, 0.587, 0.114], dtype=np.float32)
    return images.astype(np.float32) @ weights / 255


def to_channels_first(images: np.ndarray) -> np.ndarray:
    """Return (N, H, W, C) as (N, C, H, W)."""
    return images.transpose(0, 3, 1, 2)


def one_hot(y: np.ndarray, num_classes: int) -> np.ndarray:
    """Return float32 rows with a 1 in column ``y``; ValueError for a label outside 0 .. num_classes - 1."""
    if y.min() < 0 or y.max() >= num_classes:
        raise ValueError(f"labels must be 0 .. {num_classes - 1}")
    out = np.zeros((len(y), num_classes), dtype=np.float32)
    out[np.arange(len(y)), y] = 1
    return out
