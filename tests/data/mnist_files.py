"""Small MNIST-shaped sets and the files that hold them, for the tests of ``dlquiz.data``."""

import gzip
import io
import struct
import zipfile
from pathlib import Path

import numpy as np

REAL_MNIST = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "mnist"
IDX_NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def arrays(train=30, test=10, seed=0):
    """Return four uint8 arrays in the order of IDX_NAMES."""
    rng = np.random.default_rng(seed)
    result = []
    for count in (train, test):
        result.append(rng.integers(0, 256, (count, 28, 28), dtype=np.uint8))
        result.append(rng.integers(0, 10, count, dtype=np.uint8))
    return tuple(result)


def idx(array, *, magic=None, count=None):
    """Return the bytes of an IDX file, written independently of the reader."""
    magic = magic if magic is not None else 0x0800 + array.ndim
    count = count if count is not None else len(array)
    return struct.pack(f">{1 + array.ndim}I", magic, count, *array.shape[1:]) + array.tobytes()


def write_idx(folder, contents, names=IDX_NAMES):
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(names, contents, strict=True):
        content = idx(array)
        (folder / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    return folder


def write_npz(path, contents, **changed):
    x_train, y_train, x_test, y_test = contents
    members = {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test} | changed
    np.savez_compressed(path, **{name: value for name, value in members.items() if value is not None})
    return path


def npy_header(descr, shape):
    """Return an .npy header that may lie."""
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": descr, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def replace_member(path, name, content):
    """Write the archive again with one member's bytes replaced."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members[name] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, value in members.items():
            archive.writestr(member, value)
