import io
import os
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mnist_files import arrays, npy_header, replace_member, write_npz

from dlquiz.data.catalog import find
from dlquiz.data.sets import mnist_npz
from dlquiz.errors import DataError

SET = arrays()


def read_npz(path):
    return mnist_npz.read_npz(path, find("mnist"))


@pytest.fixture
def path(tmp_path):
    return write_npz(tmp_path / "mnist.npz", SET)


def test_a_good_archive_gives_the_four_arrays(path):
    found = read_npz(path)
    np.testing.assert_array_equal(found.train["X"], SET[0])
    np.testing.assert_array_equal(found.train["y"], SET[1])
    np.testing.assert_array_equal(found.test["X"], SET[2])
    np.testing.assert_array_equal(found.test["y"], SET[3])
    assert found.test["y"].dtype == np.int64


@pytest.mark.parametrize("dtype", ["i1", "<i4", ">i8", "u8"])
def test_labels_may_be_whole_numbers_of_any_width(tmp_path, dtype):
    found = read_npz(write_npz(tmp_path / "m.npz", SET, y_train=SET[1].astype(dtype)))
    np.testing.assert_array_equal(found.train["y"], SET[1])


def test_fortran_order_gives_the_same_images(tmp_path):
    found = read_npz(write_npz(tmp_path / "m.npz", SET, x_train=np.asfortranarray(SET[0])))
    np.testing.assert_array_equal(found.train["X"], SET[0])


class Bomb:
    """Unpickling one creates a file: the test would see it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_pickled_objects_are_refused_and_not_run(tmp_path):
    target = tmp_path / "was-run"
    labels = np.empty(30, object)
    labels[:] = [Bomb(str(target))] * 30
    with pytest.raises(DataError, match="pickled Python objects"):
        read_npz(write_npz(tmp_path / "m.npz", SET, y_train=labels))
    assert not target.exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x_train": SET[0].astype(float)}, r"<f8 and shape \(30, 28, 28\)"),
        ({"x_train": SET[0][:, :27]}, r"\(30, 27, 28\)"),
        ({"x_train": SET[0].reshape(30, 784)}, r"\(30, 784\)"),
        ({"x_test": SET[2][:0]}, "0 entries"),
        ({"x_test": SET[2][:9]}, "9 images and 10 labels"),
        ({"y_train": SET[1].astype(float)}, "<f8"),
        ({"y_train": SET[1][:, None]}, r"\(30, 1\)"),
        ({"y_train": SET[1] + 3}, "label 1[0-2] at position"),
        ({"y_test": SET[3].astype(int) - 20}, "label -"),
        ({"y_test": None}, "expected the arrays"),
    ],
)
def test_an_archive_with_the_wrong_content_is_refused(tmp_path, changed, message):
    path = write_npz(tmp_path / "m.npz", SET, **changed)
    with pytest.raises(DataError, match=message) as caught:
        read_npz(path)
    assert str(path) in caught.value.message
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no plain array"),
        (b"not an array at all", "no plain array"),
        (npy_header("|u1", (10**9, 28, 28)), "1000000000 entries"),
        (npy_header("|u1", (30, 28, 28)) + bytes(100), "only 100 bytes"),
        (npy_header("|u1", (30, 28, 28)) + bytes(30 * 784 + 1), "more than 23520 bytes"),
    ],
)
def test_a_member_that_lies_about_itself_is_refused(path, content, message):
    replace_member(path, "x_train.npy", content)
    with pytest.raises(DataError, match=message):
        read_npz(path)


def test_a_zip_bomb_is_not_unpacked(path):
    """200 MB of zeros behind an honest header of 30 images."""
    replace_member(path, "x_train.npy", npy_header("|u1", (30, 28, 28)) + bytes(200_000_000))
    child = os.fork()
    if child == 0:
        import resource
        from pathlib import Path

        try:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + 50_000_000,) * 2)
            try:
                read_npz(path)
            except DataError as error:
                os._exit(0 if "more than 23520 bytes" in error.message else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_truncated_archive_is_refused(path):
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DataError, match="it is damaged"):
        read_npz(path)


def test_damage_inside_a_member_is_found(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError):
        read_npz(path)


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    path = tmp_path / "mnist.npz"
    path.write_text("<html>404</html>")
    with pytest.raises(DataError, match="not a zip file"):
        read_npz(path)


@pytest.mark.parametrize(("offset_in_entry", "value"), [(8, 1), (10, 99)], ids=["encrypted", "unknown compression"])
def test_an_archive_that_cannot_be_unpacked_is_refused(path, offset_in_entry, value):
    """Set the flag or the method of every entry of the central directory (APPNOTE.TXT, 4.3.12)."""
    content = bytearray(path.read_bytes())
    position = content.find(b"PK\x01\x02")
    while position != -1:
        struct.pack_into("<H", content, position + offset_in_entry, value)
        position = content.find(b"PK\x01\x02", position + 4)
    path.write_bytes(content)
    assert zipfile.is_zipfile(io.BytesIO(bytes(content)))
    with pytest.raises(DataError, match=r"encrypted|uncommon way"):
        read_npz(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_gives_a_data_error_or_a_whole_set(tmp_path, data):
    """Half of the places are in the last 400 bytes, where the directory of the archive is."""
    path = write_npz(tmp_path / "mnist.npz", arrays(3, 2))
    content = path.read_bytes()
    position = data.draw(st.integers(0, len(content) - 1) | st.integers(len(content) - 400, len(content) - 1))
    noise, cut = data.draw(st.binary(max_size=6)), data.draw(st.integers(0, 6))
    path.write_bytes(content[:position] + noise + content[position + cut :])
    try:
        found = read_npz(path)
    except DataError:
        return
    assert found.train["X"].shape == (3, 28, 28)
    assert found.test["y"].shape == (2,)
