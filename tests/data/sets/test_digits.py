import hashlib

import numpy as np
import pytest

from dlquiz.data import load
from dlquiz.data.sets import digits as digits_module
from dlquiz.data.sets.digits import upsample
from dlquiz.errors import DataError

RESULT_SHA256 = "b37c94c9467004f4bf2b9fd4d8848308493bd9f7d8160f93f1934d7390a06e4f"


def test_the_digits_are_always_the_same_bytes_in_the_same_order():
    """Images and labels of both parts, labels as bytes; a changed split would change every measured accuracy."""
    found = load("digits")
    digest = hashlib.sha256()
    for array in (found.train["X"], found.train["y"], found.test["X"], found.test["y"]):
        digest.update(array.astype(np.uint8).tobytes())
    assert digest.hexdigest() == RESULT_SHA256


def test_the_digits_have_the_promised_shapes_and_dtypes():
    found = load("digits")
    assert found.name == "digits"
    assert found.train["X"].shape == (1437, 28, 28)
    assert found.test["X"].shape == (360, 28, 28)
    assert found.train["X"].dtype == found.test["X"].dtype == np.uint8
    assert found.train["y"].shape == (1437,)
    assert found.test["y"].dtype == np.int64
    assert (found.train["X"].min(), found.train["X"].max()) == (0, 255)


def test_every_class_is_in_both_parts():
    found = load("digits")
    for labels in (found.train["y"], found.test["y"]):
        assert np.bincount(labels, minlength=10).min() >= 25


def test_no_image_is_in_both_parts():
    found = load("digits")
    train = {image.tobytes() for image in found.train["X"]}
    assert not train & {image.tobytes() for image in found.test["X"]}


def test_a_reader_cannot_change_the_digits():
    with pytest.raises(ValueError, match="read-only"):
        load("digits").train["X"][0, 0, 0] = 1
    with pytest.raises(ValueError, match="read-only"):
        load("digits").test["y"][0] = 1


def test_upsampling_repeats_each_pixel_three_times_inside_a_border_of_two():
    counts = np.zeros((1, 8, 8), np.uint8)
    counts[0, 0, 0], counts[0, 7, 7], counts[0, 2, 5] = 16, 8, 1
    image = upsample(counts)[0]
    assert image.shape == (28, 28)
    assert (image[2:5, 2:5] == 255).all()
    assert (image[23:26, 23:26] == 128).all()
    assert (image[8:11, 17:20] == 16).all()
    assert np.count_nonzero(image) == 27


def test_scaling_is_the_nearest_whole_number_for_every_count():
    counts = np.arange(17, dtype=np.uint8).repeat(64).reshape(17, 8, 8)
    got = upsample(counts)[:, 14, 14]
    np.testing.assert_array_equal(got, np.floor(np.arange(17) * 255 / 16 + 0.5))


def test_a_changed_file_is_refused(monkeypatch):
    monkeypatch.setattr(digits_module, "FILE_SHA256", "0" * 64)
    with pytest.raises(DataError, match="sha256") as caught:
        digits_module._embedded()
    assert "install" in caught.value.next_step
