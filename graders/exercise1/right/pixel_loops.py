"""Plain Python loops over every pixel; unflatten gives back grey levels 0..255 as uint8."""

import numpy as np


def flatten(images):
    rows = []
    for image in images:
        row = []
        for line in image:
            for pixel in line:
                if images.ndim == 4:
                    for channel in pixel:
                        row.append(int(channel) / 255)
                else:
                    row.append(int(pixel) / 255)
        rows.append(row)
    return np.array(rows, dtype=np.float32)


def unflatten(X, shape):
    out = np.zeros((len(X),) + tuple(shape), dtype=np.uint8)
    for i in range(len(X)):
        out[i] = (X[i] * 255).reshape(shape)
    return out


def rgb_to_gray(images):
    n, h, w, _ = images.shape
    out = np.zeros((n, h, w), dtype=np.float32)
    for i in range(n):
        for r in range(h):
            for c in range(w):
                red, green, blue = (float(v) for v in images[i, r, c])
                out[i, r, c] = (0.299 * red + 0.587 * green + 0.114 * blue) / 255.0
    return out


def to_channels_first(images):
    n, h, w, c = images.shape
    out = np.empty((n, c, h, w), dtype=images.dtype)
    for i in range(n):
        for k in range(c):
            for r in range(h):
                for s in range(w):
                    out[i, k, r, s] = images[i, r, s, k]
    return out


def one_hot(y, num_classes):
    rows = []
    for label in y:
        if not 0 <= label < num_classes:
            raise ValueError(f"{label} is not a class")
        row = [0.0] * num_classes
        row[label] = 1.0
        rows.append(row)
    return np.array(rows, dtype=np.float32)
