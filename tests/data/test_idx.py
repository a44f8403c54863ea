import gzip

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from little_memory import refused_within
from mnist_files import idx

from dlquiz.data import find
from dlquiz.data import idx as reader
from dlquiz.errors import DataError

IMAGES = np.arange(3 * 784, dtype=np.uint64).astype(np.uint8).reshape(3, 28, 28)
LABELS = np.array([3, 1, 4], np.uint8)


def read_images(path):
    return reader.read_images(path, find("mnist"))


def read_labels(path):
    return reader.read_labels(path, find("mnist"))


def _file(tmp_path, content, name="train-images-idx3-ubyte.gz"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 4), st.just(28), st.just(28))), st.booleans())
def test_images_come_back_as_they_were_written(tmp_path, images, packed):
    content = idx(images)
    got = read_images(_file(tmp_path, gzip.compress(content) if packed else content))
    np.testing.assert_array_equal(got, images)


def test_labels_come_back_as_they_were_written(tmp_path):
    got = read_labels(_file(tmp_path, gzip.compress(idx(LABELS))))
    np.testing.assert_array_equal(got, LABELS)


def test_the_content_and_not_the_name_says_whether_a_file_is_packed(tmp_path):
    assert len(read_images(_file(tmp_path, idx(IMAGES), "x.gz"))) == 3
    assert len(read_images(_file(tmp_path, gzip.compress(idx(IMAGES)), "x"))) == 3


def _flipped(content, position):
    return content[:position] + bytes([content[position] ^ 0xFF]) + content[position + 1 :]


PACKED = gzip.compress(idx(IMAGES), mtime=0)  # the time would stand in the ids of tests, and xdist wants them alike


@pytest.mark.parametrize(
    ("content", "found", "expected"),
    [
        (b"", "a file of 0 bytes", "header of 16 bytes"),
        (idx(IMAGES)[:15], "a file of 15 bytes", "header of 16 bytes"),
        (gzip.compress(idx(LABELS) + bytes(20), mtime=0), "2049", "2051"),
        (b"<!DOCTYPE html><html>not found</html>", "web page", "2051"),
        (idx(IMAGES, magic=0x0D03), "3331", "2051"),
        (idx(np.zeros((2, 28, 27), np.uint8)), "28x27", "28x28"),
        (idx(IMAGES, count=0), "0 images", "1 to 500,000"),
        (idx(IMAGES, count=2**32 - 1), "4294967295 images", "1 to 500,000"),
        (gzip.compress(idx(IMAGES)[:-1]), "only 2351 bytes", "exactly 2352"),
        (gzip.compress(idx(IMAGES) + b"x"), "more than 2352 bytes", "exactly 2352"),
        (idx(IMAGES, count=4), "only 2352 bytes", "exactly 3136"),
        (idx(IMAGES, count=2), "more than 1568 bytes", "exactly 1568"),
        (PACKED[:-9], "damaged gzip", "complete gzip"),
        (PACKED[: len(PACKED) // 2], "damaged gzip", "complete gzip"),
        (_flipped(PACKED, -6), "damaged gzip", "complete gzip"),
        (_flipped(PACKED, 20), "", ""),
        (PACKED + b"garbage", "damaged gzip", "complete gzip"),
        (PACKED + PACKED, "more than 2352 bytes", "exactly 2352"),
    ],
)
def test_a_wrong_image_file_is_refused_with_what_was_found_and_expected(tmp_path, content, found, expected):
    path = _file(tmp_path, content)
    with pytest.raises(DataError) as caught:
        read_images(path)
    message = caught.value.message
    assert str(path) in message
    assert found in message
    assert expected in message
    assert "dlquiz data fetch mnist" in caught.value.next_step


def test_images_are_not_labels(tmp_path):
    with pytest.raises(DataError, match=r"2051 \(IDX images\); expected magic number 2049"):
        read_labels(_file(tmp_path, idx(IMAGES)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(PACKED) - 1), st.binary(max_size=6), st.integers(0, 6))
def test_any_damage_gives_a_data_error_or_the_same_images(tmp_path, position, noise, cut):
    path = _file(tmp_path, PACKED[:position] + noise + PACKED[position + cut :])
    try:
        got = read_images(path)
    except DataError:
        return
    np.testing.assert_array_equal(got, IMAGES)


def test_a_gzip_bomb_is_not_unpacked_beyond_the_declared_size(tmp_path):
    """300 MB of zeros behind a header that declares one image: refused without holding them."""
    bomb = gzip.compress(idx(IMAGES[:1]) + bytes(300_000_000), compresslevel=1)
    path = _file(tmp_path, bomb)
    assert refused_within(60_000_000, lambda: read_images(path), "more than 784 bytes")


def test_a_missing_file_is_a_data_error(tmp_path):
    with pytest.raises(DataError, match="No such file"):
        read_images(tmp_path / "nothing")
