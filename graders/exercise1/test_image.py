"""Exercise 1: pixels are numbers. float32 has about seven digits, so values are compared to about 1e-6."""

import numpy as np
import pytest

from dlquiz.grading import check

ROUNDING = {"rtol": 1e-6, "atol": 1e-6}
TRUNCATED_PIXEL = {"rtol": 0, "atol": 0.005}  # a uint8 cut off instead of rounded is one grey level, 1/255, too dark


def random_images(rng, *shape):
    return rng.integers(0, 256, size=shape, dtype=np.uint8)


def demand_pixels(got, want, name):
    """Check that a result follows the pixels, in rows or in columns, before its dtype counts: other cases are exact."""
    check.finite(got, name=name)
    got = np.asarray(got, float)
    check.that(
        got.size == want.size, f"{name} has {got.size} number{'s' * (got.size != 1)}, expected {want.size}.", got=got
    )
    want = want.ravel() - want.mean()
    orders = got.ravel(), got.T.ravel()
    along = [np.dot(one - one.mean(), want) > 0.5 * got.std() * want.std() * got.size for one in orders]
    check.that(any(along), f"{name} does not follow the pixels.", expected=want, got=got)


@pytest.mark.case(
    "flatten reads an image row by row and divides by 255",
    points=0.25,
    public=True,
    hint="Which number comes fourth? In a row-by-row reading it is the first one of the second row.",
)
def test_flatten_reads_row_by_row(submission):
    images = np.array([[[1, 3, 6], [9, 2, 9], [0, 34, 89]]], dtype=np.uint8)
    want = np.array([[1, 3, 6, 9, 2, 9, 0, 34, 89]]) / 255
    check.close(submission.flatten(images), want, name="flatten(images)", **ROUNDING)


