"""Arrays as anonymous read-only files: made here, mapped in a sandboxed worker.

A worker may open no file, so a data set reaches it as a descriptor in ``.npy`` format. Converted
sets lie on the disk in the same format, and are mapped from there by the same reader.

Source of the format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import contextlib
import io
import math
import mmap
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.lib import format as npy

Array = npt.NDArray[Any]

DTYPES = frozenset({"|u1", "<i8", "<f4", "<f8"})
"""What may be in a file: pixels, labels, and floats of both widths."""

_MAGIC = b"\x93NUMPY\x01\x00"
_HEADER_LIMIT = 4096
_HEADER = re.compile(
    rb"\{'descr': '([<>|][a-zA-Z][0-9]*)', 'fortran_order': (True|False), "
    rb"'shape': \(((?:\d{1,15}L?(?:, \d{1,15}L?)*,?)?)\), \} *\n"
)


class NpyHeader(NamedTuple):
    """What stands before the data of a ``.npy`` file."""

    descr: str
    """The dtype in NumPy's notation, ``"<f4"``."""
    shape: tuple[int, ...]
    fortran_order: bool

    @property
    def size(self) -> int:
        """Bytes of data; a Python integer, because a header may claim any shape and int64 would overflow."""
        return math.prod(self.shape) * np.dtype(self.descr).itemsize


def descriptor(array: Array) -> int:
    """Return a descriptor of an anonymous file that holds ``array`` and can never change.

    On Linux it is a sealed ``memfd``: whoever holds the descriptor can read and map the
    bytes, and nobody, not even this process, can write, shrink or grow them. Elsewhere it
    is an unlinked temporary file, opened again for reading only. The caller closes it.
    The descriptor is not inherited by programs that are started (close-on-exec); a fork keeps it.

    Parameters
    ----------
    array : array of dtype uint8, int64, float32 or float64, any shape
        Copied once, in C order, little-endian.

    Raises
    ------
    ValueError
        The dtype is not in the table.
    OSError
        There is no memory left, or no room for the temporary file.
    """
    plain = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
    if plain.dtype.str not in DTYPES:
        raise ValueError(f"dtype {array.dtype} cannot be handed over; allowed: {', '.join(sorted(DTYPES))}")
    if sys.platform == "linux":
        with contextlib.suppress(PermissionError):  # a container may refuse memfd_create
            return _sealed_memory(plain)
    return _unlinked_file(plain)


def map_npy(fd: int, *, copy_on_write: bool = True) -> Array:
    """Map the ``.npy`` file behind a descriptor; the bytes are shared, not copied.

    Parameters
    ----------
    fd : int
        May be closed afterwards. Its position is neither used nor moved.
    copy_on_write : bool
        ``True``: the array can be written, and what is written stays private to this map
        (Linux counts its whole size against ``RLIMIT_DATA``). ``False``: the array is read-only.

    Returns
    -------
    array of dtype uint8, int64, float32 or float64

    Raises
    ------
    ValueError
        The file is not a plain ``.npy`` file of the dtype table, in C order, of exactly
        the length that its header says.
    OSError
        The descriptor cannot be mapped.
    """
    access = mmap.ACCESS_COPY if copy_on_write else mmap.ACCESS_READ
    # Length 0 means the whole file; an empty file is a ValueError of mmap itself.
    mapping = mmap.mmap(fd, 0, access=access)
    stream = io.BytesIO(mapping[:_HEADER_LIMIT])
    header = read_npy_header(stream)
    if header.descr not in DTYPES:
        raise ValueError(f"found dtype {header.descr}; expected one of {', '.join(sorted(DTYPES))}")
    if header.fortran_order:
        raise ValueError("found Fortran order; expected C order")
    start = stream.tell()
    found, wanted = len(mapping) - start, header.size
    if found != wanted:
        raise ValueError(f"found {found} bytes of data; expected {wanted} for shape {header.shape}, {header.descr}")
    return np.ndarray(header.shape, header.descr, buffer=mapping, offset=start)


def read_npy_header(stream: IO[bytes]) -> NpyHeader:
    """Read the header of a ``.npy`` file and leave the stream where the data begin.

    NumPy's own reader parses Python syntax and answers damage with exceptions of many kinds
    (``SyntaxError``, ``TokenError``, warnings); here only the exact form that NumPy writes is read.

    Raises
    ------
    ValueError
        This is not a header of format 1.0 of an unstructured array.
    """
    start = stream.read(len(_MAGIC) + 2)
    if len(start) < len(_MAGIC) + 2 or not start.startswith(_MAGIC):
        raise ValueError(f"found {start!r} at the start; expected {_MAGIC!r} (.npy format 1.0)")
    text = stream.read(int.from_bytes(start[len(_MAGIC) :], "little"))
    match = _HEADER.fullmatch(text)
    if match is None:
        raise ValueError(f"found the .npy header {text[:80]!r}; expected that of a plain array")
    descr, fortran_order, lengths = (group.decode() for group in match.groups())
    shape = tuple(int(length.rstrip("L")) for length in lengths.replace(",", " ").split())
    return NpyHeader(descr, shape, fortran_order == "True")


def _sealed_memory(array: Array) -> int:
    import fcntl

    seals = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL
    fd = os.memfd_create("dlquiz-array", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with _closed_on_error(fd):
        with os.fdopen(fd, "wb", closefd=False) as file:
            npy.write_array(file, array, version=(1, 0), allow_pickle=False)
        fcntl.fcntl(fd, fcntl.F_ADD_SEALS, seals)
    return fd


def _unlinked_file(array: Array) -> int:
    writing, name = tempfile.mkstemp(prefix="dlquiz-", suffix=".npy")
    try:
        with os.fdopen(writing, "wb") as file:
            npy.write_array(file, array, version=(1, 0), allow_pickle=False)
        return os.open(name, os.O_RDONLY | os.O_CLOEXEC)
    finally:
        Path(name).unlink()


@contextlib.contextmanager
def _closed_on_error(fd: int) -> Iterator[None]:
    try:
        yield
    except BaseException:
        os.close(fd)
        raise
