"""Ask every hypothesis, and keep the simplest that fits."""

from dataclasses import replace
from typing import Final

import numpy as np

from dlquiz.grading.diagnosis import (
    activation,
    classes,
    colour,
    container,
    cross_entropy,
    layout,
    logarithm,
    network,
    offset,
    overflow,
    partial,
    precision,
    probabilities,
    products,
    reduction,
    scale,
)
from dlquiz.grading.diagnosis.base import Array, Context, Explanation, Hypothesis, as_floats, near

MAX_ENTRIES: Final = 500_000
"""Above this size an explanation would take longer than the learner's own code."""

HYPOTHESES: Final[tuple[Hypothesis, ...]] = (
    scale.sign,
    scale.named_constant,
    scale.common_constant,
    scale.own_maximum,
    scale.any_constant,
    layout.other_shape,
    layout.missing_columns,
    layout.transposed,
    layout.swapped_axes,
    layout.reshaped_instead_of_transposed,
    layout.columns_first,
    layout.flipped,
    layout.permuted,
    reduction.not_reduced,
    reduction.over_reduced,
    reduction.every_pair,
    reduction.repeated,
    reduction.wrong_axis,
    products.other_product,
    network.forward,
    network.backward,
    colour.other_weights,
    colour.wrapped_sum,
    offset.bias,
    offset.same_row,
    offset.constant,
    probabilities.softmax_of_logits,
    probabilities.sums_to_one_elsewhere,
    probabilities.twice,
    probabilities.not_normalised,
    probabilities.rows_do_not_sum_to_one,
    cross_entropy.loss,
    cross_entropy.gradient,
    cross_entropy.whole_columns,
    cross_entropy.relu_backward,
    activation.before_activation,
    activation.extra_activation,
    activation.missing_mask,
    logarithm.other_base,
    logarithm.log_or_exp,
    logarithm.clipped_log,
    precision.whole_numbers,
    precision.wrapped,
    precision.rounded,
    precision.float32,
    precision.small_constant,
    classes.one_hot_shifted,
    classes.one_hot_columns,
    classes.off_by_one,
    classes.another_choice,
    partial.all_zeros,
    partial.only_some_lines,
)

_NEARLY_EQUAL: Final[tuple[Hypothesis, ...]] = (precision.rounded, precision.float32, precision.small_constant)
_NOT_FINITE: Final[tuple[Hypothesis, ...]] = (
    overflow.log_of_zero,
    overflow.softmax_overflow,
    overflow.entry_overflow,
    overflow.extreme_rows,
)


def explanations(expected: object, got: object, context: Context) -> list[Explanation]:
    """Return everything that explains ``got``, the simplest first; empty if nothing does.

    Parameters
    ----------
    expected, got : number, array or nested list
        Any shapes; text, complex numbers and objects are never explained.
    context : Context

    Returns
    -------
    list of Explanation
        Sorted by rank; empty if ``got`` agrees with ``expected`` to the tolerances of ``context``.
    """
    want, have = as_floats(expected), as_floats(got)
    if want is not None and (several := container.several_values(want, got, context)):
        return [several]
    if want is None or have is None or not want.size or not have.size or max(want.size, have.size) > MAX_ENTRIES:
        return []
    if not np.isfinite(want).all() or _agree(want, have, context):
        return []
    found = _asked(want, have, context) or _of_other_shape(want, have, context)
    return sorted(found, key=lambda one: one.rank)


def _asked(want: Array, have: Array, context: Context) -> list[Explanation]:
    """Return what the hypotheses that may speak about these two arrays say."""
    hypotheses = HYPOTHESES if np.isfinite(have).all() else _NOT_FINITE
    if near(want, have, context):
        # Any theory that leaves the numbers as they are would fit.
        hypotheses = _NEARLY_EQUAL
    found: list[Explanation] = []
    with np.errstate(all="ignore"):
        for hypothesis in hypotheses:
            try:
                answer = hypothesis(want, have, context)
            except (ArithmeticError, LookupError, TypeError, ValueError):
                # A hypothesis that stumbles over odd numbers has nothing to say; the report must not suffer.
                continue
            if answer is not None:
                found.append(answer)
    return found


def _of_other_shape(want: Array, have: Array, context: Context) -> list[Explanation]:
    """Return what explains the numbers if only axes of length 1 make the shapes differ: two mistakes at once."""
    bare = tuple(n for n in want.shape if n != 1)
    if want.shape == have.shape or bare != tuple(n for n in have.shape if n != 1) or not bare:
        return []
    shape = f"{context.subject} has shape {have.shape}, expected {want.shape}. Besides: "
    found = _asked(want, have.reshape(want.shape), context)
    return [replace(one, text=shape + one.text[:1].lower() + one.text[1:]) for one in found]


def explain(expected: object, got: object, context: Context) -> str | None:
    """Return the simplest explanation of ``got`` as a text for the learner; None if nothing explains it."""
    found = explanations(expected, got, context)
    return found[0].text if found else None


def _agree(want: Array, have: Array, context: Context) -> bool:
    if want.shape != have.shape:
        return False
    with np.errstate(all="ignore"):
        return bool((np.abs(have - want) <= context.atol + context.rtol * np.abs(want)).all())
