"""Compare a learner's value with the expected one, and say the first thing that is wrong.

The stages are: type, shape, kind of number, finite, values. Only the first
stage that fails is told, because the later ones mean nothing without it.
Whatever a submission returned may come in here: nothing in this module raises.
"""

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeAlias, TypeGuard

import numpy as np
from numpy.typing import NDArray

Kind: TypeAlias = Literal["type", "shape", "dtype", "nonfinite", "value"]
Array: TypeAlias = NDArray[Any]
Number: TypeAlias = bool | int | float | complex

_MAX_DEPTH = 32
_PAIRED_MOST = 200
"""Differing entries of a set that are tried against each other: it costs their square."""
_NUMERIC = "biuf"


@dataclass(frozen=True)
class Difference:
    """The first thing in which two values differ.

    ``where`` is None where a place makes no sense (a wrong type, one number).
    ``expected`` and ``got`` are short texts of the two things compared.
    """

    kind: Kind
    message: str
    where: str | None = None
    expected: str | None = None
    got: str | None = None


@dataclass(frozen=True)
class _Task:
    """What stays the same while containers are walked."""

    rtol: float
    atol: float


def difference(got: object, want: object, *, name: str, rtol: float, atol: float) -> Difference | None:
    """Return the first difference, or None if ``got`` is the same as ``want``.

    Parameters
    ----------
    got, want : None, bool, int, float, complex, str, bytes, array, or list, tuple, dict, set of these
        A list written by a grader may be answered by a list, a tuple or an
        array; an array only by an array. Lists and tuples count as the same,
        and so do sets and frozen sets.
    name : str
        How the value is called in the messages ("dW2").
    rtol, atol : float
        Numbers agree if ``|got - want| <= atol + rtol * |want|``. Integers are
        compared without rounding. NaN agrees with NaN, and inf with inf.

    Returns
    -------
    Difference or None
    """
    with np.errstate(all="ignore"):
        return _compare(got, want, name, _Task(rtol, atol), 0)


def show(value: object, limit: int = 200) -> str:
    """Return a short text of any value, at most ``limit`` characters, in one line.

    Numbers have 6 significant digits. Large arrays are named by shape and dtype
    and shown by their corners. Control characters are shown as escapes.
    """
    with np.errstate(all="ignore"):
        text = _text(value, limit, 0)
    return text if len(text) <= limit else text[: max(limit - 2, 0)] + " …"


