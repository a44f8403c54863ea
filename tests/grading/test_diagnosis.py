"""Every classic mistake is made on purpose, and must be named; unrelated numbers must not be."""

from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlquiz.grading.diagnosis import Context, explain, explanations
from dlquiz.grading.diagnosis.explain import HYPOTHESES
from tests.strategies import hostile_arrays, normal_arrays, probability_tables, seeds

few = settings(max_examples=40, deadline=None)
many = settings(max_examples=400, deadline=None)


def context(name="dW2", *, rtol=1e-9, atol=1e-12, **values):
    return Context(name, rtol, atol, MappingProxyType(values))


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def cross_entropy(p, y, eps=0.0):
    return float(-np.log(p[np.arange(len(y)), y] + eps).mean())


def told(expected, got, ctx=None):
    text = explain(expected, got, ctx or context())
    assert text is not None, "nothing was found"
    return text


# Scale and sign


@few
@given(normal_arrays(), st.integers(3, 64))
def test_a_forgotten_mean_over_the_batch_is_named(want, n):
    text = told(want, n * want, context(batch_size=n, n_classes=2))
    assert f"exactly {n} times" in text
    assert "batch size" in text


@few
@given(normal_arrays(), st.integers(3, 64))
def test_a_second_division_by_the_batch_size_is_named(want, n):
    text = told(want, want / n, context(batch_size=n, n_classes=2))
    assert f"divided by {n}, and {n} is the batch size" in text


@few
@given(normal_arrays(), st.integers(3, 20))
def test_a_mean_that_divides_by_the_classes_too_is_named(want, c):
    assert f"{c} is the number of classes" in told(want, want / c, context(batch_size=100, n_classes=c))


def test_batch_size_and_classes_are_read_off_the_logits():
    want = np.array([0.1, 0.7, -0.3])
    assert "8 is the batch size" in told(want, 8 * want, context(logits=np.zeros((8, 3))))


@few
@given(normal_arrays())
def test_a_sign_is_named(want):
    assert "opposite sign" in told(want, -want)


@few
@given(normal_arrays())
@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (2, "exactly 2 times"),
        (0.5, "exactly half"),
        (255, "exactly 255 times"),
        (1 / 255, "divided by 255"),
        (255 / 256, "not by 256"),
    ],
)
def test_a_common_factor_is_named(factor, words, want):
    assert words in told(want, factor * want)


@few
@given(normal_arrays())
def test_a_factor_without_a_name_is_still_told(want):
    assert "exactly 3.7 times" in told(want, 3.7 * want, context(batch_size=8))
    assert "about 3.14159 times" in told(want, np.pi * want)


def test_a_wrong_scale_of_attention_is_named_by_the_grader_s_word():
    want = np.array([[0.5, -1.25], [3.1, 0.7]])
    assert "√16 times" in told(want, 4 * want, context(d_k=16))


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (8, "batch size"),
        (-1, "opposite sign"),
        (1 / 3, "number of classes"),
        (1 / np.log(2), "base 2"),
        (1 / np.log(10), "base 10"),
    ],
)
def test_a_scalar_loss_is_explained_too(factor, words):
    loss = 1.0986122886681098
    assert words in told(loss, factor * loss, context("loss", batch_size=8, n_classes=3))


def test_two_simple_numbers_are_not_explained_by_their_ratio():
    assert explain(0.5, 1.0, context("accuracy")) is None
    assert explain(3, 6, context("n")) is None


# Layout


@few
@given(normal_arrays())
def test_a_transpose_is_named(want):
    assert "transpose" in told(want, want.T)


@few
@given(normal_arrays(dims=(3, 4), side=(2, 4)), st.randoms(use_true_random=False))
def test_swapped_axes_are_named_with_the_way_back(want, random):
    axes = list(range(want.ndim))
    random.shuffle(axes)
    assume(axes != sorted(axes))
    got = want.transpose(axes)
    text = told(want, got)
    back = tuple(int(n) for n in text.split("transpose(")[1].split(")")[0].split(","))
    assert np.array_equal(got.transpose(back), want)


@few
@given(normal_arrays())
def test_the_right_values_in_another_shape_are_named(want):
    assert "right values, but shape" in told(want, want[:, None, :])
    assert "keepdims" in told(want[0], want[:1])
    assert "right values, but shape" in told(want, want.ravel())