@pytest.mark.case(
    "flatten works for several images that are not square",
    points=0.25,
    hint="Print the shape before and after. Every image needs its own row; the axis H comes before the axis W.",
)
def test_flatten_of_images_that_are_not_square(submission, reference, rng):
    images = random_images(rng, 5, 4, 7)
    images[0, 0, 0] = 255  # with nothing but zeros nobody knows where they come from
    got, want = submission.flatten(images), reference.flatten(images)
    cut_off = isinstance(got, np.ndarray) and got.dtype.kind == "f" and np.array_equal(got, want // 1)
    check.that(
        not cut_off, "flatten(images) holds floats without their fractions: is there // where / belongs?", got=got
    )
    check.close(got, want, name="flatten(images)", **ROUNDING)


@pytest.mark.case(
    "flatten gives 90,000 numbers for 300x300 grey pixels and 270,000 in colour, channels of a pixel side by side",
    points=0.25,
    hint="Nothing may depend on 28x28. With a fourth axis, the three numbers of a pixel stay together.",
)
def test_flatten_of_large_and_of_colour_images(submission, reference, rng):
    check.shape(submission.flatten(random_images(rng, 1, 300, 300)), (1, 90_000), name="flatten(300x300 grey)")
    check.shape(submission.flatten(random_images(rng, 1, 300, 300, 3)), (1, 270_000), name="flatten(300x300 colour)")
    images = random_images(rng, 2, 5, 4, 3)
    check.close(submission.flatten(images), reference.flatten(images), name="flatten(colour images)", **ROUNDING)


@pytest.mark.case(
    "flatten always divides by 255, also if the batch has no white or no black pixel",
    points=0.25,
    hint="51 must become 0.2 and 255 must become 1.0, whatever the other pixels are. Print the largest value.",
)
def test_flatten_scales_by_255(submission, rng):
    fifths = rng.permutation([1, 2, 3, 4])
    without_white = (51 * fifths).astype(np.uint8).reshape(1, 2, 2)
    name = "flatten of " + " ".join(map(str, without_white.ravel()))
    check.close(submission.flatten(without_white), fifths[None] / 5, name=name, **ROUNDING)
    black_and_white = np.array([[[0, 255], [255, 0]]], dtype=np.uint8)
    check.close(submission.flatten(black_and_white), [[0, 1, 1, 0]], name="flatten of 0 255 255 0", **ROUNDING)


@pytest.mark.case(
    "flatten returns float32",
    points=0.25,
    hint="Print the dtype. A uint8 array divided by a Python number becomes float64; .astype(np.float32) changes that.",
)
def test_flatten_returns_float32(submission, reference, rng):
    images = random_images(rng, 2, 4, 5)
    got = submission.flatten(images)
    demand_pixels(got, reference.flatten(images), "flatten(images)")
    check.dtype(got, "float32", name="flatten(images)")


@pytest.mark.case(
    "unflatten gives the images back, grey and colour",
    points=0.25,
    hint="reshape keeps the reading order. The new shape is the number of rows, followed by the shape of one image.",
)
def test_unflatten_is_the_way_back(submission, rng):
    for shape in [(4, 6), (5, 2, 3)]:
        name = f"unflatten(X, {shape})"
        images = random_images(rng, 3, *shape)
        images.flat[0] = 255
        rows = (images.reshape(3, -1) / 255).astype(np.float32)
        got = submission.unflatten(rows, shape)
        check.shape(got, (3, *shape), name=name)
        check.finite(got, name=name)
        # Values in [0, 1] and values scaled back to 0..255 are both right: only their order is judged.
        largest = np.max(got) or 1
        check.close(got / largest, images / 255, name=f"{name} / its largest value", **TRUNCATED_PIXEL)


@pytest.mark.case(
    "rgb_to_gray weights red with 0.299, green with 0.587 and blue with 0.114",
    points=0.25,
    public=True,
    hint="The last axis is red, green, blue in this order. A white pixel must give 1, a black one 0.",
)
def test_gray_of_pure_colours(submission):
    red, green, blue, white, black = [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [0, 0, 0]
    images = np.array([[[red, green, blue, white, black]]], dtype=np.uint8)
    want = [[[0.299, 0.587, 0.114, 1, 0]]]
    check.close(
        submission.rgb_to_gray(images),
        want,
        name="rgb_to_gray of red, green, blue, white, black",
        images=images,
        **ROUNDING,
    )


@pytest.mark.case(
    "rgb_to_gray is right for bright pixels in images that are not square",
    points=0.25,
    hint="Do not add uint8 pixels: 200 + 100 gives 44. The channel axis disappears: the result is (N, H, W).",
)
def test_gray_of_bright_images(submission, reference, rng):
    images = random_images(rng, 2, 5, 4, 3) // 2 + 128
    check.close(
        submission.rgb_to_gray(images),
        reference.rgb_to_gray(images),
        name="rgb_to_gray(images)",
        images=images,
        **ROUNDING,
    )


@pytest.mark.case(
    "rgb_to_gray returns float32", points=0.25, hint="Print the dtype of every step: where does it change?"
)
def test_gray_returns_float32(submission, reference, rng):
    images = random_images(rng, 2, 4, 5, 3) // 4  # no sum of pixels is too large for uint8
    got = submission.rgb_to_gray(images)
    demand_pixels(got, reference.rgb_to_gray(images), "rgb_to_gray(images)")
    check.dtype(got, "float32", name="rgb_to_gray(images)")


@pytest.mark.case(
    "to_channels_first moves every value from [n, h, w, c] to [n, c, h, w]",
    points=0.25,
    hint="reshape gives the right shape with mixed-up colours. result[0, 0] must equal images[0, :, :, 0].",
)
def test_channels_first_moves_every_value(submission, rng):
    images = random_images(rng, 2, 4, 5, 3)
    check.close(submission.to_channels_first(images), np.moveaxis(images, 3, 1), name="to_channels_first(images)")


@pytest.mark.case(
    "to_channels_first keeps the dtype: uint8 stays uint8, float32 stays float32",
    points=0.25,
    hint="Only axes move here; no number is changed or scaled. np.zeros(shape) without a dtype makes float64.",
)
def test_channels_first_keeps_the_dtype(submission, rng):
    images = random_images(rng, 2, 4, 5, 3)
    for given in (images, (images / 255).astype(np.float32)):
        got, name = submission.to_channels_first(given), f"to_channels_first({given.dtype} images)"
        check.that(np.array_equal(np.sort(got, axis=None), np.sort(given, axis=None)), f"{name} has other values.")
        check.dtype(got, given.dtype.name, name=name)


@pytest.mark.case(
    "one_hot puts a single 1 in the column of the label",
    points=0.25,
    public=True,
    hint="Row i belongs to label y[i]. The labels are not sorted, and they may repeat.",
)
def test_one_hot_marks_the_label(submission):
    want = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    check.close(submission.one_hot(np.array([2, 0, 1, 2]), 3), want, name="one_hot([2 0 1 2], 3)")


@pytest.mark.case(
    "one_hot has num_classes columns, also if some classes do not occur",
    points=0.25,
    hint="Do not count the classes in y: the second argument says how many columns there are.",
)
def test_one_hot_width_is_num_classes(submission, reference, rng):
    y = rng.permutation([1, 4, 4, 7, 1])
    check.close(submission.one_hot(y, 10), reference.one_hot(y, 10), name="one_hot(y, 10)")


@pytest.mark.case(
    "one_hot raises ValueError for a label below 0 or not below num_classes",
    points=0.25,
    hint="NumPy takes index -1 as the last column and raises IndexError for a large one. Test the labels first.",
)
def test_one_hot_refuses_labels_outside(submission, rng):
    demand_one_hot(submission.one_hot(y := some_labels(rng), 3), y)
    for y in ([0, -1, 2], [1, 3, 0]):
        check.raises(submission.one_hot, np.array(y), 3, error="ValueError")


def some_labels(rng):
    """Return three labels of two of three classes."""
    first, second, _ = rng.permutation(3)
    return np.array([first, second, first])


def demand_one_hot(got, y):
    """Check that there are ones at the labels, and not everywhere: where there are more is judged by other cases."""
    if got is None:
        check.equal(got, np.eye(3)[y], name=f"one_hot({y}, 3)")
    ones = np.asarray(got) == 1
    right = ones.shape == (3, 3) and not ones.all() and (ones[range(3), y].all() or ones[y, range(3)].all())
    said = f"one_hot({y}, 3) has no ones at the labels."
    check.that(right, said, expected=np.eye(3)[y], got=got, hinted=False)


@pytest.mark.case("one_hot returns float32", points=0.25, hint="np.zeros and np.eye take an argument dtype.")
def test_one_hot_returns_float32(submission, rng):
    got = submission.one_hot(y := some_labels(rng), 3)
    demand_one_hot(got, y)
    check.dtype(got, "float32", name="one_hot(y, 3)")


@pytest.mark.case(
    "no function changes the arrays that it is given",
    points=0.25,
    hint="X.shape = ..., X *= 255 and X[...] = ... change the caller's array. Return a new result instead.",
)
def test_inputs_stay_as_they_are(submission, rng):
    images = random_images(rng, 2, 4, 5, 3)
    rows = (images.reshape(2, -1) / 255).astype(np.float32)
    results = {
        "flatten": check.unchanged(submission.flatten, images, names=("images",)),
        "rgb_to_gray": check.unchanged(submission.rgb_to_gray, images, names=("images",)),
        "to_channels_first": check.unchanged(submission.to_channels_first, images, names=("images",)),
        "unflatten": check.unchanged(submission.unflatten, rows, (4, 5, 3), names=("X", "shape")),
        "one_hot": check.unchanged(submission.one_hot, np.array([2, 0, 2]), 3, names=("y", "num_classes")),
    }
    for name, result in results.items():  # a function that does nothing changes nothing
        check.that(np.ptp(result) > 0, f"{name} gives the same number everywhere.", got=result)
