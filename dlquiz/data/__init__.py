"""Image sets: the embedded digits, MNIST from the user's disk, and descriptors to hand them on.

Everything is imported when first used (PEP 562): the sandbox's worker loads only
``dlquiz.data.descriptors`` and must not pay for the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlquiz.data.catalog import available, best_available, load
    from dlquiz.data.imageset import ImageSet
    from dlquiz.data.store import data_root

__all__ = ["ImageSet", "available", "best_available", "data_root", "load"]

_HOME = {
    "ImageSet": "imageset",
    "available": "catalog",
    "best_available": "catalog",
    "data_root": "store",
    "load": "catalog",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"dlquiz.data.{_HOME[name]}"), name)
    raise AttributeError(f"module 'dlquiz.data' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
