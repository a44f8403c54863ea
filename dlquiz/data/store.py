"""The user's data folder: where a converted set lies, and how it gets there in one step.

::

    <data root>/mnist.json                 the record; replacing it is the one step that counts
    <data root>/mnist-<16 hex digits>/     four .npy files, complete before the record names them
    <data root>/.lock                      held while something is written

A folder that no record names is what a killed run left behind; the next run removes it.
Readers take no lock: they read the record, then the folder that it names.
"""

import fcntl
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import numpy as np
import platformdirs
from numpy.lib import format as npy
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dlquiz.data.descriptors import map_npy
from dlquiz.data.idx import idx_sha256
from dlquiz.data.imageset import SIDE, Images, ImageSet, Labels
from dlquiz.errors import DataError

FORMAT_VERSION = 1
RECORD = "mnist.json"
FIELDS = ("train_images", "train_labels", "test_images", "test_labels")

_FOLDER = re.compile(r"mnist-[0-9a-f]{16}")
_DRAFT = re.compile(r"\.mnist-[0-9a-f]{16}\.json")
_GET_AGAIN = "Run `dlquiz data fetch mnist`, or `dlquiz data import DIR` with a folder that holds the MNIST files."
_OTHER_PLACE = "Free disk space, or name another folder (DLQUIZ_DATA=FOLDER), and run the command again."


class Record(BaseModel):
    """What ``mnist.json`` says about the converted set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format_version: Literal[1] = 1
    name: Literal["mnist"] = "mnist"
    folder: str = Field(pattern=rf"^{_FOLDER.pattern}$")
    canonical: bool
    """Whether the four arrays equal the published MNIST."""
    train: int = Field(ge=1)
    test: int = Field(ge=1)
    idx_sha256: dict[str, str]
    """For each array the digest of its uncompressed IDX file."""


class DamagedRecordError(DataError):
    """The record is not one: no folder is named by it, so all of them may be replaced."""


def data_root() -> Path:
    """Return the folder for data sets: ``DLQUIZ_DATA``, else the user's data folder. It may not exist yet."""
    named = os.environ.get("DLQUIZ_DATA")
    return Path(named).expanduser() if named else platformdirs.user_data_path("dlquiz")


def read_record(root: Path) -> Record | None:
    """Return the record of the converted set, or None if there is no converted set.

    Raises
    ------
    DamagedRecordError
        The file is not a record.
    DataError
        It cannot be read, or a newer dlquiz wrote it.
    """
    path = root / RECORD
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}.", next_step=_GET_AGAIN) from error
    try:
        version = _Versioned.model_validate_json(text).format_version
        if version > FORMAT_VERSION:
            raise DataError(
                f"{path} has format_version {version}; this dlquiz knows {FORMAT_VERSION}.",
                next_step="Update dlquiz, or name another folder with DLQUIZ_DATA=FOLDER.",
            )
        return Record.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise DamagedRecordError(f"{path} is damaged: {place}: {first['msg']}.", next_step=_GET_AGAIN) from error


def open_converted(root: Path) -> tuple[ImageSet, Record] | None:
    """Return the converted set, memory-mapped read-only, and its record; None if there is none.

    Headers, lengths and labels are checked; the pixels are not read (``verify`` does that).

    Raises
    ------
    DataError
        A file is missing, shorter or longer than it should be, or of another dtype or shape.
    """
    for tries_left in reversed(range(5)):
        record = read_record(root)
        if record is None:
            return None
        try:
            return _open_folder(root / record.folder, record), record
        except FileNotFoundError as error:
            # Another process may have replaced the set between the two reads: look again.
            if not tries_left:
                raise DataError(f"{error.filename} is missing.", next_step=_GET_AGAIN) from error
    raise AssertionError("unreachable: the last try returns or raises")


