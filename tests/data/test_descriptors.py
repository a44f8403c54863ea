import mmap
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from mnist_files import npy_header

from dlquiz.data import descriptors
from dlquiz.data.descriptors import descriptor, map_npy

DTYPES = [np.dtype(text) for text in sorted(descriptors.DTYPES)]

anything = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
)


@given(anything)
def test_what_is_mapped_equals_what_was_handed_over(array):
    fd = descriptor(array)
    try:
        got = map_npy(fd)
    finally:
        os.close(fd)
    assert got.dtype == array.dtype
    assert got.shape == array.shape
    assert got.tobytes() == array.tobytes()


@given(anything.filter(lambda array: array.ndim > 1))
def test_a_transposed_array_arrives_in_c_order_with_the_same_values(array):
    fd = descriptor(array.T)
    try:
        got = map_npy(fd)
    finally:
        os.close(fd)
    assert got.flags.c_contiguous
    np.testing.assert_array_equal(got, array.T)


@pytest.fixture
def fd():
    fd = descriptor(np.arange(12, dtype=np.int64).reshape(3, 4))
    yield fd
    os.close(fd)


def test_writing_into_one_map_changes_neither_a_second_map_nor_the_file(fd):
    first, second = map_npy(fd), map_npy(fd)
    first[1, 1] = -1
    assert first[1, 1] == -1
    assert second[1, 1] == 5
    assert map_npy(fd)[1, 1] == 5


def test_a_child_process_sees_the_values_and_cannot_change_them_for_the_parent(fd):
    mapped = map_npy(fd)
    if (child := os.fork()) == 0:
        try:
            inner = map_npy(fd)
            right = int(inner.sum()) == 66
            inner[:] = 0
            mapped[:] = 0
            os._exit(0 if right else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert mapped.sum() == 66
    assert map_npy(fd).sum() == 66


@pytest.mark.parametrize(
    "attack",
    [
        lambda fd: os.write(fd, b"x"),
        lambda fd: os.pwrite(fd, b"x", 200),
        lambda fd: os.ftruncate(fd, 0),
        lambda fd: os.ftruncate(fd, 1 << 20),
        lambda fd: mmap.mmap(fd, 0, access=mmap.ACCESS_WRITE),
    ],
    ids=["write", "pwrite", "shrink", "grow", "shared map"],
)
def test_a_descriptor_refuses_every_way_to_change_it(fd, attack):
    with pytest.raises(OSError):
        attack(fd)
    assert map_npy(fd).sum() == 66


@pytest.mark.skipif(sys.platform != "linux", reason="sealed memory is Linux only")
def test_a_sealed_descriptor_cannot_be_opened_again_and_written(fd):
    again = os.open(f"/proc/self/fd/{fd}", os.O_RDWR)
    try:
        with pytest.raises(PermissionError):
            os.pwrite(again, b"x", 200)
    finally:
        os.close(again)


def test_the_temporary_file_used_elsewhere_is_read_only_and_leaves_no_name(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fd = descriptors._unlinked_file(np.arange(3.0))
    try:
        np.testing.assert_array_equal(map_npy(fd), [0, 1, 2])
        assert list(tmp_path.iterdir()) == []
        with pytest.raises(OSError):
            os.write(fd, b"x")
    finally:
        os.close(fd)


def test_the_position_of_the_descriptor_is_neither_used_nor_moved(fd):
    os.lseek(fd, 7, os.SEEK_SET)
    assert map_npy(fd).sum() == 66
    assert os.lseek(fd, 0, os.SEEK_CUR) == 7


def test_a_read_only_map_refuses_writing(fd):
    with pytest.raises(ValueError, match="read-only"):
        map_npy(fd, copy_on_write=False)[0, 0] = 1


def test_big_endian_values_arrive_as_the_same_numbers():
    fd = descriptor(np.array([1.5, -2.0], dtype=">f8"))
    try:
        got = map_npy(fd)
    finally:
        os.close(fd)
    assert got.dtype.str == "<f8"
    assert got.tolist() == [1.5, -2.0]


@pytest.mark.parametrize("dtype", ["O", "U3", "c16", "f2", "?", "M8[s]", "i4"])
def test_only_the_dtypes_of_the_table_are_handed_over(dtype):
    with pytest.raises(ValueError, match="cannot be handed over"):
        descriptor(np.zeros(2, dtype=dtype))


def _map_bytes(tmp_path, content):
    path = tmp_path / "x.npy"
    path.write_bytes(content)
    with path.open("rb") as file:
        return map_npy(file.fileno())


EIGHT = b"\0" * 8


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\x93NUMPY", "1.0"),
        (b"PK\x03\x04" + b"\0" * 60, "found b'PK"),
        (b"\x93NUMPY\x02\x00" + b"\0" * 60, "1.0"),
        (npy_header("|O", (1,)) + EIGHT, "dtype"),
        (npy_header(">f8", (1,)) + EIGHT, "dtype"),
        (npy_header([("a", "<f8")], (1,)) + EIGHT, "plain array"),
        (npy_header("<f8", (2,)) + EIGHT, "8 bytes of data; expected 16"),
        (npy_header("<f8", (1,)) + EIGHT + b"x", "9 bytes of data; expected 8"),
        (npy_header("<f8", (-1, -1)) + EIGHT, "plain array"),
        (npy_header("|u1", (2**32, 2**32)) + EIGHT, "expected 18446744073709551616"),
        (npy_header("<f8", (1,)).replace(b"False", b"True").replace(b"}", b"} ") + EIGHT, "Fortran"),
        (npy_header("<f8", (1,)).replace(b"(1,)", b"f(1)"), "plain array"),
        (b"\x93NUMPY\x01\x00\xff\xff" + b"(" * 70000, "plain array"),
    ],
)
def test_a_file_that_is_not_a_plain_npy_file_is_refused(tmp_path, content, message):
    with pytest.raises(ValueError, match=message):
        _map_bytes(tmp_path, content)


@given(st.binary(max_size=300), st.integers(0, 140))
def test_any_damage_to_a_file_gives_an_array_or_a_value_error(noise, position):
    good = npy_header("<i8", (4,)) + bytes(32)
    content = good[:position] + noise + good[position + len(noise) :]
    fd = os.memfd_create("damaged") if sys.platform == "linux" else pytest.skip("needs memfd")
    try:
        os.write(fd, content)
        got = map_npy(fd)
    except ValueError:
        pass
    else:
        assert got.dtype.str in descriptors.DTYPES
        assert got.nbytes <= len(content)
    finally:
        os.close(fd)


def test_the_module_needs_numpy_only():
    code = (
        "import sys, dlquiz.data.descriptors\n"
        "bad = {'pydantic', 'platformdirs', 'pooch', 'rich', 'click', 'numpy.random', 'dlquiz.data.store',"
        " 'dlquiz.errors'}\n"
        "print(sorted(bad & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
