"""Read the IDX files that MNIST is published in, packed with gzip or not.

An IDX file is a magic number (0, 0, type, number of dimensions), one big-endian 32-bit
length per dimension, and the values. MNIST has unsigned bytes (type 8) in three dimensions
(images) or one (labels).

Source: "THE IDX FILE FORMAT" on http://yann.lecun.com/exdb/mnist/ (page no longer served).
"""

import gzip
import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import numpy.typing as npt

from dlquiz.data.imageset import ANOTHER_COPY, MAX_IMAGES, SIDE, Images
from dlquiz.errors import DataError

IMAGES_MAGIC = 2051
LABELS_MAGIC = 2049

_KIND = {IMAGES_MAGIC: "images", LABELS_MAGIC: "labels"}
_GZIP = b"\x1f\x8b"


def read_images(path: Path) -> Images:
    """Return the images of an IDX file, uint8, shape (N, 28, 28), read-only.

    Raises
    ------
    DataError
        The file cannot be read, is damaged, or is not an IDX file of 28x28 images.
    """
    return _read(path, IMAGES_MAGIC, (SIDE, SIDE))


def read_labels(path: Path) -> Images:
    """Return the labels of an IDX file, uint8, shape (N,), read-only; their values are not checked.

    Raises
    ------
    DataError
        The file cannot be read, is damaged, or is not an IDX file of labels.
    """
    return _read(path, LABELS_MAGIC, ())


def idx_sha256(array: npt.NDArray[Any]) -> str:
    """Return the digest that the array's uncompressed IDX file has: its public identity.

    Parameters
    ----------
    array : array of whole numbers 0..255, shape (N, 28, 28) or (N,)
    """
    magic = IMAGES_MAGIC if array.ndim == 3 else LABELS_MAGIC
    digest = hashlib.sha256(struct.pack(f">{1 + array.ndim}I", magic, *array.shape))
    digest.update(np.ascontiguousarray(array, dtype=np.uint8).data)
    return digest.hexdigest()


def _read(path: Path, magic: int, item_shape: tuple[int, ...]) -> Images:
    with _opened(path) as stream:
        count = _read_header(stream, path, magic, item_shape)
        size = count
        for length in item_shape:
            size *= length
        # One byte more than expected: shows trailing bytes, and makes gzip check its checksum.
        payload = stream.read(size + 1)
    if len(payload) != size:
        found = f"only {len(payload)} bytes" if len(payload) < size else f"more than {size} bytes"
        raise _wrong(
            path, f"{found} after the header", f"exactly {size}, because the header says {count} {_KIND[magic]}"
        )
    return np.frombuffer(payload, np.uint8).reshape(count, *item_shape)


def _read_header(stream: IO[bytes], path: Path, magic: int, item_shape: tuple[int, ...]) -> int:
    """Return how many items the header declares; the stream stands behind the header."""
    size = 4 * (2 + len(item_shape))
    header = stream.read(size)
    if len(header) < size:
        raise _wrong(path, f"a file of {len(header)} bytes", f"an IDX header of {size} bytes")
    found, count, *lengths = struct.unpack(f">{2 + len(item_shape)}I", header)
    if found != magic:
        raise _wrong(path, _describe(found, header), f"magic number {magic} (IDX {_KIND[magic]})")
    if tuple(lengths) != item_shape:
        raise _wrong(path, f"images of {lengths[0]}x{lengths[1]} pixels", f"{SIDE}x{SIDE}")
    if not 1 <= count <= MAX_IMAGES:
        raise _wrong(path, f"a header that says {count} {_KIND[magic]}", f"1 to {MAX_IMAGES:,}")
    return int(count)


def _describe(magic: int, header: bytes) -> str:
    if magic in _KIND:
        return f"magic number {magic} (IDX {_KIND[magic]})"
    if header.lstrip().startswith(b"<"):
        return f"text that looks like a web page ({header[:8]!r})"
    return f"magic number {magic}"


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if it is packed; its content decides, not its name (browsers unpack and keep the name)."""
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            # GzipFile is a readable stream, but not declared as one.
            yield cast("IO[bytes]", gzip.GzipFile(fileobj=file, mode="rb")) if packed else file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _wrong(path, f"damaged gzip data ({error})", "a complete gzip file") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.", next_step=ANOTHER_COPY) from error


def _wrong(path: Path, found: str, expected: str) -> DataError:
    return DataError(f"{path}: found {found}; expected {expected}.", next_step=ANOTHER_COPY)
