"""The data set of a training exercise, as a grader sees it.

Training examples and labels go into the worker as sealed descriptors, classes sorted by
label (a training loop that forgets to shuffle then fails visibly); texts, which no descriptor
holds, cross as a list. Held-out examples go over the wire when asked about; their labels never
leave this process.
"""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dlquiz.data import load
from dlquiz.data.arrayset import Array, ArraySet
from dlquiz.data.descriptors import descriptor
from dlquiz.data.info import DataKind, Learns
from dlquiz.grading.failure import CaseBroken
from dlquiz.sandbox.api import DataFile
from dlquiz.sandbox.expr import File


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

    ``arrays`` is the whole set, trusted, in its own order. ``train_labels`` (the trusted copy)
    stand in the order of the worker's ``train_X`` and ``train_y``; ``test_labels`` are held out.
    Labels are class numbers, int64, or the numbers of a regression; None for a set without.
    """

    arrays: ArraySet
    settings: Settings
    train_labels: Array | None
    test_labels: Array | None
    files: dict[str, DataFile]
    train_texts: tuple[str, ...] = ()
    """The training texts in the order of ``train_labels``; empty for other sets."""

    @property
    def name(self) -> str:
        """The set's name in the catalog."""
        return self.arrays.name

    @property
    def classes(self) -> tuple[str, ...]:
        """What the class numbers mean; empty without classes."""
        return self.arrays.classes

    @property
    def n_train(self) -> int:
        """Number of training examples."""
        return len(self.arrays.train["X"])

    @property
    def train_X(self) -> File | list[str]:
        """The training examples, in the worker: one row each where they are images; texts as a list."""
        return list(self.train_texts) if self.arrays.kind is DataKind.TEXT else self._file("train_X")

    @property
    def train_images(self) -> File:
        """The same images unflattened, (N, H, W) or (N, H, W, C), in the worker."""
        return self._file("train_images")

    @property
    def train_y(self) -> File:
        """The labels of the training examples, in the worker."""
        return self._file("train_y")

    @cached_property
    def test_X(self) -> Any:
        """The held-out examples, in the form of ``train_X``."""
        X = self.arrays.test["X"]
        return X.tolist() if self.arrays.kind is DataKind.TEXT else _rows(self.arrays, X, self.settings)

    @property
    def test_images(self) -> Array:
        """The held-out images, in the form of ``train_images``."""
        self._file("train_images")
        images: Array = self.test_X.reshape(self.arrays.test["X"].shape)
        return images

    def _file(self, key: str) -> File:
        if key not in self.files:
            what = {"train_images": "images", "train_y": "labels"}.get(key, "arrays")
            raise CaseBroken(f"the data set {self.name} has no {what}, but a case asks for them")
        return File(key)


def prepare(name: str, settings: dict[str, Any]) -> TrainingData:
    """Load data set ``name`` and put its training part into descriptors.

    Images are float32 in [0, 1] unless ``settings`` say ``pixels: uint8``; everything else keeps its dtype.
    """
    found = load(name)
    wishes = Settings(settings)
    train, y = found.train, found.train.get("y")
    order = (
        np.argsort(y, kind="stable") if found.task is Learns.CLASSES and y is not None else np.arange(len(train["X"]))
    )
    labels = None if y is None else np.ascontiguousarray(y[order])
    files: dict[str, DataFile] = {}
    if labels is not None:
        files["train_y"] = _described(labels)
    if found.kind is not DataKind.TEXT:
        files["train_X"] = _described(_rows(found, train["X"][order], wishes))
    if found.kind is DataKind.IMAGE:
        # The same bytes under another shape.
        flat = files["train_X"]
        files["train_images"] = DataFile(flat.fd, flat.dtype, train["X"].shape, flat.offset)
    return TrainingData(
        arrays=found,
        settings=wishes,
        train_labels=labels,
        test_labels=None if y is None else np.asarray(found.test["y"]),
        files=files,
        train_texts=tuple(train["X"][order].tolist()) if found.kind is DataKind.TEXT else (),
    )


def _rows(found: ArraySet, X: Array, settings: Settings) -> Array:
    """Return the examples as a learner gets them."""
    if found.kind is not DataKind.IMAGE:
        return X
    flat = X.reshape(len(X), -1)
    return flat if settings.values.get("pixels") == "uint8" else flat.astype(np.float32) / np.float32(255)


def _described(array: Array) -> DataFile:
    fd = descriptor(array)
    # The array's bytes end the .npy file; what is before them is its header.
    return DataFile(fd, array.dtype.name, array.shape, os.fstat(fd).st_size - array.nbytes)
