"""The one shape that every image set of the course has."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from dlquiz.errors import DataError

Images = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int64]

SIDE = 28
"""Height and width of every image, in pixels."""

CLASSES = 10
"""Labels are 0 … CLASSES - 1."""

MAX_IMAGES = 500_000
"""More images than this are refused (392 MB): a lying header must not fill the memory."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageSet:
    """Handwritten digits, split into training and test part; every array is read-only.

    Attributes
    ----------
    name : str
        ``"digits"`` or ``"mnist"``.
    train_images, test_images : uint8 arrays, shape (N, 28, 28)
        0 is background, 255 is full ink.
    train_labels, test_labels : int64 arrays, shape (N,)
        The digit, 0 to 9.
    """

    name: str
    train_images: Images
    train_labels: Labels
    test_images: Images
    test_labels: Labels


def check_pair(images: npt.NDArray[Any], labels: npt.NDArray[Any], *, where: str) -> tuple[Images, Labels]:
    """Check images and labels against each other and return them as uint8 and int64.

    Parameters
    ----------
    images : array, shape (N, 28, 28)
    labels : integer array, shape (N,)
    where : str
        What the reader should look at: a file name, or two.

    Raises
    ------
    DataError
        Wrong dtype or shape, no image, too many, unequal counts, or a label outside 0..9.
    """
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise _wrong(where, f"images of dtype {images.dtype} and shape {images.shape}", f"uint8 (N, {SIDE}, {SIDE})")
    if labels.dtype.kind not in "iu" or labels.ndim != 1:
        raise _wrong(where, f"labels of dtype {labels.dtype} and shape {labels.shape}", "integers of shape (N,)")
    if not 1 <= len(images) <= MAX_IMAGES:
        raise _wrong(where, f"{len(images)} images", f"1 to {MAX_IMAGES:,}")
    if len(images) != len(labels):
        raise _wrong(where, f"{len(images)} images and {len(labels)} labels", "as many labels as images")
    outside = np.flatnonzero((labels < 0) | (labels >= CLASSES))
    if outside.size:
        first = int(outside[0])
        raise _wrong(where, f"label {labels[first]} at position {first}", f"labels 0 to {CLASSES - 1}")
    return images.astype(np.uint8, copy=False), labels.astype(np.int64, copy=False)


def _wrong(where: str, found: str, expected: str) -> DataError:
    return DataError(f"{where}: found {found}; expected {expected}.", next_step=ANOTHER_COPY)


ANOTHER_COPY = "Take another copy of the file, or download it again with `dlquiz data fetch mnist`."
"""The next step after a file that is not what it claims to be."""
