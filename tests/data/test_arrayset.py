"""The form of every set: what is checked, and what its digests stand for."""

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mnist_files import idx

from dlquiz.data import find
from dlquiz.data.arrayset import array_set, array_sha256, checked_part, set_digest
from dlquiz.data.info import FieldInfo, Learns
from dlquiz.errors import DataError

IMAGES = np.arange(3 * 784, dtype=np.uint64).astype(np.uint8).reshape(3, 28, 28)
LABELS = np.array([3, 1, 4], np.uint8)
MNIST = find("mnist")
TABLE = replace(
    MNIST, name="table", kind="row", task=Learns.REGRESSION, files=None,
    fields={"X": FieldInfo("float64", (2,)), "y": FieldInfo("float64"), "group": FieldInfo("int64", below=3)},
)  # fmt: skip


def test_the_digest_is_that_of_the_uncompressed_idx_file():
    assert array_sha256(IMAGES) == hashlib.sha256(idx(IMAGES)).hexdigest()
    assert array_sha256(LABELS.astype(np.int64)) == hashlib.sha256(idx(LABELS)).hexdigest()


@given(hnp.arrays(hnp.integer_dtypes(), st.integers(0, 5), elements=st.integers(0, 100)))
def test_the_digest_does_not_depend_on_the_width_or_the_order_of_the_bytes(numbers):
    assert array_sha256(numbers) == array_sha256(numbers.astype(np.int64)) == array_sha256(numbers.astype(">i4"))


@pytest.mark.parametrize(
    "other",
    [np.array([1, 2, 3]), np.array([[1, 2]]), np.array([1.0, 2.0]), np.array([1, 2], np.float32), np.array(["1", "2"])],
)
def test_arrays_that_differ_in_values_shape_or_kind_have_other_digests(other):
    assert array_sha256(np.array([1, 2])) != array_sha256(other)


def test_numbers_that_need_no_more_than_32_bits_have_a_digest_and_others_are_refused():
    assert array_sha256(np.array([-5, 70_000])) != array_sha256(np.array([-5, 70_001]))
    with pytest.raises(ValueError, match="no digest"):
        array_sha256(np.array([2**40]))
    with pytest.raises(ValueError, match="no digest"):
        array_sha256(np.array([None]))


def test_the_digest_of_a_set_changes_with_any_array_and_with_a_swap_of_parts():
    part, other = {"X": IMAGES, "y": LABELS}, {"X": IMAGES[:2], "y": LABELS[:2]}
    digest = array_set(MNIST, part, other).digest
    assert digest == array_set(MNIST, dict(reversed(part.items())), other).digest
    assert digest != array_set(MNIST, other, part).digest
    assert digest == set_digest(
        {"train_X": array_sha256(IMAGES), "train_y": array_sha256(LABELS)}
        | {"test_X": array_sha256(IMAGES[:2]), "test_y": array_sha256(LABELS[:2])}
    )


def test_an_open_set_cannot_be_changed():
    found = array_set(MNIST, {"X": IMAGES.copy(), "y": LABELS.copy()}, {"X": IMAGES.copy(), "y": LABELS.copy()})
    with pytest.raises(ValueError, match="read-only"):
        found.train["y"][0] = 1
    with pytest.raises(TypeError):
        found.train["y"] = LABELS
    assert (found.name, found.shape, found.classes[3]) == ("mnist", (28, 28), "3")


ROWS = {"X": np.zeros((4, 2)), "y": np.zeros(4), "group": np.array([0, 1, 2, 0], np.int8)}


def test_a_table_comes_back_in_the_dtypes_of_the_catalog():
    found = checked_part(TABLE, ROWS, where="here")
    assert {key: array.dtype.name for key, array in found.items()} == {"X": "float64", "y": "float64", "group": "int64"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"X": np.zeros((4, 3))}, r"here: found rows of dtype float64 and shape \(4, 3\); expected float64 \(N, 2\)"),
        ({"X": np.zeros((4, 2), np.float32)}, "found rows of dtype float32"),
        ({"X": np.full((4, 2), np.nan)}, "rows that are not finite"),
        ({"y": np.zeros(3)}, "found 4 rows and 3 targets; expected as many targets as rows"),
        ({"y": np.array(["a"] * 4)}, "targets of dtype <U1"),
        ({"group": np.array([0, 1, 3, 0])}, "group 3 at position 2; expected group 0 to 2"),
        ({"group": np.array([0, -1, 1, 0])}, "group -1 at position 1"),
        ({"group": np.array([0, 2**64 - 1, 1, 0], np.uint64)}, "group 18446744073709551615 at position 1"),
        ({"group": None}, "found no group"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_with_what_was_found_and_expected(changed, message):
    part = {key: array for key, array in (ROWS | changed).items() if array is not None}
    with pytest.raises(DataError, match=message):
        checked_part(TABLE, part, where="here")
