"""Numbers are facts and causes are guesses: what made a diagnosis say something that was not so, and must not again."""

import re
from itertools import combinations
from types import MappingProxyType

import numpy as np
import pytest

from dlquiz.grading.diagnosis import Context, explain

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def context(name="result", *, rtol=1e-9, atol=1e-12, **values):
    return Context(name, rtol, atol, MappingProxyType(values))


def softmax(z, axis=-1):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def said(expected, got, ctx=None):
    return explain(expected, got, ctx or context()) or ""


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# NaN and inf: the formula is named only if it gives the same numbers


def test_a_logarithm_of_0_is_not_blamed_on_exp():
    logits, y = np.array([[1000.0, 0.0], [400.0, 0.0]]), np.array([1, 1])
    got = -np.log(softmax(logits)[np.arange(2), y]).mean()
    text = said(700.0, got, context("loss", logits=logits, labels=y))
    assert "−log(0) is inf" in text
    assert "overflow" not in text


def test_the_logarithm_of_a_shifted_softmax_is_not_blamed_on_exp():
    z = np.array([[1000.0, 0, 5], [1.0, 2, 3]])
    shifted = z - z.max(axis=1, keepdims=True)
    want = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    text = said(want, np.log(softmax(z)), context("log_softmax(Z)", logits=z))
    assert "log(0) is −inf" in text
    assert "maximum of each row before" not in text


def test_an_infinite_loss_without_any_probability_is_not_explained_by_one():
    assert said(12.5, np.inf, context("loss")) == ""


def test_a_power_that_overflows_is_not_explained_by_exp():
    z = np.array([[1.0, 2.0, 100.0], [3.0, 1.0, 2.0]])
    assert said(np.ones_like(z), z**200, context("out", Z=z)) == ""


def test_inf_is_not_called_nan():
    logits = np.array([[1e4, 0.0, 1e4], [-1e4, -1e4, -1e4 - 900]])
    one_hot = np.eye(3)[[0, 1]]
    got = (np.exp(logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))) - one_hot) / 2
    assert np.isinf(got[1]).all()
    assert not np.isnan(got).any()
    want = np.array([[-0.25, 0, 0.25], [0.25, -0.25, 0]])
    text = said(want, got, context("dlogits", batch_size=2, n_classes=3, logits=logits))
    assert "NaN" not in text
    assert "z − log(sum(exp(z)))" in text
    assert "It starts in row 0" in text


LOGITS = np.array([[1000.0, 1001, 999], [-1000, -1000, -1000], [1000, 0, -1000], [1, 2, 0], [1e4, -1e4, 1e4]])
LABELS = np.array([2, 0, 1, 1, 0])


def gradient(p):
    return (p - np.eye(3)[LABELS]) / len(p)


def unshifted():
    e = np.exp(LOGITS)
    return e / e.sum(axis=1, keepdims=True)


def one_shift():
    e = np.exp(LOGITS - LOGITS.max())
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("want", "got"),
    [
        (softmax(LOGITS), lambda p: p),
        (gradient(softmax(LOGITS)), gradient),
        (np.float64(1220.0), lambda p: -np.log(p[np.arange(5), LABELS]).mean()),
    ],
    ids=["softmax", "gradient", "loss"],
)
def test_softmax_without_a_shift_is_named_where_rows_overflow_and_others_underflow(want, got):
    assert "written as exp(z) / sum(exp(z))" in said(
        want, got(unshifted()), context("it", logits=LOGITS, labels=LABELS)
    )


@pytest.mark.parametrize(
    ("want", "got"),
    [(softmax(LOGITS), lambda p: p), (gradient(softmax(LOGITS)), gradient)],
    ids=["softmax", "gradient"],
)
def test_one_maximum_for_all_rows_is_named(want, got):
    text = said(want, got(one_shift()), context("it", logits=LOGITS, labels=LABELS))
    assert "one maximum, that of the whole array" in text
    assert "less the maximum (10000) is 0" in text


def test_softmax_in_float32_overflows_above_88():
    z = np.array([[100.0, 1.0], [0.5, 2.0]])
    e = np.exp(z.astype(np.float32))
    text = said(softmax(z), e / e.sum(axis=1, keepdims=True), context("softmax(Z)", rtol=1e-6, logits=z))
    assert "above 88 in float32" in text


def test_another_formula_that_fails_in_the_extreme_rows_is_told_as_a_guess():
    z = np.array([[1.0, 2.0], [1000.0, 3.0], [0.5, 0.25]])
    got = softmax(z)
    got[1] = np.nan, 7.0
    text = said(softmax(z), got, context("softmax(Z)", logits=z))
    assert "Often exp overflows" in text
    got[2] = np.nan
    assert said(softmax(z), got, context("softmax(Z)", logits=z)) == ""


