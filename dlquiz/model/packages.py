"""The Python packages that a course may ask for: what they are called in its files, and in an ``import``.

What the sandbox does with each of them is its own affair (``sandbox/packages.py``, held against this by a test).
"""

from collections.abc import Iterable
from typing import Final, Literal, get_args

Package = Literal["numpy", "torch", "tensorflow", "scikit-learn", "pandas", "matplotlib"]
"""As ``packages`` in exercise.yaml and in a question names them."""
PACKAGES: Final[tuple[str, ...]] = get_args(Package)

_IMPORTED_AS: Final = {"tensorflow": ("tensorflow", "keras"), "scikit-learn": ("sklearn",)}


def import_names(packages: Iterable[str]) -> frozenset[str]:
    """Return the names under which ``packages`` are imported."""
    return frozenset(name for package in packages for name in _IMPORTED_AS.get(package, (package,)))
