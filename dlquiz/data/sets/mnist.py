"""MNIST: its names, its identity, and how it gets from a folder into the data folder.

Y. LeCun and C. Cortes, "The MNIST database of handwritten digits". The licence
(Keras' documentation says CC BY-SA 3.0) differs from this program's, so no file of it is shipped.
"""

from pathlib import Path

from dlquiz.data.arrayset import ArraySet, array_set, checked_part, set_digest
from dlquiz.data.idx import read_images, read_labels
from dlquiz.data.info import SetInfo
from dlquiz.data.sets.mnist_npz import read_npz
from dlquiz.errors import DataError

_STEMS = {
    "train_images": ("train-images", "idx3"),
    "train_labels": ("train-labels", "idx1"),
    "test_images": ("t10k-images", "idx3"),
    "test_labels": ("t10k-labels", "idx1"),
}
_SUBFOLDERS = (".", "raw", "MNIST/raw")
"""torchvision keeps the files in ``MNIST/raw``."""


def recognises(source: Path) -> bool:
    """Whether this looks like files of MNIST, all of them or some."""
    if source.is_file():
        return source.suffix == ".npz"
    return any((folder / "mnist.npz").is_file() or _idx_files(folder) for folder in _candidates(source))


def has_files(folder: Path) -> bool:
    """Whether ``read_source`` would find a complete set here; the files are not opened."""
    return any((f / "mnist.npz").is_file() or len(_idx_files(f)) == len(_STEMS) for f in _candidates(folder))


def read_source(source: Path, info: SetInfo) -> ArraySet:
    """Read MNIST from the files that people have: IDX (packed or not) or ``mnist.npz``.

    Parameters
    ----------
    source : Path
        A folder with the four IDX files or ``mnist.npz``, or the ``.npz`` file itself.

    Raises
    ------
    DataError
        There is no such folder, files are missing, or one is not what its name says.
    """
    if source.is_file():
        return read_npz(source, info)
    for folder in _candidates(source):
        if (archive := folder / "mnist.npz").is_file():
            return read_npz(archive, info)
        files = _idx_files(folder)
        if len(files) == len(_STEMS):
            return _read_idx(files, info)
        if files:
            missing = ", ".join(_names(field)[0] for field in _STEMS if field not in files)
            raise DataError(f"{folder} lacks {missing}.", next_step=info.bring_it)
    found = f"{source} holds no MNIST files." if source.is_dir() else f"There is no folder {source}."
    raise DataError(found, next_step=info.bring_it)


def is_canonical(found: ArraySet, info: SetInfo) -> bool:
    """Whether this is exactly the published MNIST."""
    return found.digest == set_digest(info.published)


def _candidates(source: Path) -> list[Path]:
    return [source / name for name in _SUBFOLDERS]


def _idx_files(folder: Path) -> dict[str, Path]:
    """Return field -> file for those that are there; packed files first, because they carry a checksum."""
    found = {}
    for field in _STEMS:
        present = [folder / name for name in _names(field) if (folder / name).is_file()]
        if present:
            found[field] = present[0]
    return found


def _names(field: str) -> list[str]:
    stem, kind = _STEMS[field]
    return [f"{stem}{dash}{kind}-ubyte{end}" for end in (".gz", "") for dash in "-."]


def _read_idx(files: dict[str, Path], info: SetInfo) -> ArraySet:
    parts = []
    for part in ("train", "test"):
        images, labels = files[f"{part}_images"], files[f"{part}_labels"]
        arrays = {"X": read_images(images, info), "y": read_labels(labels, info)}
        parts.append(checked_part(info, arrays, where=f"{images}, {labels.name}"))
    return array_set(info, *parts)