def test_a_number_in_an_array_of_one_entry_is_named():
    assert "expected a single number" in told(0.37, np.array([0.37]), context("loss"))


@few
@given(normal_arrays())
def test_reshape_instead_of_transpose_is_named(x):
    assume(x.shape[0] != x.shape[1])
    assert "reshape" in told(x.T, x.reshape(x.T.shape))


@few
@given(seeds())
def test_images_read_column_by_column_are_named(seed):
    images = np.random.default_rng(seed).random((4, 5, 5))
    assert "column by column" in told(images.reshape(4, 25), images.transpose(0, 2, 1).reshape(4, 25))


@few
@given(normal_arrays(side=(4, 8)), seeds())
def test_rows_in_another_order_are_named(want, seed):
    order = np.random.default_rng(seed).permutation(len(want))
    assume((order != np.arange(len(want))).any())
    text = told(want, want[order])
    assert "right rows, but in another order" in text or "reverse order" in text


def test_one_hot_without_a_column_for_the_absent_class_is_named():
    want = np.eye(4)[[0, 2, 1, 0]]
    assert "3 columns, expected 4" in told(want, want[:, :3], context("one_hot"))


# Sums and means


@few
@given(normal_arrays())
def test_a_sum_that_was_not_taken_is_named(dout):
    assert "sum over axis 0" in told(dout.sum(axis=0), dout)
    assert "mean over axis 0" in told(dout.mean(axis=0), dout)


@few
@given(normal_arrays())
def test_a_sum_over_the_wrong_axis_is_named(dout):
    assume(dout.shape[0] != dout.shape[1])
    text = told(dout.sum(axis=0), dout.sum(axis=1), context("db", dout=dout))
    assert "sum over axis 1 of dout; expected the sum over axis 0" in text


@few
@given(normal_arrays(dims=(1, 1)), seeds())
def test_a_table_of_all_pairs_is_named(a, seed):
    b = np.random.default_rng(seed).normal(size=a.shape)
    assert "NumPy combined every entry" in told(a - b, a - b[:, None])


@few
@given(normal_arrays(dims=(1, 1)))
def test_a_repeated_row_is_named(want):
    assert "every row is the expected" in told(want, np.tile(want, (4, 1)))


# Bias and constants


@few
@given(normal_arrays(), seeds())
@pytest.mark.parametrize(("times", "words"), [(-1, "without the bias"), (1, "added twice"), (-2, "subtracted")])
def test_a_mistake_with_the_bias_is_named(times, words, z, seed):
    b = np.random.default_rng(seed).normal(size=z.shape[1])
    want = z + b
    assert words in told(want, want + times * b, context("Z", bias=b))
    assert "by the same numbers" in told(want, want + times * b, context("Z"))


@few
@given(seeds())
def test_a_bias_along_the_wrong_axis_is_named(seed):
    rng = np.random.default_rng(seed)
    z, b = rng.normal(size=(5, 5)), rng.normal(size=5)
    assert "wrong axis" in told(z + b, z + b[:, None], context("Z", bias=b))


@few
@given(normal_arrays())
def test_a_constant_offset_is_named(want):
    assume(np.abs(want).max() < 100)
    assert "0.25 too large" in told(want, want + 0.25)


# Softmax


@few
@given(normal_arrays())
def test_softmax_over_the_wrong_axis_is_named_with_and_without_logits(z):
    z = z / np.abs(z).max() * 3
    for ctx in (context("softmax", logits=z), context("softmax")):
        assert "normalised over axis 0" in told(softmax(z), softmax(z, 0), ctx)


@few
@given(normal_arrays())
def test_softmax_over_everything_is_named_with_and_without_logits(z):
    z = z / np.abs(z).max() * 3
    for ctx in (context("softmax", logits=z), context("softmax")):
        assert "all entries together" in told(softmax(z), softmax(z, None), ctx)


@few
@given(normal_arrays())
def test_other_mistakes_around_softmax_are_named(z):
    z = z / np.abs(z).max() * 3
    ctx, want = context("softmax", logits=z), softmax(z)
    assert "the logits themselves" in told(want, z, ctx)
    assert "not divided by its sum" in told(want, np.exp(z), ctx)
    assert "divide every row by its sum" in told(want, np.exp(z))
    assert "sigmoid" in told(want, 1 / (1 + np.exp(-z)), ctx)
    assert "applied twice" in told(want, softmax(want), ctx)
    assert "logarithm" in told(want, np.log(want), ctx)


