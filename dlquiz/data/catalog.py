"""Which image sets there are, and opening one by its name."""

from collections.abc import Callable

from dlquiz.data import mnist, store
from dlquiz.data.digits import digits
from dlquiz.data.imageset import ImageSet
from dlquiz.errors import DataError, UnknownName


def load(name: str) -> ImageSet:
    """Return an image set.

    Parameters
    ----------
    name : str
        ``"digits"``, always there, or ``"mnist"``: memory-mapped from the converted files; if there
        are none, but the data folder holds the MNIST files themselves, these are read (slower).

    Raises
    ------
    UnknownName
        There is no set of this name.
    DataError
        The set is absent, or its files are damaged.
    """
    if name not in _OPEN:
        raise UnknownName(f"There is no data set {name!r}.", next_step=f"Known: {', '.join(NAMES)}.")
    return _OPEN[name]()


def available(name: str) -> bool:
    """Whether the set has been put here; ``load`` may still find it damaged, and then says so."""
    if name == "mnist":
        root = store.data_root()
        return (root / store.RECORD).is_file() or mnist.has_raw_files(root)
    return name in NAMES


def best_available() -> str:
    """Return ``"mnist"`` if it has been put here, else ``"digits"``.

    A damaged MNIST is still named: falling back to other data without a word would change results.
    """
    return "mnist" if available("mnist") else "digits"


def _load_mnist() -> ImageSet:
    root = store.data_root()
    converted = store.open_converted(root)
    if converted is not None:
        return converted[0]
    if mnist.has_raw_files(root):
        return _read_only(mnist.read_source(root))
    raise DataError(
        f"MNIST is not in {root}.",
        next_step="Run `dlquiz data fetch mnist`, or `dlquiz data import DIR` with a folder that holds its files.",
    )


def _read_only(loaded: ImageSet) -> ImageSet:
    for field in store.FIELDS:
        getattr(loaded, field).setflags(write=False)
    return loaded


_OPEN: dict[str, Callable[[], ImageSet]] = {"digits": digits, "mnist": _load_mnist}
NAMES = tuple(_OPEN)
