"""CIFAR-10, binary version: 3,073-byte records of a label, and 1,024 red, green and blue values.

A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009. The format is described on
https://www.cs.toronto.edu/~kriz/cifar.html. The Python version of the same set is a pickle, which runs
code when it is opened: it is refused.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

import numpy as np

from dlquiz.archives import Archive, ArchiveLimits, open_archive
from dlquiz.data.arrayset import Array, ArraySet, Part, array_set, checked_part
from dlquiz.data.info import SetInfo
from dlquiz.errors import ArchiveError, DataError

TRAIN_FILES: Final = tuple(f"data_batch_{number}.bin" for number in range(1, 6))
TEST_FILES: Final = ("test_batch.bin",)
CLASSES_FILE: Final = "batches.meta.txt"
ARCHIVE: Final = "cifar-10-binary.tar.gz"
FOLDER: Final = "cifar-10-batches-bin"

MAX_IN_FILE: Final = 20_000
"""Images in one file; the published ones hold 10,000."""

_FILES = (*TRAIN_FILES, *TEST_FILES)
_SIDE, _COLOURS = 32, 3
_RECORD = 1 + _COLOURS * _SIDE * _SIDE
_MAX_CLASSES_BYTES = 10_000
_MOST_BYTES = _RECORD * MAX_IN_FILE * len(_FILES) + 2_000_000
_LIMITS = ArchiveLimits(archive_bytes=_MOST_BYTES, unpacked_bytes=_MOST_BYTES, members=100, ratio=None)
"""Each header tells how long its file is, and is believed up to a cap: the ratio shows nothing."""
_OTHER_VERSIONS = {
    "Python": {
        *("cifar-10-python.tar.gz", "cifar-10-batches-py", "cifar-10-batches-py.tar.gz", "batches.meta"),
        *(name.removesuffix(".bin") for name in _FILES),
    },
    "Matlab": {
        *("cifar-10-matlab.tar.gz", "cifar-10-batches-mat", "batches.meta.mat"),
        *(name.replace(".bin", ".mat") for name in _FILES),
    },
}
_TAKE_BINARY = (
    f"Take {ARCHIVE}, the “binary version (suitable for C programs)” on https://www.cs.toronto.edu/~kriz/cifar.html, "
    "or run `dlquiz data fetch cifar10`."
)


def recognises(source: Path) -> bool:
    """Whether this looks like files of CIFAR-10 in any version, all of them or some."""
    if source.is_file():
        return source.name.startswith("cifar-10-") or source.name in _all_names()
    return any((folder / name).exists() for folder in _candidates(source) for name in (ARCHIVE, *_all_names()))


def has_files(folder: Path) -> bool:
    """Whether ``read_source`` would find a complete set here; the files are not opened."""
    return any((one / ARCHIVE).is_file() or len(_present(one)) == len(_FILES) for one in _candidates(folder))


def read_source(source: Path, info: SetInfo) -> ArraySet:
    """Read CIFAR-10 from the archive that people download, or from the files that lie in it.

    Parameters
    ----------
    source : Path
        A folder with the six ``.bin`` files or with the archive, or the archive itself.

    Raises
    ------
    DataError
        There is no such folder, files are missing, or one is not what its name says.
    """
    if source.is_file():
        _refuse_other_versions([source.name], source)
        return _from_archive(source, info)
    for folder in _candidates(source):
        files = _present(folder)
        if len(files) == len(_FILES):
            return _from_folder(folder, info)
        if (folder / ARCHIVE).is_file():
            return _from_archive(folder / ARCHIVE, info)
        if files:
            missing = ", ".join(name for name in _FILES if name not in files)
            raise DataError(f"{folder} lacks {missing}.", next_step=info.bring_it)
    if not source.is_dir():
        raise DataError(f"There is no folder {source}.", next_step=info.bring_it)
    for folder in _candidates(source):
        _refuse_other_versions([entry.name for entry in folder.iterdir()] if folder.is_dir() else [], folder)
    raise DataError(f"{source} holds no {info.title} files.", next_step=info.bring_it)


def is_canonical(found: ArraySet, info: SetInfo) -> bool:
    """Whether this is exactly the published CIFAR-10: its six files are made again and compared."""
    if (len(found.train["y"]), len(found.test["y"])) != (info.train, info.test):
        return False
    return all(
        hashlib.md5(records, usedforsecurity=False).hexdigest() == info.published[name]
        for name, records in _records(found)
    )


def _records(found: ArraySet) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the files that hold a set."""
    for names, part in ((TRAIN_FILES, found.train), (TEST_FILES, found.test)):
        for name, X, y in zip(names, np.split(part["X"], len(names)), np.split(part["y"], len(names)), strict=True):
            pixels = X.transpose(0, 3, 1, 2).reshape(len(X), -1)
            yield name, np.hstack([y[:, None].astype(np.uint8), pixels]).tobytes()


