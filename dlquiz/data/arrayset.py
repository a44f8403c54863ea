"""The one form that every data set of the course has: named arrays, in a training and a test part."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from dlquiz.data.info import DataKind, FieldInfo, Learns, SetInfo
from dlquiz.errors import DataError

Array = npt.NDArray[Any]
Part = Mapping[str, Array]
"""Field → array; the first axis counts the examples, and is as long in every field."""

PARTS = ("train", "test")

_IDX_TYPES = {"|u1": 0x08, "<i4": 0x0C, "<f4": 0x0D, "<f8": 0x0E}


@dataclass(frozen=True, slots=True, eq=False)
class ArraySet:
    """A data set that is open: its entry in the catalog, and its arrays, which are read-only.

    Attributes
    ----------
    info : SetInfo
        Title, kind, task, classes, source, licence.
    train, test : mapping of str to array
        ``X`` holds the examples, ``y`` what is to be predicted; texts are arrays of ``str``.
    digest : str
        SHA-256 over the digests of all arrays: equal for equal data, wherever it came from.
    """

    info: SetInfo
    train: Part
    test: Part
    digest: str

    @property
    def name(self) -> str:
        """The set's name in the catalog."""
        return self.info.name

    @property
    def kind(self) -> DataKind:
        """What one example is."""
        return self.info.kind

    @property
    def task(self) -> Learns:
        """What is to be learnt."""
        return self.info.task

    @property
    def classes(self) -> tuple[str, ...]:
        """What the class numbers of ``y`` mean; empty without classes."""
        return self.info.classes

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one example."""
        return self.train["X"].shape[1:]

    def part(self, name: str) -> Part:
        """Return ``"train"`` or ``"test"``."""
        return self.train if name == "train" else self.test


def array_set(info: SetInfo, train: Part, test: Part, *, digest: str | None = None) -> ArraySet:
    """Put arrays together to a set and make them read-only; the digest is computed unless it is known."""
    for array in (*train.values(), *test.values()):
        array.setflags(write=False)
    if digest is None:
        digest = set_digest({name: array_sha256(array) for name, array in named_arrays(train, test)})
    return ArraySet(info, MappingProxyType(dict(train)), MappingProxyType(dict(test)), digest)


def named_arrays(train: Part, test: Part) -> list[tuple[str, Array]]:
    """Return every array with its name in records and files: ``train_X``, ``train_y``, ``test_X`` …."""
    both = zip(PARTS, (train, test), strict=True)
    return [(f"{part}_{key}", array) for part, fields in both for key, array in fields.items()]


def set_digest(digests: Mapping[str, str]) -> str:
    """Return the digest of a set from those of its arrays, by their names."""
    lines = sorted(f"{name} {digest}\n" for name, digest in digests.items())
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def array_sha256(array: Array) -> str:
    """Return the digest that the array's uncompressed IDX file has; for MNIST it is the public one.

    Whole numbers count as bytes if all are 0..255, else as 32-bit integers: a set is the same set however wide
    its labels are stored. Texts, which IDX does not know, are taken as UTF-8 lines.

    Raises
    ------
    ValueError
        The array is of no kind that a data set has.
    """
    if array.dtype.kind == "U":
        return hashlib.sha256("".join(f"{text}\n" for text in array.ravel().tolist()).encode()).hexdigest()
    plain = _narrow(array)
    code = _IDX_TYPES.get(plain.dtype.newbyteorder("<").str)
    if code is None:
        raise ValueError(f"an array of dtype {array.dtype} has no digest")
    header = bytes((0, 0, code, plain.ndim)) + b"".join(length.to_bytes(4, "big") for length in plain.shape)
    digest = hashlib.sha256(header)
    digest.update(np.ascontiguousarray(plain, plain.dtype.newbyteorder(">")).data)
    return digest.hexdigest()


def _narrow(array: Array) -> Array:
    if array.dtype.kind not in "iu" or array.dtype == np.uint8:
        return array
    for narrow in (np.uint8, np.int32):
        limits = np.iinfo(narrow)
        if not array.size or (array.min() >= limits.min and array.max() <= limits.max):
            return array.astype(narrow)
    return array


def checked_part(info: SetInfo, part: Part, *, where: str) -> dict[str, Array]:
    """Check the arrays of one part against the catalog, and return them in its dtypes.

    Parameters
    ----------
    info : SetInfo
        What is expected.
    part : mapping of str to array
        Whole numbers of any width are taken for whole numbers.
    where : str
        What the reader should look at: a file name, or two.

    Raises
    ------
    DataError
        A field is missing; wrong dtype or shape; no example, too many, or unequal counts; a number out of range.
    """
    result = {}
    for key, wanted in info.fields.items():
        if key not in part:
            raise _wrong(info, where, f"no {_noun(info, key)}", _noun(info, key))
        result[key] = _checked_field(info, key, wanted, part[key], where)
    count = len(result["X"])
    if info.files and not 1 <= count <= info.files.most:
        raise _wrong(info, where, f"{count} {info.plural}", f"1 to {info.files.most:,}")
    for key, array in result.items():
        if len(array) != count:
            noun = _noun(info, key)
            raise _wrong(
                info, where, f"{count} {info.plural} and {len(array)} {noun}", f"as many {noun} as {info.plural}"
            )
    for key, wanted in info.fields.items():
        if wanted.below is not None:
            check_range(info, key, wanted.below, part[key], where)
    return result


def check_range(info: SetInfo, key: str, below: int, array: Array, where: str) -> None:
    """Raise DataError unless all whole numbers are 0 … ``below`` - 1."""
    outside = np.argwhere((array < 0) | (array >= below))
    if len(outside):
        first = tuple(int(number) for number in outside[0])
        noun = _noun(info, key)
        place = str(first[0] if len(first) == 1 else first)
        raise _wrong(
            info, where, f"{noun.removesuffix('s')} {array[first]} at position {place}", f"{noun} 0 to {below - 1}"
        )


def _checked_field(info: SetInfo, key: str, wanted: FieldInfo, array: Array, where: str) -> Array:
    whole = wanted.dtype == "int64"
    kinds = {"int64": "iu", "text": "U"}.get(wanted.dtype)
    fits = array.dtype.kind in kinds if kinds else array.dtype.name == wanted.dtype
    if not fits or array.ndim != 1 + len(wanted.shape) or array.shape[1:] != wanted.shape:
        dtype = "integers of shape" if whole else wanted.dtype
        shape = ", ".join(("N", *map(str, wanted.shape))) + ("" if wanted.shape else ",")
        found = f"{_noun(info, key)} of dtype {array.dtype} and shape {array.shape}"
        raise _wrong(info, where, found, f"{dtype} ({shape})")
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise _wrong(info, where, f"{_noun(info, key)} that are not finite", "finite numbers")
    return array if array.dtype.kind == "U" else array.astype(wanted.dtype, copy=False)


def _noun(info: SetInfo, key: str) -> str:
    """Return what the entries of a field are called."""
    if key == "X":
        return info.plural
    return {Learns.CLASSES: "labels", Learns.REGRESSION: "targets"}.get(info.task, key) if key == "y" else key


def _wrong(info: SetInfo, where: str, found: str, expected: str) -> DataError:
    return DataError(f"{where}: found {found}; expected {expected}.", next_step=info.another_copy)
