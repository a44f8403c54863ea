"""Data sets by name: arrays with a training and a test part, and descriptors to hand them on.

Everything is imported when first used (PEP 562), so that ``import dlquiz.data`` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlquiz.data.access import available, load
    from dlquiz.data.arrayset import ArraySet
    from dlquiz.data.catalog import find
    from dlquiz.data.info import SetInfo
    from dlquiz.data.store import data_root

__all__ = ["ArraySet", "SetInfo", "available", "data_root", "find", "load"]

_HOME = {
    "ArraySet": "arrayset",
    "SetInfo": "info",
    "available": "access",
    "data_root": "store",
    "find": "catalog",
    "load": "access",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"dlquiz.data.{_HOME[name]}"), name)
    raise AttributeError(f"module 'dlquiz.data' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
