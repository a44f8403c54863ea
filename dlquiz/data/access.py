"""Opening a data set by its name, and taking one in from files that somebody brings."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from dlquiz.data import catalog
from dlquiz.data.info import SetInfo
from dlquiz.errors import DataError, UsageError

if TYPE_CHECKING:
    from dlquiz.data.arrayset import ArraySet
    from dlquiz.data.store import Record


class FileReader(Protocol):
    """What the home of a set that people bring as files can do."""

    def recognises(self, source: Path) -> bool:
        """Whether this looks like the set's files, all of them or some."""

    def has_files(self, folder: Path) -> bool:
        """Whether ``read_source`` would find a complete set here; no file is opened."""

    def read_source(self, source: Path, info: SetInfo) -> "ArraySet":
        """Read and check a folder or a file; DataError for whatever is missing or wrong."""

    def is_canonical(self, found: "ArraySet", info: SetInfo) -> bool:
        """Whether this is exactly the published set."""


def load(name: str, *, seed: int | None = None) -> "ArraySet":
    """Return a data set.

    Parameters
    ----------
    name : str
        A name of the catalog. A set that comes as files is memory-mapped from the converted ones; if there
        are none, but the data folder holds the original files, these are read (slower).
    seed : int, optional
        For the sets that are drawn: another set of the same kind, always the same for the same seed.

    Raises
    ------
    UnknownName
        There is no set of this name.
    UsageError
        It is not drawn, and a seed was given.
    DataError
        The set is absent, or its files are damaged.
    """
    info = catalog.find(name)
    if info.files is None:
        return made(info, seed)
    if seed is not None:
        raise _always_the_same(info)
    from dlquiz.data import store

    root = store.data_root()
    converted = store.open_converted(root, info)
    if converted is not None:
        return converted[0]
    if reader(info).has_files(root):
        return reader(info).read_source(root, info)
    raise DataError(f"{info.title} is not in {root}.", next_step=info.get_it)


def available(name: str) -> bool:
    """Whether the set is here; ``load`` may still find it damaged, and then says so."""
    if name not in catalog.NAMES:
        return False
    info = catalog.find(name)
    if info.files is None:
        return True
    from dlquiz.data import store

    root = store.data_root()
    return store.record_path(root, name).is_file() or reader(info).has_files(root)


def made(info: SetInfo, seed: int | None = None) -> "ArraySet":
    """Make a set that needs no files of the user."""
    maker = cast("Callable[..., ArraySet]", getattr(_home(info), info.name))
    if seed is None:
        return maker(info)
    if not info.drawn:
        raise _always_the_same(info)
    return maker(info, seed)


def reader(info: SetInfo) -> FileReader:
    """Return the home of a set that comes as files."""
    return cast(FileReader, _home(info))


def recognise(source: Path) -> SetInfo:
    """Return the set whose files lie in ``source``, by their names; some of the files are enough.

    Raises
    ------
    DataError
        There are files of no set.
    UsageError
        There are files of several.
    """
    brought = [info for info in catalog.CATALOG if info.files]
    found = [info for info in brought if reader(info).recognises(source)]
    if not found:
        wanted = "; or ".join(info.files.wanted for info in brought if info.files)
        raise DataError(
            f"{source} holds no files of a data set.", next_step=f"Name {wanted}: `dlquiz data import DIR`."
        )
    if len(found) > 1:
        names = " and ".join(info.title for info in found)
        raise UsageError(f"{source} holds files of {names}.", next_step=f"dlquiz data import {found[0].name} DIR")
    return found[0]


def import_set(name: str | None, source: Path, *, root: Path | None = None) -> "Record":
    """Check a set's files and convert them once; the files themselves are not changed.

    Parameters
    ----------
    name : str, optional
        A set that comes as files; by default it is recognised by the files' names.
    source : Path
        The folder that holds them, or the one file.
    root : Path, optional
        The data folder; by default ``data_root()``.

    Raises
    ------
    DataError
        A file is missing or wrong, or the data folder cannot be written. Nothing half-written stays.
    """
    from dlquiz.data import store

    info = recognise(source) if name is None else catalog.find(name)
    root = root or store.data_root()
    found = reader(info).read_source(source, info)
    with store.locked(root, info):
        return store.publish(found, root, canonical=reader(info).is_canonical(found, info))


def _always_the_same(info: SetInfo) -> UsageError:
    drawn = ", ".join(other.name for other in catalog.CATALOG if other.drawn)
    return UsageError(f"{info.name} is always the same: it has no seed.", next_step=f"Drawn from a seed are: {drawn}.")


def _home(info: SetInfo) -> object:
    return import_module(f"dlquiz.data.sets.{info.home}")
