"""Read ``mnist.npz``, the form in which Keras publishes MNIST, without trusting it.

``numpy.load`` would believe the sizes that the archive claims, so the members are read here
one by one: header first, then exactly the bytes that the checked header allows.
"""

from pathlib import Path
from typing import IO, Any, Final, cast

import numpy as np
import numpy.typing as npt

from dlquiz.archives import ArchiveLimits, Content, Member, open_archive
from dlquiz.data.arrayset import ArraySet, array_set, checked_part
from dlquiz.data.descriptors import NpyHeader, read_npy_header
from dlquiz.data.info import SetInfo
from dlquiz.errors import ArchiveError, DataError

MEMBERS = ("x_train", "y_train", "x_test", "y_test")

MAX_BYTES: Final = 2**30
"""Largest archive, packed and unpacked."""
_LABEL_DTYPES = frozenset(
    {"|u1", "|i1", *(f"{end}{kind}{size}" for end in "<>" for kind in "iu" for size in (2, 4, 8))}
)


def read_npz(path: Path, info: SetInfo) -> ArraySet:
    """Return the set that ``mnist.npz`` holds.

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
    limits = ArchiveLimits(archive_bytes=MAX_BYTES, unpacked_bytes=MAX_BYTES, ratio=None)  # each header says its length
    try:
        with path.open("rb") as file:
            members = {member.name: member for member in open_archive(file, str(path), limits)}
            arrays = {name: _member(members, name, path, info) for name in MEMBERS}
    except ArchiveError as error:
        raise DataError(error.message, next_step=info.another_copy) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.", next_step=info.another_copy) from error
    parts = []
    for part in ("train", "test"):
        X, y = f"x_{part}", f"y_{part}"
        parts.append(checked_part(info, {"X": arrays[X], "y": arrays[y]}, where=f"{path} ({X}, {y})"))
    return array_set(info, *parts)


def _member(members: dict[str, Member], name: str, path: Path, info: SetInfo) -> npt.NDArray[Any]:
    member = members.get(f"{name}.npy")
    if member is None:
        present = ", ".join(list(members)[:8]) or "nothing"
        raise _wrong(path, info, f"an archive of {present}", f"the arrays {', '.join(MEMBERS)}")
    where = f"{path} ({name})"
    content = member.open()
    header = _header(content, name, where, info)
    # One byte more: shows trailing bytes, and makes zipfile check the checksum.
    payload = content.read(header.size + 1)
    if len(payload) != header.size:
        found = f"only {len(payload)} bytes" if len(payload) < header.size else f"more than {header.size} bytes"
        raise _wrong(where, info, found, f"exactly {header.size} for shape {header.shape}")
    return np.frombuffer(payload, header.descr).reshape(header.shape, order="F" if header.fortran_order else "C")


def _header(stream: Content, name: str, where: str, info: SetInfo) -> NpyHeader:
    """Read a member's header, and refuse it before its data are read: the header decides how much that is."""
    try:
        header = read_npy_header(cast("IO[bytes]", stream))
    except ValueError as error:
        raise _wrong(where, info, f"no plain array ({error})", "an array in .npy format") from error
    dtype, shape, image = header.descr, header.shape, info.fields["X"].shape
    most = info.files.most if info.files else 0
    if dtype == "|O":
        raise _wrong(where, info, "pickled Python objects, which could run code", "plain numbers")
    if name.startswith("x_"):
        fits, expected = dtype == "|u1" and shape[1:] == image, f"|u1 and (N, {image[0]}, {image[1]})"
    else:
        fits, expected = dtype in _LABEL_DTYPES and len(shape) == 1, "whole numbers and (N,)"
    if not fits:
        raise _wrong(where, info, f"dtype {dtype} and shape {shape}", expected)
    if not 1 <= shape[0] <= most:
        raise _wrong(where, info, f"a header that says {shape[0]} entries", f"1 to {most:,}")
    return header


def _wrong(where: str | Path, info: SetInfo, found: str, expected: str) -> DataError:
    return DataError(f"{where}: found {found}; expected {expected}.", next_step=info.another_copy)
