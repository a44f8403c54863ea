"""Right in part: all zeros, rows that were never filled in, one line that is wrong."""

import numpy as np
from numpy.typing import NDArray

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, Mask, distinct, is_plain


def all_zeros(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise an array that was never filled in."""
    if got.shape != expected.shape or got.any() or np.count_nonzero(expected) < min(2, expected.size):
        return None
    if got.size == 1 and is_plain(expected):
        return None  # a count that is 0 is a wrong count like any other
    what = "is 0" if got.size == 1 else "is all zeros"
    text = f"{context.subject} {what}. Perhaps it was made and never filled in, or all of it cancels or is masked out."
    b = context.array("bias")
    if b is not None and b.shape == expected.shape[-1:] and (expected == b).all():
        text = f"{context.subject} {what}: the bias is not in it. Without any input exactly the bias is left."
    elif is_plain(expected) and expected.ndim == 1 and context.about_classes():
        text = f"{context.subject} {what}: every example got class 0."
    elif got.size > 1 and ((expected >= 0) & (expected < 1)).all():
        text = (
            f"{context.subject} {what}. Perhaps it was made and never filled in, or fractions were cut off: "
            "// where / is meant, or an array of whole numbers."
        )
    return Explanation(text, 31)


def only_some_lines(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise that all wrong entries lie in one row or column, or in the last rows."""
    if expected.ndim not in (1, 2) or got.shape != expected.shape or distinct(expected) < 4:
        return None
    wrong = ~_close(expected, got, context)
    words = ("entry",) if expected.ndim == 1 else ("row", "column")
    for axis, word in enumerate(words):
        lines: Mask = wrong if expected.ndim == 1 else np.asarray(wrong.any(axis=1 - axis))
        bad = np.flatnonzero(lines)
        if len(lines) < 4 or not 0 < len(bad) <= len(lines) // 2:
            continue
        text = _lines_text(context, word, bad, len(lines), zero=not got.take(bad, axis=axis).any())
        if text:
            return Explanation(text, 72)
    return None


def _lines_text(context: Context, word: str, bad: NDArray[np.intp], total: int, *, zero: bool) -> str | None:
    plural = "entries" if word == "entry" else word + "s"
    state = "all 0" if zero and word != "entry" else "0" if zero else "wrong"
    advice = (
        "Check where the loop or the slice starts and ends."
        if zero
        else "What is special there: the place (where does a loop or a slice start and end?), or the numbers there?"
    )
    if len(bad) == 1:
        which = "first " if bad[0] == 0 else "last " if bad[0] == total - 1 else ""
        number = "" if which else f" {bad[0]}"
        text = f"Only the {which}{word} of your {context.own} is {state}" if which else (
            f"Only {word}{number} of your {context.own} is {state}")  # fmt: skip
        return f"{text}; all other {plural} are right." + (f" {advice}" if which else "")
    if bad[-1] == total - 1 and len(bad) == total - bad[0]:
        return f"The last {len(bad)} {plural} of your {context.own} are {state}; those before are right. {advice}"
    if bad[0] == 0 and len(bad) == bad[-1] + 1:
        return f"The first {len(bad)} {plural} of your {context.own} are {state}; the others are right. {advice}"
    return None


def _close(expected: Array, got: Array, context: Context) -> Mask:
    scale = float(np.max(np.abs(expected)))
    return np.asarray(np.abs(expected - got) <= max(context.atol, 1e-9 * scale) + context.rtol * np.abs(expected))
