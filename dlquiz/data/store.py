"""The user's data folder: where converted sets lie, and how one gets there in one step.

::

    <data root>/<name>.json                the record; replacing it is the one step that counts
    <data root>/<name>-<16 hex digits>/    .npy files, complete before the record names them
    <data root>/.lock                      held while something is written

A folder that no record names is what a killed run left behind; the next run removes it.
Readers take no lock: they read the record, then the folder that it names.
"""

import errno
import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Literal

import numpy as np
import platformdirs
from numpy.lib import format as npy
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dlquiz.data.arrayset import PARTS, Array, ArraySet, array_set, array_sha256, named_arrays, set_digest
from dlquiz.data.descriptors import map_npy
from dlquiz.data.info import SetInfo
from dlquiz.errors import DataError

FORMAT_VERSION = 2

_FOLDER = r"[a-z][a-z0-9]{0,30}-[0-9a-f]{16}"
_OTHER_PLACE = "or name another folder (DLQUIZ_DATA=FOLDER), and run the command again."


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ArrayRecord(_Model):
    """One array of a converted set: its file, and the digest of its bytes (`array_sha256`)."""

    file: str = Field(pattern=r"^[a-z]+_[A-Za-z]+\.npy$")
    sha256: str


class Record(_Model):
    """What ``<name>.json`` says about a converted set."""

    format_version: Literal[2] = 2
    name: str
    folder: str = Field(pattern=rf"^{_FOLDER}$")
    canonical: bool
    """Whether the arrays equal the published ones."""
    train: int = Field(ge=1)
    test: int = Field(ge=1)
    arrays: dict[str, ArrayRecord]
    """By name: ``train_X``, ``train_y``, ``test_X`` …."""


class _FirstRecord(_Model):
    """The record of dlquiz 0.1.0, which knew no other set than MNIST."""

    format_version: Literal[1]
    name: Literal["mnist"]
    folder: str = Field(pattern=rf"^{_FOLDER}$")
    canonical: bool
    train: int = Field(ge=1)
    test: int = Field(ge=1)
    idx_sha256: dict[str, str]

    def upgraded(self) -> Record:
        """Return what a record of today would say about the same files."""
        fields = self.model_dump(exclude={"format_version", "idx_sha256"})
        arrays = {
            f"{part}_{key}": ArrayRecord(file=f"{part}_{old}.npy", sha256=self.idx_sha256.get(f"{part}_{old}", ""))
            for part in PARTS
            for key, old in (("X", "images"), ("y", "labels"))
        }
        return Record(**fields, arrays=arrays)


class DamagedRecordError(DataError):
    """The record is not one: no folder is named by it, so all of them may be replaced."""


def data_root() -> Path:
    """Return the folder for data sets: ``DLQUIZ_DATA``, else the user's data folder. It may not exist yet."""
    named = os.environ.get("DLQUIZ_DATA")
    return Path(named).expanduser() if named else platformdirs.user_data_path("dlquiz")


def record_path(root: Path, name: str) -> Path:
    """Return where the record of a set lies."""
    return root / f"{name}.json"


