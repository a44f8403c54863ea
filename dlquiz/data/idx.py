"""Read the IDX files that MNIST is published in, packed with gzip or not.

An IDX file is a magic number (0, 0, type, number of dimensions), one big-endian 32-bit
length per dimension, and the values. MNIST and the sets made like it have unsigned bytes (type 8) in
three dimensions (images) or one (labels).

Source: "THE IDX FILE FORMAT" on http://yann.lecun.com/exdb/mnist/ (page no longer served).
"""

import gzip
import math
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import numpy as np
import numpy.typing as npt

from dlquiz.data.info import SetInfo
from dlquiz.errors import DataError

Bytes = npt.NDArray[np.uint8]

IMAGES_MAGIC = 2051
LABELS_MAGIC = 2049

_KIND = {IMAGES_MAGIC: "images", LABELS_MAGIC: "labels"}
_GZIP = b"\x1f\x8b"


def read_images(path: Path, info: SetInfo) -> Bytes:
    """Return the images of an IDX file, uint8, shape (N, height, width), read-only.

    Raises
    ------
    DataError
        The file cannot be read, is damaged, or is not an IDX file of images such as the set has.
    """
    return _read(path, info, IMAGES_MAGIC, info.fields["X"].shape)


def read_labels(path: Path, info: SetInfo) -> Bytes:
    """Return the labels of an IDX file, uint8, shape (N,), read-only; their values are not checked.

    Raises
    ------
    DataError
        The file cannot be read, is damaged, or is not an IDX file of labels.
    """
    return _read(path, info, LABELS_MAGIC, ())


def _read(path: Path, info: SetInfo, magic: int, item_shape: tuple[int, ...]) -> Bytes:
    with _opened(path, info) as stream:
        count = _read_header(stream, path, info, magic, item_shape)
        size = count * math.prod(item_shape)
        # One byte more than expected: shows trailing bytes, and makes gzip check its checksum.
        payload = stream.read(size + 1)
    if len(payload) != size:
        found = f"only {len(payload)} bytes" if len(payload) < size else f"more than {size} bytes"
        expected = f"exactly {size}, because the header says {count} {_KIND[magic]}"
        raise _wrong(path, info, f"{found} after the header", expected)
    return np.frombuffer(payload, np.uint8).reshape(count, *item_shape)


def _read_header(stream: IO[bytes], path: Path, info: SetInfo, magic: int, item_shape: tuple[int, ...]) -> int:
    """Return how many items the header declares; the stream stands behind the header."""
    size = 4 * (2 + len(item_shape))
    header = stream.read(size)
    if len(header) < size:
        raise _wrong(path, info, f"a file of {len(header)} bytes", f"an IDX header of {size} bytes")
    found, count, *lengths = struct.unpack(f">{2 + len(item_shape)}I", header)
    if found != magic:
        raise _wrong(path, info, _describe(found, header), f"magic number {magic} (IDX {_KIND[magic]})")
    if tuple(lengths) != item_shape:
        raise _wrong(path, info, f"images of {_times(lengths)} pixels", _times(item_shape))
    most = info.files.most if info.files else 0
    if not 1 <= count <= most:
        raise _wrong(path, info, f"a header that says {count} {_KIND[magic]}", f"1 to {most:,}")
    return int(count)


def _times(lengths: Sequence[int]) -> str:
    return "x".join(map(str, lengths))


def _describe(magic: int, header: bytes) -> str:
    if magic in _KIND:
        return f"magic number {magic} (IDX {_KIND[magic]})"
    if header.lstrip().startswith(b"<"):
        return f"text that looks like a web page ({header[:8]!r})"
    return f"magic number {magic}"


@contextmanager
def _opened(path: Path, info: SetInfo) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if it is packed; its content decides, not its name (browsers unpack and keep the name)."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            # GzipFile is a readable stream, but not declared as one.
            yield cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")) if packed else file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _wrong(path, info, f"damaged gzip data ({error})", "a complete gzip file") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.", next_step=info.another_copy) from error


def _wrong(path: Path, info: SetInfo, found: str, expected: str) -> DataError:
    return DataError(f"{path}: found {found}; expected {expected}.", next_step=info.another_copy)
