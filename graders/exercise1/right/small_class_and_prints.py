"""A learner with a dataclass, lambdas and prints; scaling after the grey sum; the check by trying the index."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

print("loading my solution …")


@dataclass(frozen=True)
class Weights:
    red: float = 0.299
    green: float = 0.587
    blue: float = 0.114

    def mix(self, r: np.ndarray, g: np.ndarray, b: np.ndarray) -> np.ndarray:
        return self.red * r + self.green * g + self.blue * b


class LabelError(ValueError):
    pass


_as_float = partial(np.asarray, dtype="float32")
flatten = lambda a: _as_float(a).reshape(a.shape[0], np.prod(a.shape[1:])) / np.float32(255)  # noqa: E731 - learners do


def unflatten(X, shape):
    print("unflatten", X.shape, "->", shape)
    größe = (X.shape[0],) + tuple(shape)
    return np.rint(X * 255).reshape(größe).astype("uint8")


def rgb_to_gray(images):
    r, g, b = (_as_float(images[..., k]) for k in range(3))
    gray = np.clip(Weights().mix(r, g, b) / 255.0, 0.0, 1.0)
    return gray.astype(np.float32)


def to_channels_first(images):
    return images.swapaxes(1, 3).swapaxes(2, 3)


def one_hot(y, num_classes):
    y = np.array(y)
    if y.min() < 0:
        raise LabelError("negative label")
    try:
        return np.identity(num_classes, dtype=np.float32)[y]
    except IndexError as error:
        raise LabelError("label too large") from error


if __name__ == "__main__":
    print(one_hot([0, 1], 2))
