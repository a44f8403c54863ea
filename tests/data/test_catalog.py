import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from mnist_files import arrays, write_idx, write_npz

import dlquiz.data
from dlquiz.data import available, data_root, load
from dlquiz.data.access import import_set
from dlquiz.data.catalog import CATALOG
from dlquiz.data.status import SetState, survey
from dlquiz.errors import DataError, UnknownName


def test_mnist_that_is_not_here_says_how_to_get_it(root):
    assert not available("mnist")
    with pytest.raises(DataError, match="not in") as caught:
        load("mnist")
    assert "dlquiz data fetch mnist" in caught.value.next_step
    assert not root.exists()


def test_an_imported_mnist_is_available(root, source):
    import_set("mnist", source)
    assert available("mnist")


def test_a_damaged_mnist_is_an_error_and_not_silently_the_digits(root, source):
    record = import_set("mnist", source)
    (root / record.folder / "test_X.npy").unlink()
    assert available("mnist")
    with pytest.raises(DataError, match="missing"):
        load("mnist")


@pytest.mark.parametrize("write", [write_idx, lambda folder, sets: write_npz(_made(folder) / "mnist.npz", sets)])
def test_a_data_folder_that_holds_the_files_themselves_is_read_directly(root, write):
    write(root, arrays())
    before = sorted(root.iterdir())
    assert available("mnist")
    found = load("mnist")
    np.testing.assert_array_equal(found.train["X"], arrays()[0])
    np.testing.assert_array_equal(found.test["y"], arrays()[3])
    with pytest.raises(ValueError, match="read-only"):
        found.test["y"][0] = 0
    assert sorted(root.iterdir()) == before


def _made(folder):
    folder.mkdir()
    return folder


def test_the_real_files_can_be_the_data_folder(real_mnist, monkeypatch):
    monkeypatch.setenv("DLQUIZ_DATA", str(real_mnist))
    found = load("mnist")
    assert found.train["X"].shape == (60000, 28, 28)
    assert np.bincount(found.test["y"]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]


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

    assert state() is SetState.ABSENT
    write_idx(root, arrays())
    assert state() is SetState.RAW
    record = import_set("mnist", source)
    assert state() is SetState.READY
    path = root / record.folder / "train_X.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert state() is SetState.BROKEN
    assert survey().broken


def test_the_package_exports_what_it_says_and_imports_it_late():
    assert dlquiz.data.__all__ == sorted(dlquiz.data.__all__)
    assert all(hasattr(dlquiz.data, name) for name in dlquiz.data.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = dlquiz.data.nothing
    code = "import sys, dlquiz.data; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("info", CATALOG, ids=lambda info: info.name)
def test_the_page_about_data_has_a_row_for_every_set(info):
    page = (Path(__file__).parents[2] / "docs/reference/data.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith(f"| `{info.name}` |"))
    assert f"| {info.train:,} / {info.test:,} |" in row
    assert info.source
    assert info.licence


def test_names_are_those_of_records_and_folders():
    assert all(re.fullmatch(r"[a-z][a-z0-9]{0,30}", info.name) for info in CATALOG)
    assert len({info.name for info in CATALOG}) == len(CATALOG)


def test_the_catalog_and_what_is_available_need_no_numpy(root):
    code = (
        "import sys; from dlquiz.data import available, find; find('mnist'), available('digits'), available('moons'); "
        "print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
