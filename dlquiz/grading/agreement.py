"""Whether two solutions gave the same wrong values, and whether that says anything.

Pure functions over what the functions of a solution returned in one case, in order: ``[(name, value), …]``.
Nothing here judges right or wrong: a case has been lost, and the question is whether a known mistake lost it
in the same way.
"""

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import numpy as np

Answers = list[tuple[str, Any]]
Leaf = tuple[str, Any]

EXACT = 1e-11
"""Relative: two programs with the same mistake differ by the order of their additions only."""
ROUGH = 1e-5
"""Relative: one of them computes in float32."""
_ENTRIES = 4
"""Whole numbers, truth values and texts say something only together."""


def agree(mine: Answers, theirs: Answers, rtol: float) -> bool:
    """Return whether both gave the same values in the same order, up to ``rtol`` of the largest entry."""
    # Nearly always the first value tells two mistakes apart: the others are not looked at then.
    pairs = zip_longest(_leaves(mine), _leaves(theirs), fillvalue=("", _NOTHING))
    return all(path == other and _same(a, b, rtol) for (path, a), (other, b) in pairs)


def tells(mine: Answers, right: Answers) -> bool:
    """Return whether the values that are not the right ones are many or odd enough to know a mistake by.

    A constant, or a single whole number, comes from a hundred mistakes. A number such as 0.3718, or a pattern of
    several entries, does not.
    """
    known = dict(_leaves(right))
    wrong = [leaf for path, leaf in _leaves(mine) if not _same(leaf, known.get(path, _NOTHING), EXACT)]
    pattern: list[Any] = []
    for leaf in wrong:
        array = np.asarray(leaf)
        if array.dtype.kind in "fc" and (odd := _odd(array)).size and (array.size == 1 or np.ptp(odd.real) > 0):
            return True
        if array.dtype.kind in "biufU":
            pattern += array.ravel().tolist()[:1000]
    return len(pattern) >= _ENTRIES and len(set(map(str, pattern))) > 1


def bytes_of(answers: Answers) -> int:
    """Return the bytes of all arrays in what was returned."""
    return sum(leaf.nbytes for _, leaf in _leaves(answers) if isinstance(leaf, np.ndarray))


_NOTHING = object()


def _odd(array: Any) -> Any:
    finite = array[np.isfinite(array)]
    return finite[finite != np.round(finite)]


def _leaves(value: Any, path: str = "") -> Iterator[Leaf]:
    """Yield the arrays, numbers and texts in a value, each with the way to it."""
    if isinstance(value, Mapping):
        for key in sorted(value, key=repr):
            yield from _leaves(value[key], f"{path}.{key!r}")
    elif isinstance(value, list | tuple):
        if value and all(isinstance(item, bool | int | float) for item in value):
            yield path, np.asarray(value)
            return
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    else:
        yield path, value


def _same(a: Any, b: Any, rtol: float) -> bool:
    if not _is_plain(a) or not _is_plain(b):
        return type(a) is type(b)  # an object that stayed in its worker: nobody can see into it
    left, right = np.asarray(a), np.asarray(b)
    if left.shape != right.shape:
        return False
    if left.dtype.kind not in "biufc" or right.dtype.kind not in "biufc":
        return left.dtype.kind == right.dtype.kind and bool(np.all(left == right))
    if left.size == 0:
        return True
    with np.errstate(all="ignore"):
        kind = np.complex128 if "c" in left.dtype.kind + right.dtype.kind else np.float64
        left, right = left.astype(kind), right.astype(kind)
        finite = np.isfinite(right)
        largest = float(np.abs(right[finite]).max(initial=0.0))
        # What np.allclose does, in a quarter of its time: every mistake of an exercise is asked.
        same = (np.abs(left - right) <= rtol * largest) | (left == right)
        return bool(same.all() or (same | (np.isnan(left) & np.isnan(right))).all())


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, bool | int | float | complex | str | np.ndarray | np.generic)
