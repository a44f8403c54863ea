"""What a grader gets of a data set, on the trusted side and in the worker."""

import os

import numpy as np
import pytest

from dlquiz.content.course import load_course
from dlquiz.data import load
from dlquiz.data.descriptors import map_npy
from dlquiz.grading.datasets import prepare
from dlquiz.grading.failure import CaseBroken
from dlquiz.grading.run import grade
from dlquiz.submission import submission_from_bytes
from tests.authoring.small import make_course


def in_the_worker(data, file):
    """Return the array that a worker maps for an expression of ``data``."""
    described = data.files[file.key]
    count = int(np.prod(described.shape))
    raw = os.pread(described.fd, count * np.dtype(described.dtype).itemsize, described.offset)
    return np.frombuffer(raw, described.dtype).reshape(described.shape)


def test_images_are_rows_in_0_to_1_sorted_by_label_as_ever():
    data, digits = prepare("digits", {"epochs": 20}), load("digits")
    order = np.argsort(digits.train["y"], kind="stable")
    X = in_the_worker(data, data.train_X)
    assert (X.dtype, X.shape) == (np.float32, (1437, 784))
    np.testing.assert_array_equal(X, digits.train["X"][order].reshape(1437, 784).astype(np.float32) / np.float32(255))
    np.testing.assert_array_equal(in_the_worker(data, data.train_y), np.sort(digits.train["y"]))
    np.testing.assert_array_equal(data.train_labels, np.sort(digits.train["y"]))
    np.testing.assert_array_equal(data.test_X, digits.test["X"].reshape(360, 784).astype(np.float32) / np.float32(255))
    np.testing.assert_array_equal(data.test_labels, digits.test["y"])
    assert (data.name, data.n_train, data.settings.setting("epochs"), data.classes[7]) == ("digits", 1437, 20, "7")


def test_the_same_images_can_be_had_unflattened_without_a_second_copy():
    data = prepare("digits", {})
    images = in_the_worker(data, data.train_images)
    assert images.shape == (1437, 28, 28)
    np.testing.assert_array_equal(images.reshape(1437, -1), in_the_worker(data, data.train_X))
    assert data.test_images.shape == (360, 28, 28)
    np.testing.assert_array_equal(data.test_images.reshape(360, -1), data.test_X)
    assert data.files["train_images"].fd == data.files["train_X"].fd


def test_a_grader_may_ask_for_the_pixels_as_they_are_in_the_files():
    data, digits = prepare("digits", {"pixels": "uint8"}), load("digits")
    assert in_the_worker(data, data.train_images).dtype == np.uint8
    np.testing.assert_array_equal(data.test_images, digits.test["X"])
    assert in_the_worker(data, data.train_X).shape == (1437, 784)


def test_the_descriptors_can_be_read_and_not_changed():
    data = prepare("digits", {})
    described = data.files["train_X"]
    assert map_npy(described.fd, copy_on_write=False).shape == (1437, 784)
    with pytest.raises(OSError, match=r"not permitted|Bad file"):
        os.pwrite(described.fd, b"x", described.offset)


def test_a_table_keeps_its_numbers_and_its_order():
    data, rents = prepare("rents", {}), load("rents")
    np.testing.assert_array_equal(in_the_worker(data, data.train_X), rents.train["X"])
    np.testing.assert_array_equal(in_the_worker(data, data.train_y), rents.train["y"])
    np.testing.assert_array_equal(data.test_X, rents.test["X"])
    assert data.test_labels.dtype == np.float64
    with pytest.raises(CaseBroken, match="rents has no images"):
        _ = data.train_images
    with pytest.raises(CaseBroken, match="rents has no images"):
        _ = data.test_images


def test_texts_are_lists_in_the_order_of_their_labels():
    data, topics = prepare("topics", {}), load("topics")
    assert type(data.train_X) is list
    pairs = set(zip(topics.train["X"].tolist(), topics.train["y"].tolist(), strict=True))
    assert set(zip(data.train_X, data.train_labels.tolist(), strict=True)) == pairs
    assert (np.diff(data.train_labels) >= 0).all()
    assert data.test_X == topics.test["X"].tolist()
    assert in_the_worker(data, data.train_y).tolist() == data.train_labels.tolist()


def test_a_set_without_labels_has_its_examples_and_its_other_arrays():
    data = prepare("gridworlds", {})
    assert in_the_worker(data, data.train_X).shape == (40, 5, 5)
    assert data.arrays.test["steps"].shape == (20,)
    assert data.train_labels is data.test_labels is None
    with pytest.raises(CaseBroken, match="gridworlds has no labels"):
        _ = data.train_y


GRADER = """
import numpy as np
import pytest
from dlquiz.grading import check

@pytest.mark.case("what arrives", points=4, public=True, hint="none")
def test_what_arrives(submission, data):
    got = submission.describe({argument})
    check.equal(got, {expected!r}, name="describe")
"""
DESCRIBE = b"""
import numpy as np
def describe(*arrays):
    return [[str(np.asarray(a).dtype)[:2], list(np.asarray(a).shape)] for a in arrays]
"""


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("settings", "argument", "expected"),
    [
        ("{digits: {}}", "data.train_X, data.train_images", [["fl", [1437, 784]], ["fl", [1437, 28, 28]]]),
        ("{digits: {pixels: uint8}}", "data.train_images, data.train_y", [["ui", [1437, 28, 28]], ["in", [1437]]]),
        ("{rents: {}}", "data.train_X, data.train_y, data.test_X", [["fl", [300, 4]], ["fl", [300]], ["fl", [100, 4]]]),
        ("{topics: {}}", "data.train_X, data.train_y, data.test_X", [["<U", [180]], ["in", [180]], ["<U", [60]]]),
        ("{gridworlds: {}}", "data.train_X", [["ui", [40, 5, 5]]]),
    ],
)
def test_every_form_arrives_in_a_real_worker(tmp_path, settings, argument, expected):
    root = make_course(tmp_path / "course")
    with (root / "exercises/tiny/exercise.yaml").open("a") as file:
        file.write(f"data: {settings}\n")
    (root / "graders/tiny/test_tiny.py").write_text(GRADER.format(argument=argument, expected=expected))
    (root / "graders/tiny/solution.py").write_bytes(DESCRIBE)
    submission = submission_from_bytes(DESCRIBE, name="tiny.py", module_name="tiny")
    report = grade(load_course(root), "tiny", submission)
    assert report.outcome == "passed", [case.message for case in report.cases]
    assert report.data == settings[1:].partition(":")[0]