def plural(count: int, word: str) -> str:
    """Return "1 entry", "3 entries"."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word.endswith("y") else f"{count:,} {word}s"


def place(index: tuple[int, ...]) -> str:
    """Return where an entry lies, in words and as an index; both count from 0."""
    numbers = ", ".join(str(i) for i in index)
    if len(index) == 1:
        return f"entry {numbers} (index [{numbers}])"
    if len(index) == 2:
        return f"row {index[0]}, column {index[1]} (index [{numbers}])"
    return f"index [{numbers}]"


# Walking


def _compare(got: object, want: object, name: str, task: _Task, depth: int) -> Difference | None:
    got, want = _plain(got), _plain(want)
    if depth > _MAX_DEPTH:
        return Difference("type", f"{name} is nested too deeply to be compared.")
    if isinstance(want, Mapping):
        return _compare_mappings(got, want, name, task, depth)
    if isinstance(want, list | tuple):
        return _compare_sequences(got, want, name, task, depth)
    if isinstance(want, set | frozenset):
        return _compare_sets(got, want, name, task)
    if isinstance(want, np.ndarray):
        if isinstance(got, tuple) and got:
            return _several(got, want, name, task)
        if not isinstance(got, np.ndarray) and not _is_number(got):
            return _wrong_type(got, want, name)
        return _compare_arrays(np.asarray(got), want, name, task) if _fits(got) else _too_large(got, want, name)
    if _is_number(want):
        return _compare_numbers(got, want, name, task)
    if want is None or isinstance(want, str | bytes):
        if type(got) is not type(want):
            return _wrong_type(got, want, name)
        return None if got == want else _value(f"{name} is not the expected text.", None, show(want), show(got))
    return Difference("type", f"{name} cannot be compared with a value of type {type(want).__name__}.")


def _compare_mappings(got: object, want: Mapping[Any, object], name: str, task: _Task, depth: int) -> Difference | None:
    if not isinstance(got, Mapping):
        return _wrong_type(got, want, name)
    missing = [key for key in want if key not in got]
    extra = [key for key in got if key not in want]
    if missing or extra:
        what = f"has no key {show(missing[0], 40)}" if missing else f"has the unexpected key {show(extra[0], 40)}"
        return Difference("type", f"{name} {what}.", None, _keys(want), _keys(got))
    for key, value in want.items():
        found = _compare(got[key], value, f"{name}[{show(key, 40)}]", task, depth + 1)
        if found:
            return found
    return None


def _compare_sequences(
    got: object, want: list[object] | tuple[object, ...], name: str, task: _Task, depth: int
) -> Difference | None:
    if isinstance(got, np.ndarray):
        array = _texts(want) if got.dtype.kind == "U" else _numbers(want)
        return _wrong_type(got, want, name) if array is None else _compare_arrays(got, array, name, task)
    if not isinstance(got, list | tuple):
        return _wrong_type(got, want, name)
    array = _numbers(want)
    if array is not None and any(isinstance(one, np.ndarray) for one in got):
        stacked = _numbers(got)
        if stacked is None or stacked.shape != array.shape:
            return _several(got, array, name, task)
    if len(got) != len(want):
        message = f"{name} has {plural(len(got), 'entry')}, expected {len(want)}."
        return Difference("shape", message, None, show(want), show(got))
    for i, (one, other) in enumerate(zip(got, want, strict=True)):
        found = _compare(one, other, f"{name}[{i}]", task, depth + 1)
        if found:
            return found
    return None


def _several(got: list[Any] | tuple[Any, ...], want: Array, name: str, task: _Task) -> Difference:
    """Report several values where one array is expected: in many courses a layer also returns what it needs later."""
    found = _wrong_type(got, want, name)
    right = next((i for i, one in enumerate(got[:4]) if _compare(one, want, name, task, 1) is None), None)
    if right is None or len(got) < 2:
        return found
    which = ("first", "second", "third", "fourth")[right]
    message = f"{found.message.rstrip('.')}. The {which} of its entries is the right array: return this one alone."
    return Difference(found.kind, message, None, found.expected, found.got)


def _compare_sets(got: object, want: Set[Any], name: str, task: _Task) -> Difference | None:
    if not isinstance(got, set | frozenset):
        return _wrong_type(got, want, name)
    missing, extra = _ordered(want - got), _ordered(got - want)
    if len(missing) <= _PAIRED_MOST and len(extra) <= _PAIRED_MOST:
        missing, extra = _unpaired(missing, extra, task)
    if not missing and not extra:
        return None
    what = f"lacks {show(missing[0], 60)}" if missing else f"has the unexpected entry {show(extra[0], 60)}"
    if len(got) != len(want):
        what += f": it has {plural(len(got), 'entry')}, expected {len(want)}"
    return _value(f"{name} {what}.", None, show(want), show(got))


def _unpaired(missing: list[Any], extra: list[Any], task: _Task) -> tuple[list[Any], list[Any]]:
    """Return what is left when numbers that agree within the tolerance, also inside tuples, are taken out."""
    left = []
    for entry in missing:
        partner = next((i for i, other in enumerate(extra) if _compare(other, entry, "", task, 0) is None), None)
        if partner is None:
            left.append(entry)
        else:
            del extra[partner]
    return left, extra


def _ordered(entries: Iterable[Any]) -> list[Any]:
    """Return entries of a set in an order that does not change from run to run."""
    found = list(entries)
    kinds = set(map(type, found))
    if kinds <= {bool, int, float} or kinds == {str}:
        return sorted(found)
    return sorted(found, key=lambda entry: (type(entry).__name__, _text(entry, 40, 0)))


def _compare_numbers(got: object, want: Number, name: str, task: _Task) -> Difference | None:
    if isinstance(got, np.ndarray):
        message = f"{name} is {description(got)}, expected a single number."
        return Difference("shape", message, None, show(want), show(got))
    if not _is_number(got):
        return _wrong_type(got, want, name)
    if isinstance(got, complex) and not isinstance(want, complex):
        return Difference("dtype", f"{name} is a complex number, expected a real one.", None, show(want), show(got))
    if _finite(want) and not _finite(got):
        return Difference("nonfinite", f"{name} is {show(got)}, expected a finite number.", None, show(want), show(got))
    if _agree(got, want, task):
        return None
    return _value(f"{name} is not the expected number.", None, *_pair(want, got))


def _compare_arrays(got: Array, want: Array, name: str, task: _Task) -> Difference | None:
    if got.shape != want.shape:
        message = f"{name} has shape {_shape(got)}, expected {_shape(want)}."
        if got.ndim == 0:
            message = f"{name} is a single number, expected an array of shape {_shape(want)}."
        return Difference("shape", message, None, _shape(want), _shape(got))
    kinds = _family(got), _family(want)
    if kinds[0] != kinds[1] and kinds != ("real", "complex"):
        message = f"{name} holds {_FAMILY_WORDS[kinds[0]]} (dtype {got.dtype}), expected {_FAMILY_WORDS[kinds[1]]}."
        return Difference("dtype", message, None, str(want.dtype), str(got.dtype))
    if kinds[1] == "other":
        return Difference("type", f"{name} cannot be compared with an array of dtype {want.dtype}.")
    if kinds[1] == "text":
        return _report_wrong(got, want, np.asarray(got != want), name)
    with np.errstate(all="ignore"):
        unexpected = ~np.isfinite(got) & np.isfinite(want)
        if unexpected.any():
            return _report_nonfinite(got, want, unexpected, name)
        return _report_wrong(got, want, _wrong_entries(got, want, task), name)


# Numbers


def _agree(got: Number, want: Number, task: _Task) -> bool:
    if got == want:
        return True
    if isinstance(got, complex) or isinstance(want, complex):
        try:
            return bool(np.isclose(complex(got), complex(want), rtol=task.rtol, atol=task.atol, equal_nan=True))
        except OverflowError:
            return False
    if not (_finite(got) and _finite(want)):
        return got != got and want != want  # NaN is the only value unlike itself
    if not (math.isfinite(task.rtol) and math.isfinite(task.atol)):
        return True
    # Fractions, because an integer may be larger than any float.
    allowed = Fraction(task.atol) + Fraction(task.rtol) * abs(Fraction(want))
    return abs(Fraction(got) - Fraction(want)) <= allowed


def _wrong_entries(got: Array, want: Array, task: _Task) -> Array:
    same = (got == want) | ((got != got) & (want != want))  # NaN is the only value unlike itself
    number = np.complex128 if "c" in got.dtype.kind + want.dtype.kind else np.float64
    a, b = got.astype(number), want.astype(number)
    allowed = task.atol + task.rtol * np.abs(b)
    near = (np.abs(a - b) <= allowed) & np.isfinite(a) & np.isfinite(b)
    if got.dtype.kind in "biu" and want.dtype.kind in "biu":
        near &= allowed >= 1  # two integers that differ, differ by at least 1, whatever the floats above say
    return np.asarray(~(same | near))


def _report_wrong(got: Array, want: Array, wrong: Array, name: str) -> Difference | None:
    count = int(np.count_nonzero(wrong))
    if count == 0:
        return None
    first, where = _first(wrong)
    if wrong.ndim == 0:
        message = f"{name} is not the expected number."
    elif count == wrong.size:
        message = f"{name} is wrong in all {plural(count, 'entry')}." if count > 1 else f"{name} is wrong."
    else:
        message = f"{name} is wrong in {count:,} of {plural(wrong.size, 'entry')}."
    message += _largest(got, want, wrong)
    return _value(message, where, *_pair(_plain(want[first]), _plain(got[first])))


def _largest(got: Array, want: Array, wrong: Array) -> str:
    if wrong.size < 2 or "f" not in got.dtype.kind + want.dtype.kind or "U" in got.dtype.kind + want.dtype.kind:
        return ""
    with np.errstate(all="ignore"):
        apart = np.abs(got.astype(np.complex128) - want.astype(np.complex128))
    apart = apart[np.isfinite(apart)]
    return f" The largest difference is {apart.max():.3g}." if apart.size and apart.max() > 0 else ""


def _report_nonfinite(got: Array, want: Array, unexpected: Array, name: str) -> Difference:
    first, where = _first(unexpected)
    nan, inf = int((unexpected & np.isnan(got)).sum()), int((unexpected & np.isinf(got)).sum())
    what = " and ".join(f"{word} in {n:,}" for n, word in ((nan, "NaN"), (inf, "inf")) if n)
    message = f"{name} has {what} of {plural(got.size, 'entry')}, expected finite numbers."
    if got.ndim == 0:
        message = f"{name} is {show(got)}, expected a finite number."
    return Difference("nonfinite", message, where, *_pair(_plain(want[first]), _plain(got[first])))


def _first(mask: Array) -> tuple[tuple[int, ...], str | None]:
    """Return the index of the first True, and its place in words (None for a 0-d array)."""
    index = tuple(int(i) for i in np.unravel_index(int(np.argmax(mask)), mask.shape)) if mask.ndim else ()
    return index, place(index) if index else None


# Kinds of values


def _plain(value: object) -> object:
    """Make Python numbers of NumPy scalars and 0-d arrays; leave everything else."""
    if (isinstance(value, np.ndarray) and value.ndim == 0) or isinstance(value, np.generic):
        return value.item() if value.dtype.kind in "biufcUS" else value
    return value


def _is_number(value: object) -> TypeGuard[Number]:
    return isinstance(value, bool | int | float | complex)


def _fits(value: object) -> bool:
    """Say if NumPy can hold this number with a numeric dtype."""
    return not isinstance(value, int) or -(2**63) <= value < 2**64


def _finite(value: Number) -> bool:
    if isinstance(value, complex):
        return math.isfinite(value.real) and math.isfinite(value.imag)
    return isinstance(value, int) or math.isfinite(value)


def _numbers(value: object) -> Array | None:
    """Return a numeric array of numbers or nested lists; None if there is no such array."""
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):  # ragged lists, for example
        return None
    return array if array.dtype.kind in _NUMERIC + "c" else None


def _texts(value: object) -> Array | None:
    """Return an array of texts or nested lists of them; None if there is anything else in them."""
    try:
        entries = np.asarray(value, dtype=object)
    except (ValueError, TypeError):
        return None
    return entries.astype("U") if entries.size and all(type(entry) is str for entry in entries.flat) else None


_FAMILY_WORDS = {"real": "real numbers", "complex": "complex numbers", "text": "text", "other": "other objects"}


def _family(array: Array) -> str:
    kind = array.dtype.kind
    return "real" if kind in _NUMERIC else "complex" if kind == "c" else "text" if kind in "US" else "other"


# Words


def _wrong_type(got: object, want: object, name: str) -> Difference:
    wanted = description(want)
    if isinstance(want, list) and _numbers(want) is not None:  # see `difference`: an array will do
        wanted = f"an array or {wanted}"
    message = f"{name} is {description(got)}, expected {wanted}."
    if got is None:
        message = f"{name} is None, expected {wanted}. Is the return statement missing?"
    return Difference("type", message, None, wanted, description(got))


def _too_large(got: object, want: object, name: str) -> Difference:
    return Difference("value", f"{name} is {show(got)}, expected {description(want)}.", None, show(want), show(got))


def _value(message: str, where: str | None, expected: str, got: str) -> Difference:
    return Difference("value", message, where, expected, got)


def description(value: object) -> str:
    """Return what kind of thing a value is, in words: "an array of shape (3, 2)"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {_shape(value)}"
    if isinstance(value, list | tuple | set | frozenset):
        return f"a {_NOUNS.get(type(value), type(value).__name__)} with {plural(len(value), 'entry')}"
    words = {"bool": "True or False", "int": "a whole number (int)", "float": "a number (float)", "str": "a text (str)"}
    kind = type(value).__name__
    return words.get(kind, f"a {show(kind, 60)[1:-1]}")