# Layout and shapes


def test_columns_picked_for_all_rows_are_not_called_broadcasting(rng):
    p, y = softmax(rng.normal(size=(4, 5))), np.array([1, 3, 0, 2])
    text = said(p[np.arange(4), y], p[:, y], context("p of the right class"))
    assert "its diagonal is the expected result" in text
    assert "NumPy combined" not in text
    assert "[np.arange(N), y]" in text


def test_a_matrix_product_for_row_products_is_not_called_broadcasting(rng):
    a, b = rng.normal(size=(2, 4, 3))
    assert "NumPy combined" not in said((a * b).sum(axis=1), a @ b.T)


@pytest.mark.parametrize("combine", [np.add, np.subtract, np.multiply, np.divide])
def test_a_row_that_meets_a_column_is_called_broadcasting(combine, rng):
    a, b = rng.normal(size=(2, 6))
    assert "NumPy combined every entry" in said(combine(a, b), combine(a, b[:, None]))


def test_a_lost_column_of_a_layer_is_not_blamed_on_classes(rng):
    a = np.maximum(rng.normal(size=(5, 4)), 0)
    a[:, -1] = 0
    text = said(a, a[:, :3], context("A1"))
    assert "3 columns, expected 4" in text
    assert "class" not in text


def test_grey_images_have_no_red_green_and_blue(rng):
    grey = rng.integers(0, 256, (2, 5, 3))
    want, got = grey.reshape(2, -1) / 255, grey.transpose(0, 2, 1).reshape(2, -1) / 255
    assert "red" not in said(want, got, context("flatten(images)", images=grey))
    unknown = said(want, got, context("flatten(images)"))
    assert "5 × 3 image column by column" in unknown
    assert "Or, if these are 5 pixels with three channels" in unknown


def test_a_transposed_one_hot_table_says_what_to_look_for():
    table = np.eye(4)[[2, 0, 1, 1, 3]]
    text = said(table, table.T.copy(), context("one_hot(y, 4)"))
    assert "is the transpose of the expected one" in text
    assert "Look for a .T that is missing or too many, for two lengths or two indices in the other order" in text


def test_channels_moved_by_reshape_are_named(rng):
    images = rng.random((2, 4, 5, 3))
    want = np.moveaxis(images, 3, 1)
    text = said(want, images.reshape(want.shape), context("to_channels_first(images)"))
    assert "this is what reshape gives where axes have to be moved" in text


def test_a_column_of_bias_gradients_divided_once_more_is_told_in_full(rng):
    db = rng.normal(size=4)
    text = said(db, db[:, None] / 8, context("db", batch_size=8))
    assert "has shape (4, 1), expected (4,). Besides:" in text
    assert "divided by 8, and 8 is the batch size" in text
    assert "This is a column" in said(db, db[:, None], context("db"))


def test_a_sum_over_all_axes_is_named(rng):
    dout = rng.normal(size=(6, 3))
    text = said(dout.sum(axis=0), dout.sum(), context("db"))
    assert "is one number, the sum of all entries" in text
    assert "axis=0" in text


# Precision


def test_numbers_rounded_to_the_nearest_whole_one_are_not_blamed_on_integers():
    text = said(np.array([1.6, 2.7, 3.2, 4.9]), np.array([2.0, 3.0, 3.0, 5.0]))
    assert "rounded to whole numbers" in text
    assert "//" not in text
    assert "integers" not in text


def test_batch_norm_without_epsilon_is_not_called_rounded():
    x = np.array([[3.0], [9.0], [11.0], [17.0]])
    mean, variance = x.mean(axis=0), x.var(axis=0)
    text = said((x - mean) / np.sqrt(variance + 1e-5), (x - mean) / np.sqrt(variance), context("batchnorm(X)"))
    assert "rounded" not in text
    assert "A small constant" in text


def test_whole_numbers_with_noise_in_the_last_bit_are_not_called_rounded():
    want = np.array([1.0, 2, 3, 4]) * (1 + 3e-9)
    assert "rounded" not in said(want, np.array([1.0, 2, 3, 4]))


@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_numbers_that_are_rounded_still_are_called_so(decimals, rng):
    want = rng.normal(size=(4, 3))
    assert f"rounded to {decimals} decimals" in said(want, np.round(want, decimals))