def verify(found: ImageSet, record: Record) -> None:
    """Read everything and compare with the digests of the record.

    Raises
    ------
    DataError
        An array is not the one that was imported.
    """
    for field in FIELDS:
        if idx_sha256(getattr(found, field)) != record.idx_sha256.get(field):
            raise DataError(f"{record.folder}/{field}.npy is not what was imported.", next_step=_GET_AGAIN)


@contextmanager
def locked(root: Path, *, wait_s: float = 60.0) -> Iterator[None]:
    """Hold the data folder for writing, and first remove what a killed run left in it.

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
        _sweep(root)
        yield
    finally:
        os.close(lock)


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """Make a folder for files on their way in; it disappears at the end (call within ``locked``)."""
    folder = root / _new_name()
    try:
        with _writing(root):
            folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(new: ImageSet, root: Path, *, canonical: bool) -> Record:
    """Write a set and make it the current one, all or nothing (call within ``locked``).

    The files are on the disk before the record that names them replaces the old one.

    Raises
    ------
    DataError
        The disk is full, or the folder cannot be written; what was there before still is.
    """
    record = Record(
        folder=_new_name(),
        canonical=canonical,
        train=len(new.train_labels),
        test=len(new.test_labels),
        idx_sha256={field: idx_sha256(getattr(new, field)) for field in FIELDS},
    )
    folder, draft = root / record.folder, root / f".{record.folder}.json"
    try:
        with _writing(root):
            folder.mkdir()
            for field in FIELDS:
                with (folder / f"{field}.npy").open("xb") as file:
                    npy.write_array(file, getattr(new, field), version=(1, 0), allow_pickle=False)
                    file.flush()
                    os.fsync(file.fileno())
            with draft.open("xb") as file:
                file.write(record.model_dump_json(indent=1).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            _fsync_folder(folder)
            _fsync_folder(root)
            draft.replace(root / RECORD)
            _fsync_folder(root)
    finally:
        # Removes the old set after a success, and the half-written one after a failure.
        _sweep(root)
    return record


class _Versioned(BaseModel):
    format_version: int


def _open_folder(folder: Path, record: Record) -> ImageSet:
    train_images, train_labels = _open_pair(folder, "train", record.train)
    test_images, test_labels = _open_pair(folder, "test", record.test)
    return ImageSet(record.name, train_images, train_labels, test_images, test_labels)


def _open_pair(folder: Path, part: str, count: int) -> tuple[Images, Labels]:
    images = _map(folder / f"{part}_images.npy", "uint8", (count, SIDE, SIDE))
    labels = _map(folder / f"{part}_labels.npy", "int64", (count,))
    if labels.min() < 0 or labels.max() > 9:
        raise DataError(f"{folder / f'{part}_labels.npy'} holds labels outside 0..9.", next_step=_GET_AGAIN)
    return images, labels


def _map(path: Path, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    try:
        with path.open("rb") as file:
            array = map_npy(file.fileno(), copy_on_write=False)
    except FileNotFoundError:
        raise
    except (ValueError, OSError) as error:
        raise DataError(f"{path} is damaged: {error}.", next_step=_GET_AGAIN) from error
    if array.dtype != dtype or array.shape != shape:
        found = f"{array.dtype} of shape {array.shape}"
        raise DataError(f"{path}: found {found}; expected {dtype} of shape {shape}.", next_step=_GET_AGAIN)
    return array


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


def _sweep(root: Path) -> None:
    """Remove every set that the record does not name; a failure to remove harms nobody."""
    try:
        record = read_record(root)
    except DamagedRecordError:
        record = None
    current = record.folder if record else ""
    with suppress(OSError):
        for entry in list(root.iterdir()):
            if _FOLDER.fullmatch(entry.name) and entry.name != current:
                shutil.rmtree(entry, ignore_errors=True)
            elif _DRAFT.fullmatch(entry.name):
                entry.unlink(missing_ok=True)


def _new_name() -> str:
    return f"mnist-{secrets.token_hex(8)}"


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
        raise DataError(f"{root} cannot be written: {error.strerror or error}.", next_step=_OTHER_PLACE) from error