@few
@given(probability_tables(), seeds())
def test_rows_that_do_not_sum_to_one_are_told_when_nothing_else_is_known(p, seed):
    got = np.random.default_rng(seed).random(p.shape) + 1
    assert "sum to 1" in told(p, got, context("softmax"))


# Activations


@few
@given(normal_arrays(side=(4, 7)))
def test_a_missing_activation_is_named(z):
    assume((z > 0).sum() > 3 and (z < 0).sum() > 3)
    text = told(np.maximum(z, 0), z, context("A1", pre_activation=z))
    assert "before the activation: ReLU" in text


@few
@given(normal_arrays(side=(4, 7)))
def test_another_activation_is_named(z):
    z = z / np.abs(z).max() * 3
    text = told(np.maximum(z, 0), np.tanh(z), context("A1", pre_activation=z))
    assert "tanh" in text
    assert "ReLU is expected" in text


@few
@given(normal_arrays(side=(4, 7)))
def test_a_relu_on_the_logits_is_named(z):
    assume((z > 0).sum() > 3 and (z < 0).any())
    assert "negative values replaced by 0" in told(z, np.maximum(z, 0), context("logits"))
    assert "absolute value" in told(z, np.abs(z))


@few
@given(normal_arrays(side=(4, 7)), seeds())
def test_a_missing_mask_in_the_backward_pass_is_named(z, seed):
    assume((z > 0).sum() > 3 and (z < 0).sum() > 3)
    d = np.random.default_rng(seed).normal(size=z.shape)
    assert "flows where Z < 0" in told(d * (z > 0), d, context("dZ1", pre_activation=z))
    assert "(or the mask)" in told(d * (z > 0), d, context("dZ1"))


def test_a_gradient_at_exactly_zero_is_named():
    z = np.array([0.0, 1.5, -0.5, 2.0, 0.25])
    d = np.array([0.3, 0.1, 0.7, -0.2, 0.9])
    assert "exactly 0" in told(d * (z > 0), d * (z >= 0), context("dZ1", pre_activation=z))


@few
@given(normal_arrays())
def test_powers_and_inverses_are_named(x):
    x = np.abs(x) / np.abs(x).max() + 0.5
    assert "square of" in told(x, x**2)
    assert "square root" in told(x, np.sqrt(x))
    assert "1 divided by" in told(x, 1 / x)


# Cross-entropy


@few
@given(normal_arrays(side=(3, 7)), seeds())
def test_mistakes_in_the_gradient_of_the_cross_entropy_are_named(z, seed):
    z = z / np.abs(z).max() * 3
    n, c = z.shape
    one_hot = np.eye(c)[np.random.default_rng(seed).integers(0, c, size=n)]
    want, ctx = (softmax(z) - one_hot) / n, context("dlogits", logits=z)
    assert "probabilities alone" in told(want, softmax(z) / n, ctx)
    assert "1/N) is missing" in told(want, softmax(z), ctx)
    assert "1 added" in told(want, (softmax(z) + one_hot) / n, ctx)
    assert "axis 0" in told(want, (softmax(z, 0) - one_hot) / n, ctx)
    assert "made of the logits" in told(want, (z - one_hot) / n, ctx)
    assert "batch size" in told(want, softmax(z) - one_hot, ctx)


@few
@given(normal_arrays(side=(3, 7)), seeds())
def test_mistakes_in_the_loss_are_named(z, seed):
    z = z / np.abs(z).max() * 3
    n, c = z.shape
    y = np.random.default_rng(seed).integers(0, c, size=n)
    p, want, ctx = softmax(z), cross_entropy(softmax(z), y), context("loss", logits=z, labels=y)
    assert "axis 0" in told(want, cross_entropy(softmax(z, 0), y), ctx)
    assert "whole array" in told(want, cross_entropy(softmax(z, None), y), ctx)
    assert "logarithm is missing" in told(want, (1 - p[np.arange(n), y]).mean(), ctx)
    assert "logarithm of a mean" in told(want, -np.log(p[np.arange(n), y].mean()), ctx)


