"""Grey images made of colour images: with which weights red, green and blue came in."""

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, near, number_text

_WHITE = 255


def other_weights(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the colour images in the context, other weights for the three channels than the expected ones."""
    images = context.array("images")
    if images is None or images.ndim < 3 or images.shape[-1] != 3 or images.shape[:-1] != expected.shape:
        return None
    if got.shape != expected.shape or expected.size < 6 or distinct(got) < 4:
        return None
    right, wrong = _weights(images, expected, context), _weights(images, got, context)
    if right is None or wrong is None or np.linalg.matrix_rank(np.stack([right, wrong]), tol=1e-6) < 2:
        return None  # a common factor has its own words
    text = f"{context.subject} is {_sum_text(wrong)} of the pixel values divided by 255; expected {_sum_text(right)}."
    if np.allclose(wrong, right[::-1], rtol=1e-4, atol=1e-7):
        text += " These are the right weights in the reverse order: channel 0 is red, channel 2 is blue."
    elif np.allclose(wrong, wrong.mean(), rtol=1e-4, atol=1e-7):
        text += " All three channels count alike, as in a plain mean."
    return Explanation(text, 21)


def _weights(images: Array, grey: Array, context: Context) -> Array | None:
    """Return the three numbers that make ``grey`` of the channels; None if no three numbers do."""
    pixels = images.reshape(-1, 3) / _WHITE
    found, _, rank, _ = np.linalg.lstsq(pixels, grey.ravel(), rcond=None)
    if rank < 3 or not near(pixels @ found, grey.ravel(), context):
        return None
    return np.asarray(found, dtype=np.float64)


def _sum_text(weights: Array) -> str:
    parts = [f"{number_text(float(f'{w:.4g}'))} · {c}" for w, c in zip(weights, ("red", "green", "blue"), strict=True)]
    return " + ".join(parts).replace("+ -", "− ")
