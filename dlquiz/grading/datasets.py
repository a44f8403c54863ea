"""The data set of a training exercise, as a grader sees it.

Training images and labels go into the worker as sealed descriptors, sorted by
label (a training loop that forgets to shuffle then fails visibly). Held-out
images go over the wire when asked about; their labels never leave this process.
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dlquiz.data import ImageSet, load
from dlquiz.data.descriptors import descriptor
from dlquiz.sandbox.expr import File
from dlquiz.sandbox.service import DataFile


@dataclass(frozen=True)
class Settings:
    """What ``exercise.yaml`` says about this data set."""

    values: dict[str, Any]

    def setting(self, name: str) -> Any:
        """Return the author's setting ``name``; KeyError if the file does not have it."""
        return self.values[name]


@dataclass(frozen=True)
class TrainingData:
    """What the fixture ``data`` is.

    ``train_X`` float32 (N, 784) in [0, 1] and ``train_y`` int64 (N,) stand for the
    arrays in the worker, sorted by label; ``train_labels`` is the trusted copy.
    ``test_X`` float32 (M, 784) and ``test_labels`` int64 (M,) are held out.
    """

    name: str
    settings: Settings
    train_labels: NDArray[np.int64]
    test_X: NDArray[np.float32]
    test_labels: NDArray[np.int64]
    files: dict[str, DataFile]

    @property
    def train_X(self) -> File:
        """The training images, in the worker."""
        return File("train_X")

    @property
    def train_y(self) -> File:
        """Their labels, in the worker."""
        return File("train_y")

    @property
    def n_train(self) -> int:
        """Number of training images."""
        return len(self.train_labels)


def prepare(name: str, settings: dict[str, Any]) -> TrainingData:
    """Load data set ``name`` and put its training part into descriptors."""
    images = load(name)
    order = np.argsort(images.train_labels, kind="stable")
    labels = np.ascontiguousarray(images.train_labels[order])
    return TrainingData(
        name=name,
        settings=Settings(settings),
        train_labels=labels,
        test_X=_scaled(images, "test"),
        test_labels=np.asarray(images.test_labels),
        files={"train_X": _file(_flat(images.train_images[order])), "train_y": _file(labels)},
    )


def _scaled(images: ImageSet, part: str) -> NDArray[np.float32]:
    return _flat(getattr(images, f"{part}_images"))


def _flat(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(255)


def _file(array: NDArray[Any]) -> DataFile:
    fd = descriptor(array)
    # The array's bytes end the .npy file; what is before them is its header.
    return DataFile(fd, array.dtype.name, array.shape, os.fstat(fd).st_size - array.nbytes)
