"""NaN and inf: where they begin.

``exp(x)`` is inf above 709.78 in float64 and above 88.72 in float32
(IEEE 754: the logarithm of the largest number); ``exp(-x)`` becomes 0 near 745 and 103.
"""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, Mask, number_text

FAMILY = "overflow"

_LIMIT = 88.0
_KEYS = ("logits", "pre_activation", "inputs", "Z", "z", "scores", "X", "x")


def overflow(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise NaN or inf exactly where an input is too large for exp."""
    bad = ~np.isfinite(got)
    if got.shape != expected.shape or not (bad & np.isfinite(expected)).any():
        return None
    for key in _KEYS:
        z = context.array(key)
        if z is None or not np.isfinite(z).all():
            continue
        # Logits go through softmax, where one large entry spoils a row; other inputs mostly through sigmoid.
        first, second = (_of_rows, _of_entries) if key in ("logits", "scores") else (_of_entries, _of_rows)
        text = first(z, bad, key, context) or second(z, bad, key, context)
        if text:
            return Explanation(text, FAMILY, 5)
    return None


def log_of_zero(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise an infinite loss or log-probability where a finite one is expected."""
    bad = np.isinf(got) & np.isfinite(expected)
    if got.shape != expected.shape or not bad.any() or np.isnan(got).any():
        return None
    if (got[bad] < 0).all():
        text = f"{context.subject} is −inf where a finite number is expected. log(0) gives −inf."
    elif "loss" in context.name.lower() or "entropy" in context.name.lower():
        text = (
            f"{context.subject} is inf: a probability was rounded to 0, and −log(0) is inf. "
            "Compute the logarithm of softmax from the logits: z − max(z) − log(sum(exp(z − max(z))))."
        )
    else:
        return None
    return Explanation(text, FAMILY, 8)


def _of_entries(z: Array, bad: Mask, key: str, context: Context) -> str | None:
    """Explain a function of single entries, like sigmoid."""
    if z.shape != bad.shape or not bad.any() or bad.all() or (z.ndim > 1 and _whole_rows(bad)):
        return None
    for sign, side in ((1, "larger"), (-1, "smaller")):
        first, last_good = (sign * z[bad]).min(), (sign * z[~bad]).max()
        if first > last_good and first > _LIMIT:
            return (
                f"{context.subject} is NaN or inf wherever {key} is {number_text(sign * float(first))} or {side}: "
                "exp overflows there (above 709 in float64, above 88 in float32). "
                "Write the formula so that exp only sees negative numbers."
            )
    return None


def _of_rows(z: Array, bad: Mask, key: str, context: Context) -> str | None:
    """Explain a function of rows, like softmax or a loss: a row is spoilt by its largest entry."""
    if z.ndim != 2:
        return None
    if bad.shape == z.shape or bad.shape == z.shape[:1]:
        rows = bad.any(axis=-1) if bad.ndim == 2 else bad
    elif bad.size == 1:
        rows = np.abs(z).max(axis=1) > _LIMIT  # one loss for all rows: only the size of the logits can be told
    else:
        return None
    if not rows.any():
        return None
    top = z.max(axis=1)
    first = int(np.flatnonzero(rows)[0])
    where = f"row {first}" if bad.size > 1 else "your loss"
    if top[rows].min() > _LIMIT and (rows.all() or top[rows].min() > top[~rows].max()):
        return (
            f"{context.subject} is NaN or inf because exp overflows (above 709 in float64, above 88 in float32); "
            f"it starts in {where}, where the largest entry of {key} is {number_text(float(top[first]))}. "
            "Subtract the maximum of each row before exp: the result is the same, and exp stays at most 1."
        )
    if (top[rows] < -_LIMIT).all():
        return (
            f"{context.subject} is NaN because every exp in a row became 0, and 0/0 is NaN; it starts in {where}, "
            f"where the largest entry of {key} is {number_text(float(top[first]))}. "
            "Subtract the maximum of each row before exp."
        )
    return None


def _whole_rows(bad: Mask) -> bool:
    return bool((bad.all(axis=-1) == bad.any(axis=-1)).all())