def test_a_one_sided_difference_is_not_called_float32():
    x, eps = np.array([0.625, 1.25, 2.375]), 2.0**-20
    text = said(2 * x, ((x + eps) ** 2 - x**2) / eps, context("gradient"))
    assert "computed in float32" not in text
    assert "one side only" in text


# Factors and offsets


def test_a_factor_that_comes_from_the_batch_is_not_called_constant(rng):
    images = rng.integers(0, 200, (3, 5)) / 1.0
    text = said(images / 255, images / images.max(), context("flatten(images)", rtol=1e-5))
    assert "in every entry of this batch, and its largest entry is exactly 1" in text
    assert "Perhaps it is divided by the largest value" in text
    factor = said(images / 255, images / 91.7, context("flatten(images)", rtol=1e-5))
    assert "or for something that is computed from the inputs" in factor


def test_a_slope_over_eps_is_one_of_the_causes_of_a_factor_2(rng):
    text = said(rng.normal(size=(4, 3)), 2 * np.random.default_rng(0).normal(size=(4, 3)), context("gradient"))
    assert "exactly 2 times" in text
    assert "Often" in text
    assert "divided by eps only" in text


def test_a_factor_that_is_the_number_of_classes_is_no_order_to_divide():
    text = said(np.log(10.0), 10 * np.log(10.0), context("loss", batch_size=3, n_classes=10))
    assert "10 is the number of classes" in text
    assert "says to divide" not in text


def test_a_negative_factor_is_said_before_the_advice(rng):
    want = rng.normal(size=(4, 3))
    text = said(want, -8 * want, context("dW", batch_size=8))
    assert text.startswith("Your dW is exactly minus 8 times the expected one, and 8 is the batch size.")
    assert text.endswith("Its sign is the opposite one, too.")


def test_sizes_without_the_plus_1_are_not_called_classes():
    text = said(np.array([13.0, 26, 14]), np.array([12.0, 25, 13]), context("output sizes"))
    assert "1 too small" in text
    assert "if these are classes" in text
    labels = said(np.array([0, 2, 1, 3]), np.array([1, 3, 2, 4]), context("predict(X)", n_classes=5))
    assert labels.endswith("Classes and indices count from 0.")


def test_of_two_classes_the_other_one_is_not_blamed_on_argmin_alone(rng):
    scores = rng.normal(size=(6, 2))
    text = said(scores.argmax(axis=1), scores.argmin(axis=1), context("predict(X)", logits=scores))
    assert "the other one of the two classes" in text
    assert "Perhaps a comparison is the wrong way round, or argmin" in text


def test_rows_that_sum_to_1_are_not_said_not_to():
    p = np.array([[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.3, 0.2, 0.5]])
    z = np.log(p * np.array([1.0, 3.0, 7.0]))
    got = softmax(z, 0)
    assert np.allclose(got.sum(axis=1), 1)
    text = said(softmax(z), got, context("softmax(Z)", logits=z))
    assert "normalised over axis 0: its columns sum to 1." in text
    assert "rows do not" not in text


def test_a_row_that_is_missing_in_a_gradient_is_not_said_to_be_a_bias(rng):
    dout, W = rng.normal(size=(6, 3)), rng.normal(size=(4, 3))
    text = said(dout @ W.T, (dout - dout.mean(axis=0)) @ W.T, context("dX", batch_size=6))
    assert "differs from the expected one by the same numbers" in text
    assert "This is what a bias does" not in text


def test_a_1_is_not_called_a_logarithm_to_the_base_10():
    assert said(np.log(10.0), 1.0, context("loss", batch_size=3, n_classes=10)) == ""


def test_noise_on_the_zeros_of_a_relu_is_not_called_a_mask(rng):
    want = np.where(rng.normal(size=(5, 4)) > 0, rng.normal(size=(5, 4)), 0.0)
    assert "should be 0" not in said(want, want + 1e-8, context("dZ", rtol=1e-12, atol=1e-14))


# Two mistakes at once: a sentence that is true, or none


def gradient_with(flags, rng):
    z, y = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    p = softmax(z, 0) if "axis" in flags else softmax(z)
    got = p - (0 if "one-hot" in flags else np.eye(4)[y])
    got = got / (1 if "mean" in flags else 36 if "twice" in flags else 6)
    got = -got if "sign" in flags else got
    want = (softmax(z) - np.eye(4)[y]) / 6
    got = got.T if "transposed" in flags else got
    return want, got, context("dlogits", logits=z, batch_size=6, n_classes=4)


