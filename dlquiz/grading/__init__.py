"""Grading: the hidden cases, what they may ask of a submission, and how it is told.

Grader files import from here and from nowhere else in dlquiz:
``from dlquiz.grading import Rng, check, iterate, make, probe, remark``.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dlquiz.grading import check, make
    from dlquiz.grading.case_notes import remark
    from dlquiz.grading.remote import (
        as_tensor,
        fresh,
        items,
        iterate,
        keep,
        once,
        passes,
        probe,
        read,
        upload,
        with_arguments,
    )
    from dlquiz.sandbox.expr import Rng

__all__ = [
    "Rng", "as_tensor", "check", "fresh", "items", "iterate", "keep", "make", "once", "passes", "probe", "read",
    "remark", "upload", "with_arguments",
]  # fmt: skip

_HOME = {"Rng": "dlquiz.sandbox.expr", "remark": "dlquiz.grading.case_notes"}


def __getattr__(name: str) -> Any:
    # Lazy: the command line imports dlquiz.grading.run and needs no NumPy for it.
    if name in ("check", "make"):
        return import_module(f"dlquiz.grading.{name}")
    if name in __all__:
        return getattr(import_module(_HOME.get(name, "dlquiz.grading.remote")), name)
    raise AttributeError(f"module 'dlquiz.grading' has no attribute {name!r}")