def _from_folder(folder: Path, info: SetInfo) -> ArraySet:
    contents = {}
    for name in (*_FILES, CLASSES_FILE):
        path = folder / name
        limit = _limit_of(name) or 0
        try:
            with path.open("rb") as file:
                contents[name] = file.read(limit + 1)
        except FileNotFoundError:
            continue  # only the names of the classes may be missing
        except OSError as error:
            raise DataError(
                f"{path} cannot be read: {error.strerror or error}.", next_step=info.another_copy
            ) from error
        if len(contents[name]) > limit:
            raise _wrong(path, info, f"more than {limit:,} bytes", "at most so many")
    return _assembled(contents, folder, info)


def _from_archive(path: Path, info: SetInfo) -> ArraySet:
    try:
        with path.open("rb") as file:
            contents = dict(_members(open_archive(file, str(path), _LIMITS), path, info))
    except ArchiveError as error:
        raise DataError(error.message, next_step=info.another_copy) from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}.", next_step=info.another_copy) from error
    missing = [name for name in _FILES if name not in contents]
    if missing:
        raise _wrong(path, info, f"an archive without {', '.join(missing)}", "all six .bin files")
    return _assembled(contents, path, info)


def _members(archive: Archive, path: Path, info: SetInfo) -> Iterator[tuple[str, bytes]]:
    """Yield name without folders and content of the files that belong to the set; no other is read."""
    seen = set()
    for member in archive:
        name = PurePosixPath(member.name).name
        _refuse_other_versions([name], path)
        limit = _limit_of(name)
        if member.is_folder or limit is None:
            continue
        if name in seen:
            raise _wrong(path, info, f"{name} twice", "each file once")
        if member.size > limit:
            raise _wrong(path, info, f"{name} of {member.size:,} bytes", f"at most {limit:,}")
        seen.add(name)
        yield name, member.read(limit)


def _limit_of(name: str) -> int | None:
    """Return how many bytes a file may have; None for a file that does not belong to the set."""
    if name == CLASSES_FILE:
        return _MAX_CLASSES_BYTES
    return _RECORD * MAX_IN_FILE if name in _FILES else None


def _assembled(contents: Mapping[str, bytes], where: Path, info: SetInfo) -> ArraySet:
    if CLASSES_FILE in contents:
        _check_classes(contents[CLASSES_FILE], where / CLASSES_FILE, info)
    parts = []
    for names in (TRAIN_FILES, TEST_FILES):
        batches = [_batch(contents[name], where / name, info) for name in names]
        parts.append({key: np.concatenate([batch[key] for batch in batches]) for key in ("X", "y")})
    return array_set(info, *parts)


def _batch(content: bytes, path: Path, info: SetInfo) -> Part:
    if not content or len(content) % _RECORD:
        raise _wrong(path, info, f"{len(content):,} bytes", f"a multiple of {_RECORD:,}: a label and 3,072 values")
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    planes: Array = records[:, 1:].reshape(-1, _COLOURS, _SIDE, _SIDE)
    images = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
    return checked_part(info, {"X": images, "y": records[:, 0]}, where=str(path))


def _check_classes(content: bytes, path: Path, info: SetInfo) -> None:
    found = tuple(content.decode("ascii", "replace").split())
    if found != info.classes:
        raise _wrong(path, info, f"the classes {', '.join(found)[:200]!r}", repr(", ".join(info.classes)))


def _candidates(source: Path) -> list[Path]:
    return [source, source / FOLDER]


def _present(folder: Path) -> list[str]:
    return [name for name in _FILES if (folder / name).is_file()]


def _all_names() -> tuple[str, ...]:
    return (*_FILES, *(name for names in _OTHER_VERSIONS.values() for name in names))


def _refuse_other_versions(names: list[str], where: Path) -> None:
    """Say which download to take instead of one that is not read; a pickle would run code."""
    for version, known in _OTHER_VERSIONS.items():
        if known.intersection(names):
            why = "; its files are pickles, which run code when they are opened" if version == "Python" else ""
            raise DataError(f"{where}: this is the {version} version of CIFAR-10{why}.", next_step=_TAKE_BINARY)


def _wrong(path: Path, info: SetInfo, found: str, expected: str) -> DataError:
    return DataError(f"{path}: found {found}; expected {expected}.", next_step=info.another_copy)