@few
@given(seeds())
@pytest.mark.parametrize("y", [[0, 2, 1, 1, 4, 3], [4, 0, 0, 4, 0, 0]])
def test_whole_columns_in_place_of_one_in_each_row_are_named(y, seed):
    z, y = np.random.default_rng(seed).normal(size=(6, 5)), np.array(y)
    p, n = softmax(z), len(y)
    want, ctx = cross_entropy(p, y), context("loss", logits=z, labels=y)
    assert "the mean over −log(p[:, y]), a table of 6 × 6 numbers" in told(want, -np.log(p[:, y]).mean(), ctx)
    assert "the sum of −log(p[:, y])" in told(want, -np.log(p[:, y]).sum() / n, ctx)
    lse = np.log(np.exp(z).sum(axis=1))
    assert "[:, y] stands where [np.arange(N), y] is meant" in told(want, np.mean(lse - z[:, y]), ctx)
    taken = p.copy()
    taken[:, y] -= 1
    want, ctx = (p - np.eye(5)[y]) / n, context("dlogits", logits=z)
    which = "every column" if len(set(y)) == 5 else "the columns 0 and 4"
    for got, more in ((taken / n, False), (taken, True)):
        text = told(want, got, ctx)
        assert f"has 1 subtracted in {which} of every row" in text
        assert ("1/N) is missing" in text) is more


@few
@given(seeds())
def test_other_tables_are_not_called_whole_columns(seed):
    rng = np.random.default_rng(seed)
    z, y = rng.normal(size=(6, 3)), np.array([2, 0, 1, 1, 0, 2])
    p = softmax(z)
    want, ctx = cross_entropy(p, y), context("loss", logits=z, labels=y)
    for got in (-np.log(p).mean(), -np.log(p[:, y]).mean() * 1.001, -np.log(p[:, y[:4]]).mean() + 0.01):
        assert "[:, y]" not in (explain(want, got, ctx) or ""), "each class comes twice: a mean over all of p gives it"
    one_hot = np.eye(3)[np.array([2, 0, 2, 2, 0, 2])]
    want, ctx = (p - one_hot) / 6, context("dlogits", logits=z)
    shifted = p - np.roll(one_hot, 1, axis=1)
    for got in (shifted / 6, (p - 1) / 6, (p - one_hot.any(axis=0)) / 6 + 1e-3, (p + one_hot) / 6):
        assert "[:, y]" not in (explain(want, got, ctx) or "")


def test_equal_logits_of_two_classes_do_not_prove_whole_columns():
    want = np.array([[0.25, -0.25], [-0.25, 0.25]])
    text = explain(want, np.full((2, 2), -0.25), context("dlogits", logits=np.zeros((2, 2))))
    assert "[:, y]" not in (text or "")


@few
@given(normal_arrays(side=(4, 7)), seeds())
def test_relu_instead_of_its_derivative_is_named(z, seed):
    d = np.random.default_rng(seed).normal(size=z.shape)
    assume((z > 0).sum() > 3 and (d > 0).sum() > 3 and (z < 0).any())
    ctx = context("dZ1", pre_activation=z, dout=d)
    assert "multiplied by ReLU(Z)" in told(d * (z > 0), d * np.maximum(z, 0), ctx)
    assert "ReLU of the gradient" in told(d * (z > 0), np.maximum(d, 0), ctx)


# Logarithms


@few
@given(normal_arrays())
def test_logarithms_and_exponentials_are_named(x):
    x = np.abs(x) / np.abs(x).max() + 0.5
    assert "is the logarithm" in told(x, np.log(x))
    assert "is exp of" in told(x, np.exp(x))
    assert "base 2" in told(np.log(x), np.log2(x))
    assert "base 10" in told(np.log(x), np.log10(x))


@pytest.mark.parametrize("eps", [1e-12, 1e-8, 1e-7])
def test_a_clipped_logarithm_is_named(eps):
    logits = np.array([[50.0, 0.0, 1.0], [1.0, 2.0, 0.5], [0.3, 0.1, 0.2]])
    y = np.array([1, 0, 2])
    want = cross_entropy(softmax(logits), y)
    for got in (cross_entropy(softmax(logits), y, eps), cross_entropy(np.maximum(softmax(logits), eps), y)):
        assert f"{eps:g} is" in told(want, got, context("loss", logits=logits, labels=y))