_NOUNS: dict[type, str] = {frozenset: "set"}


def _shape(array: Array) -> str:
    return str(tuple(int(n) for n in array.shape))


def _keys(mapping: Mapping[Any, object]) -> str:
    shown = ", ".join(show(key, 30) for key in list(mapping)[:12])
    return ("keys " + shown + (", …" if len(mapping) > 12 else "")) if mapping else "no keys"


def _pair(want: object, got: object) -> tuple[str, str]:
    """Return texts of two values that differ: with more digits if six make them look equal."""
    texts = show(want, 100), show(got, 100)
    if texts[0] == texts[1] and isinstance(want, int | float) and isinstance(got, int | float):
        return _exactly(want), _exactly(got)
    return texts


def _exactly(value: int | float) -> str:
    return f"{value:.17g}" if isinstance(value, float) else show(value, 100)


def _text(value: object, limit: int, depth: int) -> str:
    value = _plain(value)
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return _int_text(value)
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, complex):
        return f"{value:.6g}"
    if isinstance(value, str | bytes):
        return repr(value[: limit + 1])  # repr escapes control and bidirectional characters
    if isinstance(value, np.ndarray):
        return _array_text(value, limit)
    if depth > 6:
        return "…"
    if isinstance(value, Mapping):
        items = (f"{_text(k, 40, depth + 1)}: {_text(v, limit, depth + 1)}" for k, v in value.items())
        return "{" + _joined(items, limit) + "}"
    if isinstance(value, set | frozenset):
        return "{" + _joined((_text(v, limit, depth + 1) for v in _ordered(value)), limit) + "}" if value else "set()"
    if isinstance(value, list | tuple):
        inner = _joined((_text(v, limit, depth + 1) for v in value), limit)
        if isinstance(value, list):
            return f"[{inner}]"
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return f"<{type(value).__name__}>"


