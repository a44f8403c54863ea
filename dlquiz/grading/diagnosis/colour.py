"""Grey images made of colour images: with which weights red, green and blue came in, and sums that wrap around."""

from collections.abc import Iterator

import numpy as np

from dlquiz.grading.diagnosis.base import Array, Context, Explanation, distinct, is_plain, near, number_text

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


def wrapped_sum(expected: Array, got: Array, context: Context) -> Explanation | None:
    """Recognise, with the colour images in the context, the sum of the channels as uint8 gives it: modulo 256."""
    images = context.array("images")
    if (
        images is None
        or images.ndim < 3
        or images.shape[-1] != 3
        or not images.shape[:-1] == expected.shape == got.shape
    ):
        return None
    if not is_plain(images) or images.min() < 0 or images.max() > _WHITE or got.size < 4:
        return None
    whole = images.sum(axis=-1)
    total = np.mod(whole, _WHITE + 1)
    if (total == whole).all() or distinct(total) < 2:
        return None
    for value, how in _of_a_sum(total):
        if near(value, got, context):
            right = _weights(images, expected, context)
            wanted = f"; expected {_sum_text(right)} of the pixel values divided by 255" if right is not None else ""
            text = (
                f"{context.subject} is {how}{wanted}. The sum wraps around at 256, as uint8 does (200 + 100 gives 44): "
                "turn the images into another type before you add their channels."
            )
            return Explanation(text, 16)
    return None


def _of_a_sum(total: Array) -> Iterator[tuple[Array, str]]:
    """Yield what is often made of the sum of three channels, with the words for it."""
    words = "red + green + blue modulo 256"
    for division, value in (("", total), (", divided by 3", total / 3), (", divided by 3 with //", total // 3)):
        yield value / _WHITE, f"{words}{division}{' and by' if division else ', divided by'} 255"
        yield value, f"{words}{division}"


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
