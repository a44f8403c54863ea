"""NaN and inf: which formula gives them in these places.

A mechanism is named only if its formula, computed on the grader's inputs, gives the learner's numbers entry by entry:
NaN where they are NaN, inf where they are inf.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, is_plain, near, number_text
from dlquiz.grading.diagnosis.probabilities import softmax

_STABLE_LOG = "Compute the logarithm of softmax from the logits: z − max(z) − log(sum(exp(z − max(z))))."
_ROW_MAXIMUM = "Subtract the maximum of each row before exp: the result is the same, and exp stays at most 1."
_ENTRY_KEYS = ("pre_activation", "inputs", "Z", "z", "X", "x")
_HOLDS = {np.float64: (709.78, -745.13), np.float32: (88.72, -103.97)}
"""exp of more than the first is inf, exp of less than the second is 0 (IEEE 754: the logarithms of the largest number
and of half the smallest one)."""


@dataclass(frozen=True, slots=True)
class _Theory:
    """Numbers and the words for how they come about; ``shift`` is what was subtracted from every logit before exp."""

    value: Array
    words: str
    single: bool
    shift: float = 0.0
    divides: bool = True


def log_of_zero(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise the logarithm of a probability that became 0, though softmax itself was computed well."""
    if not _not_finite(expected, got):
        return None
    z, p = context.array("logits"), context.array("probabilities")
    if p is None and z is not None and z.ndim == 2 and np.isfinite(z).all():
        p = softmax(z)
    if p is None or not any(_same(value, got, context) for value in _losses(np.log(p), context)):
        return None
    sign, log = ("−", "log(0) is −inf") if (got[~np.isfinite(got)] < 0).all() else ("", "−log(0) is inf")
    text = f"{context.subject} is {sign}inf: a probability is so small that it was rounded to 0, and {log}. "
    return Explanation(text + _STABLE_LOG, 4)