# Overflow


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_overflow_is_explained_with_the_first_row_that_overflows():
    z = np.array([[1.0, 2.0], [600.0, 3.0], [1000.0, 0.0], [5.0, 2000.0]])
    got = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    text = told(softmax(z), got, context("softmax", logits=z))
    assert "row 2" in text
    assert "is 1000" in text
    assert "Subtract the maximum" in text


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_underflow_of_a_whole_row_is_explained():
    z = np.array([[1.0, 2.0], [-1000.0, -1001.0]])
    got = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert "0/0" in told(softmax(z), got, context("softmax", logits=z))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_overflow_of_a_sigmoid_is_explained():
    z = np.array([-800.0, -1.0, 0.5, 720.0, 900.0])
    got = np.exp(z) / (1 + np.exp(z))
    text = told(1 / (1 + np.exp(-np.clip(z, -700, 700))), got, context("sigmoid", inputs=z))
    assert "720 or larger" in text


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_an_infinite_loss_is_explained():
    logits, y = np.array([[1000.0, 0.0], [400.0, 0.0]]), np.array([1, 1])
    got = cross_entropy(softmax(logits), y)
    assert "log(0)" in told(700.0, got, context("loss", logits=logits, labels=y))


def test_nan_without_any_large_input_is_not_explained():
    z = np.array([[1.0, 2.0], [0.5, 3.0]])
    assert explain(softmax(z), np.full((2, 2), np.nan), context(logits=z)) is None


# Precision and whole numbers


@few
@given(normal_arrays())
def test_float32_is_named(want):
    assert "float32" in told(want, want.astype(np.float32))


@few
@given(normal_arrays())
def test_a_small_constant_is_suspected(want):
    want = np.abs(want) / np.abs(want).max() + 0.5
    assert "nearly right" in told(want, want / (want + 1e-7) * want)


@few
@given(normal_arrays())
def test_fractions_that_were_cut_off_are_named(want):
    want = want / np.abs(want).max() * 20
    assert "cut off" in told(want, want.astype(int))
    assert "2 decimals" in told(want, np.round(want, 2))


@few
@given(seeds())
@pytest.mark.parametrize(
    ("grey", "words"),
    [
        (lambda r, g, b: (r + g + b) / 3 / 255, "modulo 256, divided by 3 and by 255"),
        (lambda r, g, b: (r + g + b) / 255, "modulo 256, divided by 255"),
        (lambda r, g, b: (r + g + b) / 3, "modulo 256, divided by 3;"),
        (lambda r, g, b: (r + g + b) // 3 / 255, "modulo 256, divided by 3 with // and by 255"),
        (lambda r, g, b: r + g + b, "modulo 256;"),
    ],
)
def test_channels_added_in_uint8_are_named_with_what_was_made_of_the_sum(grey, words, seed):
    images = np.random.default_rng(seed).integers(128, 256, (2, 5, 4, 3), dtype=np.uint8)
    want = images @ np.array([0.299, 0.587, 0.114]) / 255
    text = told(want, grey(*np.moveaxis(images, -1, 0)), context("rgb_to_gray(images)", rtol=1e-6, images=images))
    assert f"is red + green + blue {words}" in text
    assert "expected 0.299 · red + 0.587 · green + 0.114 · blue" in text
    assert "wraps around at 256" in text


@few
@given(seeds())
def test_a_mean_of_channels_that_does_not_wrap_around_is_not_said_to(seed):
    rng = np.random.default_rng(seed)
    for high in (80, 256):
        images = rng.integers(0, high, (2, 5, 4, 3), dtype=np.uint8)
        want = images @ np.array([0.299, 0.587, 0.114]) / 255
        for got in (images.mean(axis=-1) / 255, images.sum(axis=-1) % 255 / 765, images[..., 0] / 255):
            assert "modulo" not in (explain(want, got, context("rgb_to_gray(images)", images=images)) or "")


def test_uint8_that_wraps_around_is_named():
    want = np.array([[250, 300], [-4, 17]])
    assert "wraps around at 256" in told(want, want.astype(np.uint8), context("image"))


# Classes


def test_mistakes_with_classes_are_named():
    y = np.array([0, 2, 1, 3, 2, 0])
    want = np.eye(5)[y]
    assert "too far to the right" in told(want, np.roll(want, 1, axis=1), context("one_hot"))
    assert "1 too large" in told(y, y + 1, context("predict"))
    p = np.array([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.25, 0.15, 0.6]])
    assert "argmin" in told(p.argmax(axis=1), p.argmin(axis=1), context("predict", probabilities=p))


