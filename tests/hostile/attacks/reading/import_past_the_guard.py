"""Remove the import guard and import what the exercise does not allow.

item: packages not given
cause: forbidden|exception
control: bare succeeds
level: kernel
"""

import sys


def first_success(*tries):
    """Return what the first try that gets through returns; raise the last refusal if none does."""
    refusal = None
    for one in tries:
        try:
            return one()
        except Exception as error:
            refusal = error
    raise refusal


def attack():
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PackageGuard"]
    sys.path_importer_cache.clear()
    return first_success(
        *(lambda name=name: __import__(name).__file__ for name in ("pydantic", "pytest", "yaml", "click"))
    )