def softmax_overflow(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise softmax, its logarithm, the loss or its gradient without the maximum of each row taken out first."""
    z = context.array("logits")
    z = context.array("scores") if z is None else z
    if not _not_finite(expected, got) or z is None or z.ndim != 2 or not np.isfinite(z).all():
        return None
    for theory in _unstable(z, expected, context):
        if _same(theory.value, got, context):
            text = f"{context.subject} is what comes out if {theory.words}. {_where_it_starts(z, theory)}{_ROW_MAXIMUM}"
            return Explanation(text, 5)
    return None


def entry_overflow(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise a function of single entries, like sigmoid, whose formula overflows."""
    if not _not_finite(expected, got):
        return None
    for key in _ENTRY_KEYS:
        z = context.array(key)
        if z is None or z.shape != got.shape or not np.isfinite(z).all():
            continue
        for theory, formula in _of_entries(z):
            if _same(theory, got, context):
                bad = z[~np.isfinite(got)]
                nearest = float(bad[np.argmin(np.abs(bad))])
                text = (
                    f"{context.subject} is what {formula} gives: NaN or inf wherever {key} is {number_text(nearest)} "
                    f"or {'larger' if nearest > 0 else 'smaller'}, because exp overflows there (above 709 in float64, "
                    "above 88 in float32). Write the formula so that exp only sees numbers that are not positive."
                )
                return Explanation(text, 6)
    return None


def extreme_rows(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Say, if no formula fits, that NaN and inf stand in just those rows whose logits are extreme."""
    z = context.array("logits")
    if not _not_finite(expected, got) or z is None or z.ndim != 2 or got.ndim not in (1, 2) or len(got) != len(z):
        return None
    bad = ~np.isfinite(got)
    rows = bad.any(axis=-1) if bad.ndim == 2 else bad
    top = z.max(axis=1)
    extreme = (top > _HOLDS[np.float32][0]) | (top < _HOLDS[np.float32][1])
    if (extreme != rows).any() or rows.all():
        return None
    first = int(np.flatnonzero(rows)[0])
    text = (
        f"{context.subject} is NaN or inf in just those rows whose largest entry of logits is very large or very "
        f"small, first in row {first}, where it is {number_text(float(top[first]))}. Often exp overflows there (above "
        f"709 in float64, above 88 in float32), or every exp of the row becomes 0. {_ROW_MAXIMUM}"
    )
    return Explanation(text, 9)


def _not_finite(expected: Array, got: Array) -> bool:
    return got.shape == expected.shape and bool((~np.isfinite(got) & np.isfinite(expected)).any())


def _same(theory: Array, got: Array, context: Context) -> bool:
    """Say if a theory gives the learner's numbers, NaN and inf in the same places."""
    theory = theory.reshape(got.shape) if theory.size == got.size == 1 else theory
    finite = np.isfinite(got)
    if theory.shape != got.shape or not np.array_equal(theory[~finite], got[~finite], equal_nan=True):
        return False
    if not np.isfinite(theory[finite]).all():
        return False
    if not theory[finite].any() and not got[finite].any():
        return True
    return near(theory[finite], got[finite], context)


def _unstable(z: Array, expected: Array, context: Context) -> Iterator[_Theory]:
    """Yield what the classic formulas give for these logits, in float64 and in float32."""
    one_hot = _one_hot_of(z, expected)
    for dtype in _HOLDS:
        single = dtype is np.float32
        for theory in _unstable_softmax(z.astype(dtype), single):
            yield theory
            p = theory.value
            for value in _losses(np.log(p), context):
                yield replace(theory, value=value)
            if one_hot is not None:
                yield replace(theory, value=(p - one_hot) / len(p))
                yield replace(theory, value=p - one_hot)
        for theory in _unstable_log(z.astype(dtype), single):
            for value in _losses(theory.value, context):
                yield replace(theory, value=value)


def _unstable_softmax(z: NDArray[np.floating], single: bool) -> Iterator[_Theory]:
    e, top = np.exp(z), z.max()
    one = np.exp(z - top)
    plain = "softmax is written as exp(z) / sum(exp(z))"
    yield _Theory(_wide(e / e.sum(axis=1, keepdims=True)), plain, single)
    words = "softmax subtracts one maximum, that of the whole array"
    yield _Theory(_wide(one / one.sum(axis=1, keepdims=True)), words, single, shift=float(top))
    yield _Theory(_wide(e / e.sum(axis=0, keepdims=True)), f"{plain} over axis 0", single)
    words = "softmax is written as exp(z − log(sum(exp(z))))"
    yield _Theory(_wide(np.exp(z - np.log(e.sum(axis=1, keepdims=True)))), words, single, divides=False)


def _unstable_log(z: NDArray[np.floating], single: bool) -> Iterator[_Theory]:
    for shift, more in ((0.0, ""), (float(z.max()), " after one maximum, that of the whole array, is subtracted")):
        moved = z - z.dtype.type(shift)
        value = _wide(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))
        words = f"the logarithm of softmax is written as z − log(sum(exp(z))){more}"
        yield _Theory(value, words, single, shift, divides=False)


def _losses(logs: Array, context: Context) -> Iterator[Array]:
    """Yield what logarithms of probabilities are taken for: a table, the losses of the rows, their mean and sum."""
    yield logs
    y = context.array("labels")
    if logs.ndim != 2 or y is None or y.shape != (len(logs),) or not is_plain(y):
        return
    if y.min() < 0 or y.max() >= logs.shape[1]:
        return
    losses = -logs[np.arange(len(y)), y.astype(np.intp)]
    yield losses
    yield np.asarray(losses.mean())
    yield np.asarray(losses.sum())


def _one_hot_of(z: Array, expected: Array) -> Array | None:
    """Return the one-hot labels for which ``expected`` is the gradient of the mean loss; None if it is no such."""
    if expected.shape != z.shape:
        return None
    p = softmax(z)
    table = np.rint(p - len(z) * expected)
    if not np.allclose(table, p - len(z) * expected, rtol=0, atol=1e-5):
        return None
    return table if np.isin(table, (0, 1)).all() and (table.sum(axis=1) == 1).all() else None


def _of_entries(z: Array) -> Iterator[tuple[Array, str]]:
    for dtype in _HOLDS:
        e, back = np.exp(z.astype(dtype)), np.exp(-z.astype(dtype))
        yield _wide(e / (1 + e)), "exp(z) / (1 + exp(z))"
        yield _wide((e - back) / (e + back)), "(exp(z) − exp(−z)) / (exp(z) + exp(−z))"
        yield _wide(np.log(1 + e)), "log(1 + exp(z))"
        yield _wide(e), "exp(z)"


def _wide(value: NDArray[np.floating]) -> Array:
    return value.astype(np.float64)


def _where_it_starts(z: Array, theory: _Theory) -> str:
    """Say, with the numbers of these logits, in which row exp first leaves what a number can hold."""
    largest, smallest = _HOLDS[np.float32 if theory.single else np.float64]
    top = z.max(axis=1) - theory.shift
    over, under = top > largest, top < smallest
    if not (over | under).any():
        return ""
    row = int(np.flatnonzero(over | under)[0])
    shown = number_text(float(z[row].max()))
    text = f"It starts in row {row}, where the largest entry of logits is {shown}: "
    if over[row]:
        return text + f"exp of it is inf (above {int(largest)} in {'float32' if theory.single else 'float64'}). "
    less = f" less the maximum ({number_text(theory.shift)})" if theory.shift else ""
    zero = ", and 0/0 is NaN" if theory.divides else ""
    return text + f"exp of it{less} is 0, and so is every exp in that row{zero}. "
