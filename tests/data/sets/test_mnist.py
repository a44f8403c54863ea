import gzip
import hashlib

import numpy as np
import pytest
from mnist_files import IDX_NAMES, arrays, idx, write_idx, write_npz

from dlquiz.data import find
from dlquiz.data.access import import_set
from dlquiz.data.arrayset import array_set
from dlquiz.data.sets import mnist
from dlquiz.data.sets.mnist import has_files
from dlquiz.errors import DataError

SET = arrays()
INFO = find("mnist")
PLAIN = tuple(name.removesuffix(".gz") for name in IDX_NAMES)
DOTS = tuple(name.replace("-idx", ".idx") for name in IDX_NAMES)


def read_source(source):
    return mnist.read_source(source, INFO)


def import_folder(source):
    return import_set("mnist", source)


def _same(found):
    got = (found.train["X"], found.train["y"], found.test["X"], found.test["y"])
    return all(np.array_equal(one, other) for one, other in zip(got, SET, strict=True))


@pytest.mark.parametrize("names", [IDX_NAMES, PLAIN, DOTS, tuple(n.removesuffix(".gz") for n in DOTS)])
@pytest.mark.parametrize("subfolder", ["", "raw", "MNIST/raw"])
def test_every_usual_name_and_place_is_found(tmp_path, names, subfolder):
    write_idx(tmp_path / subfolder, SET, names)
    assert has_files(tmp_path)
    assert _same(read_source(tmp_path))


def test_an_archive_is_found_by_its_folder_and_by_its_own_name(tmp_path):
    path = write_npz(tmp_path / "mnist.npz", SET)
    assert _same(read_source(tmp_path))
    assert _same(read_source(path))


def test_the_packed_file_is_taken_where_both_are_there(tmp_path):
    """It carries a checksum; an unpacked one may be half of it."""
    write_idx(tmp_path, SET)
    for name in PLAIN:
        (tmp_path / name).write_bytes(b"half")
    assert _same(read_source(tmp_path))


def test_a_missing_file_is_named(source):
    (source / IDX_NAMES[3]).unlink()
    assert not has_files(source)
    with pytest.raises(DataError, match=r"lacks t10k-labels-idx1-ubyte\.gz") as caught:
        read_source(source)
    assert "dlquiz data import DIR" in caught.value.next_step


def test_a_folder_without_mnist_and_no_folder_at_all_are_told_apart(tmp_path):
    with pytest.raises(DataError, match="holds no MNIST files"):
        read_source(tmp_path)
    with pytest.raises(DataError, match="There is no folder"):
        read_source(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        (IDX_NAMES[1], SET[1][:-1], "30 images and 29 labels"),
        (IDX_NAMES[1], SET[1] + 10, "label 1[0-9] at position 0; expected labels 0 to 9"),
        (IDX_NAMES[0], SET[1], "magic number 2049"),
    ],
)
def test_files_that_do_not_fit_together_are_refused(source, root, name, array, message):
    (source / name).write_bytes(gzip.compress(idx(array)))
    with pytest.raises(DataError, match=message) as caught:
        import_folder(source)
    assert name in caught.value.message
    assert not root.exists()


def test_a_small_set_is_imported_and_recorded_as_not_the_published_one(source, root):
    record = import_folder(source)
    assert (record.train, record.test, record.canonical) == (30, 10, False)
    assert record.arrays["test_y"].sha256 == hashlib.sha256(idx(SET[3])).hexdigest()


def test_the_real_files_are_recognised(real_mnist, root):
    record = import_folder(real_mnist)
    assert (record.train, record.test, record.canonical) == (60000, 10000, True)


def test_one_changed_pixel_makes_a_set_another_one(real_mnist):
    found = read_source(real_mnist)
    assert mnist.is_canonical(found, INFO)
    images = found.test["X"].copy()
    images[17, 3, 3] ^= 1
    assert not mnist.is_canonical(array_set(INFO, found.train, {**found.test, "X": images}), INFO)