def _joined(texts: Any, limit: int) -> str:
    shown: list[str] = []
    length = 0
    for text in texts:
        if length > limit:
            shown.append("…")
            break
        shown.append(text)
        length += len(text) + 2
    return ", ".join(shown)


def _int_text(value: int) -> str:
    # Python refuses to print integers of more than 4,300 digits, and nobody wants to read them.
    if value.bit_length() <= 128:
        return str(value)
    return f"a {'negative ' if value < 0 else ''}whole number of about {int(value.bit_length() * 0.30103) + 1:,} digits"


def _array_text(array: Array, limit: int) -> str:
    if array.dtype.kind not in _NUMERIC + "cUS":
        return f"array of shape {_shape(array)}, dtype {array.dtype}"
    whole = array.size <= 1000 and array.size * 3 <= limit
    text = _corners(array, 1000 if whole else 0)
    if whole and len(text) <= limit:
        return text
    head = f"array of shape {_shape(array)}, {array.dtype}: "
    return head + _corners(array, 0)


def _corners(array: Array, threshold: int) -> str:
    formatter: Any = {"float_kind": lambda x: f"{x:.6g}", "complex_kind": lambda x: f"{x:.6g}"}
    text = np.array2string(
        array, threshold=threshold, edgeitems=2, separator=", ", max_line_width=10**6, formatter=formatter
    )
    return " ".join(text.replace("...", "…").split())