# Parts


@few
@given(normal_arrays(side=(4, 7)))
def test_parts_that_are_wrong_are_named(want):
    assert "all zeros" in told(want, np.zeros_like(want))
    got = want.copy()
    got[-1] = 0
    assert "Only the last row of your dW2 is all 0" in told(want, got)
    got = want.copy()
    got[:, 1] += 7 * np.abs(want).max() * np.arange(1, len(want) + 1)
    assert "Only column 1 of your dW2 is wrong" in told(want, got)


# Silence


@many
@given(normal_arrays(dims=(1, 3), side=(1, 6)), seeds())
def test_unrelated_numbers_are_not_explained(want, seed):
    rng = np.random.default_rng(seed)
    got = rng.normal(size=want.shape) * np.abs(want).max()
    values = {
        "batch_size": 7,
        "n_classes": 3,
        "bias": rng.normal(size=want.shape[-1]),
        "pre_activation": rng.normal(size=want.shape),
        "inputs": rng.normal(size=(7, 5)),
    }
    assert explain(want, got, context(**values)) is None


@many
@given(probability_tables(side=(2, 6)), seeds())
def test_unrelated_probabilities_are_not_explained(want, seed):
    z = np.random.default_rng(seed).normal(size=want.shape)
    assert explain(want, softmax(z), context("softmax", logits=np.log(want))) is None


@many
@given(normal_arrays(dims=(0, 2), side=(1, 5)), normal_arrays(dims=(0, 3), side=(1, 5)))
def test_unrelated_shapes_are_not_explained(want, got):
    assume(want.shape != got.shape and want.ravel()[0] != got.ravel()[0])
    assert explain(want, got, context(batch_size=4, n_classes=3)) is None


