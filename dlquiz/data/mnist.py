"""MNIST: its names, its identity, and how it gets from a folder into the data folder.

Y. LeCun and C. Cortes, "The MNIST database of handwritten digits". The licence
(Keras' documentation says CC BY-SA 3.0) differs from this program's, so no file of it is shipped.
"""

from pathlib import Path

from dlquiz.data import store
from dlquiz.data.archive import read_npz
from dlquiz.data.idx import idx_sha256, read_images, read_labels
from dlquiz.data.imageset import ImageSet, check_pair
from dlquiz.errors import DataError

CANONICAL_IDX_SHA256 = {
    "train_images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train_labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "test_images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "test_labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
"""Of the four uncompressed IDX files; in md5 6bbc9ace…, a25bea73…, 2646ac64…, 27ae3e4e…"""

_STEMS = {
    "train_images": ("train-images", "idx3"),
    "train_labels": ("train-labels", "idx1"),
    "test_images": ("t10k-images", "idx3"),
    "test_labels": ("t10k-labels", "idx1"),
}
_SUBFOLDERS = (".", "raw", "MNIST/raw")
"""torchvision keeps the files in ``MNIST/raw``."""


def read_source(source: Path) -> ImageSet:
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
        return read_npz(source)
    for folder in _candidates(source):
        if (archive := folder / "mnist.npz").is_file():
            return read_npz(archive)
        files = _idx_files(folder)
        if len(files) == len(_STEMS):
            return _read_idx(files)
        if files:
            missing = ", ".join(_names(field)[0] for field in _STEMS if field not in files)
            raise DataError(f"{folder} lacks {missing}.", next_step=_WANTED)
    found = f"{source} holds no MNIST files." if source.is_dir() else f"There is no folder {source}."
    raise DataError(found, next_step=_WANTED)


def has_raw_files(folder: Path) -> bool:
    """Whether ``read_source`` would find a complete set here; the files are not opened."""
    return any((f / "mnist.npz").is_file() or len(_idx_files(f)) == len(_STEMS) for f in _candidates(folder))


def import_folder(source: Path, *, root: Path | None = None) -> store.Record:
    """Check the MNIST files in a folder and convert them once; the files themselves are not changed.

    Parameters
    ----------
    source : Path
        See ``read_source``.
    root : Path, optional
        The data folder; by default ``data_root()``.

    Raises
    ------
    DataError
        A file is missing or wrong, or the data folder cannot be written. Nothing half-written stays.
    """
    root = root or store.data_root()
    found = read_source(source)
    with store.locked(root):
        return store.publish(found, root, canonical=is_canonical(found))


def is_canonical(found: ImageSet) -> bool:
    """Whether this is exactly the published MNIST."""
    return all(idx_sha256(getattr(found, field)) == digest for field, digest in CANONICAL_IDX_SHA256.items())


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


def _read_idx(files: dict[str, Path]) -> ImageSet:
    pairs = []
    for part in ("train", "test"):
        images, labels = files[f"{part}_images"], files[f"{part}_labels"]
        pairs.append(check_pair(read_images(images), read_labels(labels), where=f"{images}, {labels.name}"))
    return ImageSet("mnist", *pairs[0], *pairs[1])


_WANTED = (
    f"Name a folder that holds mnist.npz, or {', '.join(_names(f)[0] for f in _STEMS)} "
    "(also without .gz): `dlquiz data import DIR`."
)