def read_record(root: Path, info: SetInfo) -> Record | None:
    """Return the record of a converted set, or None if there is no converted set.

    Raises
    ------
    DamagedRecordError
        The file is not a record.
    DataError
        It cannot be read, or a newer dlquiz wrote it.
    """
    path = record_path(root, info.name)
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", next_step=info.get_it) from error
    try:
        record = _parsed(path, text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DamagedRecordError(f"{path} is damaged: {place}: {first['msg']}.", next_step=info.get_it) from error
    expected = {f"{part}_{key}" for part in PARTS for key in info.fields}
    if record.name != info.name or not record.folder.startswith(f"{info.name}-") or set(record.arrays) != expected:
        raise DamagedRecordError(f"{path} is damaged: it describes another set.", next_step=info.get_it)
    return record


def _parsed(path: Path, text: bytes) -> Record:
    version = _Versioned.model_validate_json(text).format_version
    if version > FORMAT_VERSION:
        raise DataError(
            f"{path} has format_version {version}; this dlquiz knows {FORMAT_VERSION}.",
            next_step="Update dlquiz, or name another folder with DLQUIZ_DATA=FOLDER.",
        )
    return _FirstRecord.model_validate_json(text).upgraded() if version == 1 else Record.model_validate_json(text)


def open_converted(root: Path, info: SetInfo) -> tuple[ArraySet, Record] | None:
    """Return a converted set, memory-mapped read-only, and its record; None if there is no converted set.

    Headers, lengths and labels are checked against the catalog; the examples are not read (``verify`` does that).

    Raises
    ------
    DataError
        A file is missing, shorter or longer than it should be, or of another dtype or shape.
    """
    for tries_left in reversed(range(5)):
        record = read_record(root, info)
        if record is None:
            return None
        try:
            return _open_folder(root / record.folder, record, info), record
        except FileNotFoundError as error:
            # Another process may have replaced the set between the two reads: look again.
            if not tries_left:
                raise DataError(f"{error.filename} is missing.", next_step=info.get_it) from error
    raise AssertionError("unreachable: the last try returns or raises")


def verify(found: ArraySet, record: Record) -> None:
    """Read everything and compare with the digests of the record.

    Raises
    ------
    DataError
        An array is not the one that was imported.
    """
    for name, array in named_arrays(found.train, found.test):
        if array_sha256(array) != record.arrays[name].sha256:
            file = record.arrays[name].file
            raise DataError(f"{record.folder}/{file} is not what was imported.", next_step=found.info.get_it)


@contextmanager
def locked(root: Path, info: SetInfo, *, wait_s: float = 60.0) -> Iterator[None]:
    """Hold the data folder for writing this set, and first remove what a killed run left of it.

    The kernel lets go of the lock when a process dies, so a killed run blocks nobody.

    Raises
    ------
    DataError
        The folder cannot be written, or another dlquiz holds it for longer than ``wait_s``.
    """
    with _writing(root):
        root.mkdir(parents=True, exist_ok=True)
        lock = os.open(root / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        with _writing(root):
            _acquire(lock, root, wait_s)
        _sweep(root, info)
        yield
    finally:
        os.close(lock)


@contextmanager
def scratch(root: Path, info: SetInfo) -> Iterator[Path]:
    """Make a folder for files on their way in; it disappears at the end (call within ``locked``)."""
    folder = root / _new_name(info)
    try:
        with _writing(root):
            folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(new: ArraySet, root: Path, *, canonical: bool) -> Record:
    """Write a set and make it the current one, all or nothing (call within ``locked``).

    The files are on the disk before the record that names them replaces the old one.

    Raises
    ------
    DataError
        The disk is full, or the folder cannot be written; what was there before still is.
    """
    arrays = dict(named_arrays(new.train, new.test))
    record = Record(
        name=new.name,
        folder=_new_name(new.info),
        canonical=canonical,
        train=len(new.train["X"]),
        test=len(new.test["X"]),
        arrays={name: ArrayRecord(file=f"{name}.npy", sha256=array_sha256(array)) for name, array in arrays.items()},
    )
    folder, draft = root / record.folder, root / f".{record.folder}.json"
    try:
        with _writing(root):
            folder.mkdir()
            for name, array in arrays.items():
                _write(folder / f"{name}.npy", partial(_write_npy, array))
            _write(draft, partial(_write_record, record))
            _fsync_folder(folder)
            _fsync_folder(root)
            draft.replace(record_path(root, new.name))
            _fsync_folder(root)
    finally:
        # Removes the old set after a success, and the half-written one after a failure.
        _sweep(root, new.info)
    return record


class _Versioned(BaseModel):
    format_version: int


def _open_folder(folder: Path, record: Record, info: SetInfo) -> ArraySet:
    parts = []
    for part, count in zip(PARTS, (record.train, record.test), strict=True):
        arrays = {}
        for key, wanted in info.fields.items():
            path = folder / record.arrays[f"{part}_{key}"].file
            arrays[key] = _map(path, wanted.dtype, (count, *wanted.shape), info)
            if wanted.below is not None and wanted.dtype != "uint8":
                _check_range(path, arrays[key], wanted.below, info)
        parts.append(arrays)
    digest = set_digest({name: one.sha256 for name, one in record.arrays.items()})
    return array_set(info, *parts, digest=digest)


def _check_range(path: Path, array: Array, below: int, info: SetInfo) -> None:
    if array.min() < 0 or array.max() >= below:
        raise DataError(f"{path} holds labels outside 0..{below - 1}.", next_step=info.get_it)


def _map(path: Path, dtype: str, shape: tuple[int, ...], info: SetInfo) -> Array:
    try:
        with path.open("rb") as file:
            array = map_npy(file.fileno(), copy_on_write=False)
    except FileNotFoundError:
        raise
    except (ValueError, OSError) as error:
        raise DataError(f"{path} is damaged: {error}.", next_step=info.get_it) from error
    if array.dtype != dtype or array.shape != shape:
        found = f"{array.dtype} of shape {array.shape}"
        raise DataError(f"{path}: found {found}; expected {dtype} of shape {shape}.", next_step=info.get_it)
    return array


def _write_npy(array: Array, file: BinaryIO) -> None:
    # An array in Fortran order would be written so, and is not mapped.
    npy.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)


def _write_record(record: Record, file: BinaryIO) -> None:
    file.write(record.model_dump_json(indent=1).encode() + b"\n")


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> None:
    """Make a new file and bring its content to the disk."""
    with path.open("xb") as file:
        fill(file)
        file.flush()
        os.fsync(file.fileno())


def _acquire(lock: int, root: Path, wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise DataError(
                    f"Another dlquiz is writing into {root} right now.",
                    next_step="Wait until it has finished, then look with `dlquiz data status`.",
                ) from None
            time.sleep(0.05)
        else:
            return


def _sweep(root: Path, info: SetInfo) -> None:
    """Remove every folder of this set that the record does not name; a failure to remove harms nobody."""
    try:
        record = read_record(root, info)
    except DamagedRecordError:
        record = None
    current = record.folder if record else ""
    folder = re.compile(rf"{info.name}-[0-9a-f]{{16}}")
    draft = re.compile(rf"\.{folder.pattern}\.json")
    with suppress(OSError):
        for entry in list(root.iterdir()):
            if folder.fullmatch(entry.name) and entry.name != current:
                shutil.rmtree(entry, ignore_errors=True)
            elif draft.fullmatch(entry.name):
                entry.unlink(missing_ok=True)


def _new_name(info: SetInfo) -> str:
    return f"{info.name}-{secrets.token_hex(8)}"


def _fsync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        step = f"{'Free disk space' if full else 'Let it be written'}, {_OTHER_PLACE}"
        raise DataError(f"{root} cannot be written: {error.strerror or error}.", next_step=step) from error