@many
@given(seeds(), st.integers(4, 12))
def test_unrelated_labels_are_not_explained(seed, n):
    rng = np.random.default_rng(seed)
    want, got = rng.integers(0, 10, size=n), rng.integers(0, 10, size=n)
    assume((want != got).sum() > n // 2)
    assert explain(want, got, context("predict", labels=want)) is None


@few
@given(normal_arrays(), seeds())
def test_rounding_below_the_tolerance_is_not_explained(want, seed):
    noise = np.random.default_rng(seed).uniform(-1, 1, size=want.shape)
    assert explain(want, want * (1 + 1e-10 * noise), context()) is None
    assert explain(want, want, context()) is None


@pytest.mark.parametrize("got", [np.full((3, 3), 4.0), np.zeros((3, 3)), np.full((3, 3), -0.5)])
def test_constant_arrays_prove_nothing(got):
    for text in (
        explain(np.full((3, 3), 0.25), got, context(batch_size=16)),
        explain(np.zeros((3, 3)), got, context()),
    ):
        assert text is None or "all zeros" in text or "opposite" in text


@many
@given(hostile_arrays(), hostile_arrays(), hostile_arrays())
def test_hostile_numbers_never_raise(want, got, other):
    values = {
        key: other for key in ("bias", "logits", "pre_activation", "inputs", "probabilities", "labels", "batch_size")
    }
    ctx = context(**values)
    text = explain(want, got, ctx)
    assert text is None or isinstance(text, str)


@few
@given(normal_arrays(), st.integers(0, 5))
def test_the_same_numbers_are_explained_in_the_same_way(want, which):
    got = [-want, want.T, 2 * want, want + 1, np.abs(want), want**2][which]
    ctx = context(batch_size=2)
    assert explanations(want, got, ctx) == explanations(want.copy(), got.copy(), ctx)


def test_the_simplest_explanation_comes_first():
    found = explanations(np.array([1.5, -2.25, 3.1]), np.array([3.0, -4.5, 6.2]), context(batch_size=2))
    ranks = [one.rank for one in found]
    assert ranks == sorted(ranks)
    assert "batch size" in found[0].text


def test_every_hypothesis_is_listed_once():
    assert len(set(HYPOTHESES)) == len(HYPOTHESES)


# What an independent judge found: guesses that were wrong, or said in the wrong words


def test_two_sizes_that_are_equal_are_both_named():
    want = np.array([[0.25, -0.25], [-0.25, 0.25]])
    text = told(want, want / 2, context("dlogits", batch_size=2, n_classes=2))
    assert "2 is the batch size and also the number of classes" in text


def test_a_factor_of_four_is_not_blamed_on_a_batch_of_two():
    want = np.array([[0.25, -0.5], [-0.125, 0.3]])
    assert "2²" not in told(want, want / 4, context("dlogits", batch_size=2))


@pytest.mark.parametrize("b", [np.array([-1.0, 0.0]), np.array([0.5, -2.0])])
def test_a_bias_down_the_columns_is_not_called_a_transpose(b):
    product = np.array([[3.0, -1.0], [-1.0, -0.5]])  # symmetric: the result is also the transpose
    assert "bias added along the wrong axis" in told(product + b, product + b[:, None], context("Z", bias=b))


def test_zeros_where_the_bias_is_left_are_explained_by_the_bias():
    b = np.array([0.3, -1.5, 2.0])
    assert "the bias is not in it" in told(np.tile(b, (4, 1)), np.zeros((4, 3)), context("Z", bias=b))


def test_fractions_cut_off_to_zeros_are_named():
    assert "fractions were cut off" in told(np.array([[0.2, 0.4, 0.6]]), np.zeros((1, 3)), context("flatten(images)"))


def test_one_row_that_survived_is_not_called_a_sum_over_the_whole_array():
    want = softmax(np.array([[1.0, 2.0, 0.0], [3.0, 1.0, 2.0], [0.0, 0.5, 0.1]]))
    got = np.where([[False], [True], [False]], want, 0.0)
    assert "all entries together" not in told(want, got, context("softmax(Z)"))


@few
@given(st.integers(2, 7), st.integers(2, 9), seeds())
def test_images_of_any_shape_read_column_by_column_are_named(height, width, seed):
    assume(width != 3)
    images = np.random.default_rng(seed).integers(0, 256, size=(3, height, width)) / 255
    text = told(images.reshape(3, -1), images.swapaxes(1, 2).reshape(3, -1), context("flatten(images)"))
    assert f"every {height} × {width} image column by column" in text


def test_colours_that_come_one_after_the_other_are_named():
    images = np.random.default_rng(3).random((2, 5, 4, 3))
    text = told(images.reshape(2, -1), images.transpose(0, 3, 1, 2).reshape(2, -1), context("flatten(images)"))
    assert "first red, then green, then blue" in text


@few
@given(normal_arrays())
def test_a_forward_relu_is_not_explained_with_gradients(z):
    assume(len(np.unique(z[z > 0])) > 3 and (z < 0).sum() > 1)
    text = told(np.maximum(z, 0), np.abs(z), context("relu(Z)", pre_activation=z))
    assert "gradient" not in text
    assert "ReLU gives 0 where Z is negative" in text


def test_a_limit_and_an_added_number_that_give_the_same_loss_are_both_named():
    logits, y = np.array([[1000.0, 0.0], [0.0, 900.0]]), np.array([1, 0])
    text = told(np.float64(950.0), np.float64(-np.log(1e-12)), context("loss", logits=logits, labels=y))
    assert "1e-12 is added to or used as a lower limit for" in text


@pytest.mark.parametrize(
    ("name", "begins", "causes"),
    [
        ("logits", "Every row of your logits", True),
        ("the logits", "Every row of your logits", True),
        ("dW", "Every row of your dW", False),
        ("the gradient", "Every row of your gradient", False),
        ("distances(X)", "Every row of your distances(X)", True),
    ],
)
def test_a_gradient_is_not_said_to_lack_a_bias_and_no_name_reads_your_the(name, begins, causes):
    expected = np.random.default_rng(3).normal(size=(5, 3))
    said = told(expected, expected + np.array([1.0, 2.0, 4.0]), Context(name=name))
    assert said.startswith(begins)
    assert ("a bias" in said) is causes
