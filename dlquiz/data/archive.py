"""Read ``mnist.npz``, the form in which Keras publishes MNIST, without trusting it.

``numpy.load`` would believe the sizes that the archive claims, so the members are read here
one by one: header first, then exactly the bytes that the checked header allows.
"""

import zipfile
import zlib
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from dlquiz.data.descriptors import NpyHeader, read_npy_header
from dlquiz.data.imageset import ANOTHER_COPY, MAX_IMAGES, SIDE, ImageSet, check_pair
from dlquiz.errors import DataError

MEMBERS = ("x_train", "y_train", "x_test", "y_test")

_LABEL_DTYPES = frozenset(
    {"|u1", "|i1", *(f"{end}{kind}{size}" for end in "<>" for kind in "iu" for size in (2, 4, 8))}
)


def read_npz(path: Path) -> ImageSet:
    """Return the images and labels of ``mnist.npz``.

    Parameters
    ----------
    path : Path
        An archive with ``x_train``, ``x_test`` (uint8, (N, 28, 28)) and ``y_train``, ``y_test``
        (whole numbers 0..9, (N,)). Other members are not read.

    Raises
    ------
    DataError
        The file cannot be read, is damaged, lacks an array, or holds something else
        (pickled objects, other shapes, more data than the cap).
    """
    try:
        with zipfile.ZipFile(path) as archive:
            arrays = {name: _member(archive, name, path) for name in MEMBERS}
    except (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError) as error:
        raise _wrong(path, f"a damaged archive ({error})", "a complete .npz file") from error
    except (NotImplementedError, RuntimeError) as error:  # an unknown compression; a password
        raise _wrong(path, f"an archive that cannot be unpacked ({error})", "a plain .npz file") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.", next_step=ANOTHER_COPY) from error
    train = check_pair(arrays["x_train"], arrays["y_train"], where=f"{path} (x_train, y_train)")
    test = check_pair(arrays["x_test"], arrays["y_test"], where=f"{path} (x_test, y_test)")
    return ImageSet("mnist", *train, *test)


def _member(archive: zipfile.ZipFile, name: str, path: Path) -> npt.NDArray[Any]:
    try:
        info = archive.getinfo(f"{name}.npy")
    except KeyError:
        present = ", ".join(archive.namelist()[:8]) or "nothing"
        raise _wrong(path, f"an archive of {present}", f"the arrays {', '.join(MEMBERS)}") from None
    where = f"{path} ({name})"
    with archive.open(info) as stream:
        header = _header(stream, name, where)
        # One byte more: shows trailing bytes, and makes zipfile check the checksum.
        payload = stream.read(header.size + 1)
    if len(payload) != header.size:
        found = f"only {len(payload)} bytes" if len(payload) < header.size else f"more than {header.size} bytes"
        raise _wrong(where, found, f"exactly {header.size} for shape {header.shape}")
    return np.frombuffer(payload, header.descr).reshape(header.shape, order="F" if header.fortran_order else "C")


def _header(stream: IO[bytes], name: str, where: str) -> NpyHeader:
    """Read a member's header, and refuse it before its data are read: the header decides how much that is."""
    try:
        header = read_npy_header(stream)
    except ValueError as error:
        raise _wrong(where, f"no plain array ({error})", "an array in .npy format") from error
    dtype, shape = header.descr, header.shape
    if dtype == "|O":
        raise _wrong(where, "pickled Python objects, which could run code", "plain numbers")
    if name.startswith("x_"):
        fits, expected = dtype == "|u1" and shape[1:] == (SIDE, SIDE), f"|u1 and (N, {SIDE}, {SIDE})"
    else:
        fits, expected = dtype in _LABEL_DTYPES and len(shape) == 1, "whole numbers and (N,)"
    if not fits:
        raise _wrong(where, f"dtype {dtype} and shape {shape}", expected)
    if not 1 <= shape[0] <= MAX_IMAGES:
        raise _wrong(where, f"a header that says {shape[0]} entries", f"1 to {MAX_IMAGES:,}")
    return header


def _wrong(where: str | Path, found: str, expected: str) -> DataError:
    return DataError(f"{where}: found {found}; expected {expected}.", next_step=ANOTHER_COPY)
