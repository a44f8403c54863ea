import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mnist_files import arrays, write_idx, write_npz

import dlquiz.data
from dlquiz.data import available, best_available, data_root, load
from dlquiz.data.mnist import import_folder
from dlquiz.data.status import State, survey
from dlquiz.errors import DataError, UnknownName


def test_without_mnist_the_digits_are_used_and_mnist_says_how_to_get_it(root):
    assert not available("mnist")
    assert best_available() == "digits"
    with pytest.raises(DataError, match="not in") as caught:
        load("mnist")
    assert "dlquiz data fetch mnist" in caught.value.next_step
    assert not root.exists()


def test_an_imported_mnist_is_used(root, source):
    import_folder(source)
    assert available("mnist")
    assert best_available() == "mnist"


def test_a_damaged_mnist_is_an_error_and_not_silently_the_digits(root, source):
    record = import_folder(source)
    (root / record.folder / "test_images.npy").unlink()
    assert best_available() == "mnist"
    with pytest.raises(DataError, match="missing"):
        load(best_available())


@pytest.mark.parametrize("write", [write_idx, lambda folder, sets: write_npz(_made(folder) / "mnist.npz", sets)])
def test_a_data_folder_that_holds_the_files_themselves_is_read_directly(root, write):
    write(root, arrays())
    before = sorted(root.iterdir())
    assert best_available() == "mnist"
    found = load("mnist")
    np.testing.assert_array_equal(found.train_images, arrays()[0])
    np.testing.assert_array_equal(found.test_labels, arrays()[3])
    with pytest.raises(ValueError, match="read-only"):
        found.test_labels[0] = 0
    assert sorted(root.iterdir()) == before


def _made(folder):
    folder.mkdir()
    return folder


def test_the_real_files_can_be_the_data_folder(real_mnist, monkeypatch):
    monkeypatch.setenv("DLQUIZ_DATA", str(real_mnist))
    found = load("mnist")
    assert found.train_images.shape == (60000, 28, 28)
    assert np.bincount(found.test_labels).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


def test_an_unknown_name_lists_the_known_ones(root):
    with pytest.raises(UnknownName) as caught:
        load("imagenet")
    assert "digits, mnist" in caught.value.next_step
    assert not available("imagenet")


def test_the_data_folder_follows_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("DLQUIZ_DATA", "~/somewhere")
    assert data_root() == Path.home() / "somewhere"
    monkeypatch.delenv("DLQUIZ_DATA")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_root().name == "dlquiz"


def test_the_survey_tells_absent_raw_ready_and_broken_apart(root, source):
    def state():
        return next(one for one in survey().sets if one.name == "mnist").state

    assert state() is State.ABSENT
    write_idx(root, arrays())
    assert state() is State.RAW
    record = import_folder(source)
    assert state() is State.READY
    path = root / record.folder / "train_images.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert state() is State.BROKEN
    assert survey().broken


def test_the_package_exports_what_it_says_and_imports_it_late():
    assert dlquiz.data.__all__ == sorted(dlquiz.data.__all__)
    assert all(hasattr(dlquiz.data, name) for name in dlquiz.data.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dlquiz.data.nothing
    code = "import sys, dlquiz.data; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
