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

from dlquiz.data.arrayset import Array, ArraySet, array_set, checked_part
from dlquiz.data.info import SetInfo
from dlquiz.errors import DataError

FILE_SHA256 = "b2dab7b501728c22e9119ad76740b2e17c77a231e42d1e592380d90886f1a05e"
"""Of ``digits.npz`` as committed."""

SPLIT_SEED = 0
"""Seed of the permutation that mixes the 1,797 images before the split."""

_FULL_INK = 16
_REPEAT = 3
_BORDER = 2


@cache
def digits(info: SetInfo) -> ArraySet:
    """Return the embedded digits: the first ``info.train`` to train, the rest to test, always the same ones.

    Raises
    ------
    DataError
        The embedded file is missing or was changed.
    """
    counts, targets = _embedded()
    # The legacy generator on purpose: its stream never changes (NEP 19),
    # that of default_rng may change with NumPy.
    order = np.random.RandomState(SPLIT_SEED).permutation(len(targets))
    both = checked_part(info, {"X": upsample(counts[order]), "y": targets[order]}, where="digits.npz")
    train = {key: array[: info.train] for key, array in both.items()}
    return array_set(info, train, {key: array[info.train :] for key, array in both.items()})


def upsample(counts: Array) -> Array:
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
    return np.pad(large, ((0, 0), (_BORDER, _BORDER), (_BORDER, _BORDER)))


def _embedded() -> tuple[Array, Array]:
    """Return counts (1797, 8, 8) and targets (1797,), both uint8, as the file has them."""
    try:
        content = resources.files("dlquiz.data.sets").joinpath("digits.npz").read_bytes()
    except OSError as error:
        raise DataError(f"digits.npz cannot be read: {error.strerror}.", next_step=_REINSTALL) from error
    found = hashlib.sha256(content).hexdigest()
    if found != FILE_SHA256:
        raise DataError(f"digits.npz has sha256 {found}; expected {FILE_SHA256}.", next_step=_REINSTALL)
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return archive["images"], archive["labels"]


_REINSTALL = "The installation is damaged: install dlquiz again."
