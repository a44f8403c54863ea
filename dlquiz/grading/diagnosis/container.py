"""Several values where one array is expected: a function that also returns what the backward pass will need."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, as_floats, near

_MOST = 6


def several_values(expected: Array, got: object, context: Context) -> Explanation | None:
    """Recognise a tuple or a list of arrays of which one is the expected result, or could be it."""
    if not isinstance(got, tuple | list) or not 2 <= len(got) <= _MOST:
        return None
    kinds = (np.ndarray,) if expected.ndim else (np.ndarray, int, float)
    parts = [as_floats(part) if isinstance(part, kinds) else None for part in got]
    found = [i for i, part in enumerate(parts) if part is not None and part.shape == expected.shape]
    whole = as_floats(got)  # a nested list may be the array itself
    if not found or (whole is not None and whole.shape == expected.shape):
        return None
    fact = f"{context.subject} returns {len(got)} values; one {'array' if expected.ndim else 'number'} is expected."
    right = next((i for i in found if near(expected, np.asarray(parts[i]), context)), None)
    if right is None and not expected.ndim:
        return None
    if right is None:
        return Explanation(f"{fact} Return the result alone, without what later steps may need.", 8)
    which = ("first", "second", "third", "fourth", "fifth", "sixth")[right]
    return Explanation(f"{fact} The {which} of yours is the right one: return it alone.", 7)
