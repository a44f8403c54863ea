"""The embedded data set: 1,797 handwritten digits, no network needed.

``digits.npz`` holds the test part of the UCI set "Optical Recognition of Handwritten Digits"
(E. Alpaydin and C. Kaynak, 1998, https://doi.org/10.24432/C50P49, CC BY 4.0; see ``digits.txt``)
as 8x8 counts 0..16, in the order of scikit-learn's ``load_digits``. ``tools/make_digits.py``
writes it.
"""

import hashlib
import io
from functools import cache
from importlib import resources

import numpy as np

from dlquiz.data.imageset import SIDE, Images, ImageSet, check_pair
from dlquiz.errors import DataError

FILE_SHA256 = "b2dab7b501728c22e9119ad76740b2e17c77a231e42d1e592380d90886f1a05e"
"""Of ``digits.npz`` as committed."""

TRAIN = 1437
"""Images in the training part; the other 360 are the test part."""

SPLIT_SEED = 0
"""Seed of the permutation that mixes the 1,797 images before the split."""

_FULL_INK = 16
_REPEAT = 3
_BORDER = 2


@cache
def digits() -> ImageSet:
    """Return the embedded digits: 1,437 to train, 360 to test, always the same ones.

    Raises
    ------
    DataError
        The embedded file is missing or was changed.
    """
    counts, targets = _embedded()
    # The legacy generator on purpose: its stream never changes (NEP 19),
    # that of default_rng may change with NumPy.
    order = np.random.RandomState(SPLIT_SEED).permutation(len(targets))
    images, labels = check_pair(upsample(counts[order]), targets[order], where="digits.npz")
    for array in (images, labels):
        array.setflags(write=False)
    return ImageSet("digits", images[:TRAIN], labels[:TRAIN], images[TRAIN:], labels[TRAIN:])


def upsample(counts: Images) -> Images:
    """Turn 8x8 counts into images like those of MNIST.

    Each pixel becomes 3x3 pixels, and a border of two empty pixels goes around: 3 * 8 + 2 * 2 = 28.

    Parameters
    ----------
    counts : uint8 array, shape (N, 8, 8)
        How many of 4x4 small pixels carry ink, 0..16.

    Returns
    -------
    uint8 array, shape (N, 28, 28)
        0..255: ``counts * 255 / 16``, rounded to the nearest (half goes up).
    """
    scaled = ((counts.astype(np.uint16) * 255 + _FULL_INK // 2) // _FULL_INK).astype(np.uint8)
    large = scaled.repeat(_REPEAT, axis=1).repeat(_REPEAT, axis=2)
    images = np.zeros((len(counts), SIDE, SIDE), np.uint8)
    images[:, _BORDER:-_BORDER, _BORDER:-_BORDER] = large
    return images


def _embedded() -> tuple[Images, Images]:
    """Return counts (1797, 8, 8) and targets (1797,), both uint8, as the file has them."""
    try:
        content = resources.files("dlquiz.data").joinpath("digits.npz").read_bytes()
    except OSError as error:
        raise DataError(f"digits.npz cannot be read: {error.strerror}.", next_step=_REINSTALL) from error
    found = hashlib.sha256(content).hexdigest()
    if found != FILE_SHA256:
        raise DataError(f"digits.npz has sha256 {found}; expected {FILE_SHA256}.", next_step=_REINSTALL)
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return archive["images"], archive["labels"]


_REINSTALL = "The installation is damaged: install dlquiz again."