def loss_with(flags, rng):
    z, y = rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
    picked = (softmax(z, 0) if "axis" in flags else softmax(z))[np.arange(6), y]
    losses = -np.log2(picked) if "base" in flags else 1 - picked if "no-log" in flags else -np.log(picked)
    got = losses.sum() if "mean" in flags else losses.mean()
    got = -got if "sign" in flags else got
    return -np.log(softmax(z)[np.arange(6), y]).mean(), got, context("loss", logits=z, labels=y, batch_size=6)


def layer_with(flags, rng):
    X, W, b = rng.normal(size=(5, 5)), rng.normal(size=(5, 5)), rng.normal(size=5)
    product = W @ X if "order" in flags else X @ W.T if "weights" in flags else X @ W
    got = product if "no-bias" in flags else product + b[:, None] if "down" in flags else product + b
    got = np.maximum(got, 0) if "relu" in flags else got
    got = got.astype(np.float32).astype(np.float64) if "float32" in flags else got
    return X @ W + b, got, context("Z", bias=b, inputs=X, weights=W, batch_size=5)


def bias_with(flags, rng):
    dout = rng.normal(size=(6, 3))
    got = dout.mean(axis=0) if "mean" in flags else dout.sum(axis=0)
    got = -got if "sign" in flags else got
    got = got[:, None] if "column" in flags else got[None] if "row" in flags else got
    return dout.sum(axis=0), got, context("db", batch_size=6, dout=dout)


def flat_with(flags, rng):
    images = rng.integers(1, 256, (3, 4, 6))
    turned = images.transpose(0, 2, 1) if "columns" in flags else images
    got = turned.reshape(3, -1) / (1 if "not-scaled" in flags else 255 * 255 if "scaled-twice" in flags else 255)
    got = got[::-1] if "reversed" in flags else got
    return images.reshape(3, -1) / 255, got, context("flatten(images)", images=images)


TRUE_WORDS = {
    "axis": ("axis 0",),
    "one-hot": ("probabilities alone",),
    "mean": ("batch size", "1/N", "mean over axis"),
    "twice": ("batch size",),
    "sign": ("opposite sign", "sign is the opposite", "minus"),
    "transposed": ("transpose",),
    "base": ("base 2",),
    "no-log": ("logarithm is missing",),
    "order": ("W @ X",),
    "weights": ("X @ W.T",),
    "no-bias": ("without the bias", "by the same numbers", "X @ W; expected", "W @ X; expected", "W.T; expected"),
    "down": ("wrong axis", "b[:, None]"),
    "relu": ("replaced by 0",),
    "float32": ("float32",),
    "column": ("shape (3, 1)",),
    "row": ("shape (1, 3)",),
    "columns": ("column by column",),
    "not-scaled": ("255 times",),
    "scaled-twice": ("divided by 255",),
    "reversed": ("reverse order", "another order"),
}
EXCLUDING = [{"mean", "twice"}, {"base", "no-log"}, {"order", "weights"}, {"no-bias", "down"}, {"column", "row"},
             {"not-scaled", "scaled-twice"}]  # fmt: skip
PIPELINES = {
    gradient_with: ("axis", "one-hot", "mean", "twice", "sign", "transposed"),
    loss_with: ("axis", "base", "no-log", "mean", "sign"),
    layer_with: ("order", "weights", "no-bias", "down", "relu", "float32"),
    bias_with: ("mean", "sign", "column", "row"),
    flat_with: ("columns", "not-scaled", "scaled-twice", "reversed"),
}
ONE = [(make, {flag}) for make, flags in PIPELINES.items() for flag in flags]
TWO = [
    (make, {*pair}) for make, flags in PIPELINES.items() for pair in combinations(flags, 2) if {*pair} not in EXCLUDING
]


def name(value):
    return "+".join(sorted(value)) if isinstance(value, set) else value.__name__


def true_words(flags):
    return [words for flag in flags for words in TRUE_WORDS[flag]]


@pytest.mark.parametrize(("make", "flags"), ONE, ids=name)
def test_one_mistake_is_told_in_its_words(make, flags, rng):
    want, got, ctx = make(flags, rng)
    text = said(want, got, ctx)
    assert any(words in text for words in true_words(flags)), text


@pytest.mark.parametrize(("make", "flags"), TWO, ids=name)
def test_of_two_mistakes_one_is_told_in_its_words_or_nothing_is(make, flags, rng):
    for _ in range(5):
        want, got, ctx = make(flags, rng)
        text = said(want, got, ctx)
        assert not text or any(words in text for words in true_words(flags)), text
        for factor in re.findall(r"exactly (minus )?([\d.]+) times the expected one", text):
            flat = np.reshape(got, np.shape(want))
            assert np.allclose(flat, float(factor[1]) * (-1 if factor[0] else 1) * np.asarray(want))
