import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pytest
from mnist_files import IDX_NAMES, arrays, write_idx, write_npz

from dlquiz.data import find, load
from dlquiz.data.access import import_set
from dlquiz.data.store import locked, open_converted, read_record, verify
from dlquiz.errors import DataError

ARRAYS = (("train", "X"), ("train", "y"), ("test", "X"), ("test", "y"))
MNIST = find("mnist")
IMPORT = """
import sys; from pathlib import Path; from dlquiz.data.access import import_set
import_set("mnist", Path(sys.argv[1]))"""


def _assert_is(found, contents):
    for (part, field), want in zip(ARRAYS, contents, strict=True):
        np.testing.assert_array_equal(found.part(part)[field], want)


def _only_one_set(root):
    """Whether the folder holds the record, the lock and the one folder that the record names."""
    expected = (".lock", "mnist.json", read_record(root, MNIST).folder)
    return sorted(entry.name for entry in root.iterdir()) == sorted(expected)


def _run_import(source, prepare=""):
    return subprocess.Popen([sys.executable, "-c", prepare + IMPORT, str(source)], stderr=subprocess.PIPE, text=True)


def test_an_imported_set_is_opened_read_only_and_unchanged(source, root):
    import_set("mnist", source)
    found = load("mnist")
    _assert_is(found, arrays())
    assert found.train["X"].dtype == np.uint8
    assert found.test["y"].dtype == np.int64
    with pytest.raises(ValueError, match="read-only"):
        found.train["X"][0] = 0
    assert _only_one_set(root)


def test_arrays_in_fortran_order_are_imported_as_any_others(root, tmp_path):
    """mnist.npz may hold them so; a file written in that order could not be opened again."""
    x_train, *others = arrays()
    import_set("mnist", write_npz(tmp_path / "mnist.npz", (np.asfortranarray(x_train), *others)))
    _assert_is(load("mnist"), arrays())


def test_importing_again_replaces_the_set_and_leaves_nothing_behind(source, root, tmp_path):
    import_set("mnist", source)
    before = load("mnist")
    other = arrays(20, 5, seed=1)
    import_set("mnist", write_idx(tmp_path / "other", other))
    _assert_is(load("mnist"), other)
    _assert_is(before, arrays())  # a program that has the old set open keeps it
    assert _only_one_set(root)


def test_a_failed_import_leaves_the_set_that_was_there(source, root, tmp_path):
    import_set("mnist", source)
    broken = write_idx(tmp_path / "broken", arrays(seed=1))
    (broken / IDX_NAMES[2]).write_bytes(b"\x1f\x8b nonsense")
    with pytest.raises(DataError):
        import_set("mnist", broken)
    _assert_is(load("mnist"), arrays())
    assert _only_one_set(root)


LIMIT = "import resource, signal; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "


def test_a_full_disk_is_a_data_error_and_nothing_half_written_stays(source, root):
    """The kernel refuses to let a file grow beyond 20 kB: the same OSError path as a full disk."""
    import_set("mnist", write_idx(source.parent / "small", arrays(10, 5, seed=2)))
    done = _run_import(source, LIMIT)
    _, errors = done.communicate()
    assert done.returncode == 1
    assert "DataError" in errors
    assert "cannot be written" in errors
    _assert_is(load("mnist"), arrays(10, 5, seed=2))
    assert _only_one_set(root)


def test_a_killed_import_harms_nothing_and_the_next_one_cleans_up(source, root):
    """With its default action the signal of the same limit kills the process in the middle of a write."""
    done = _run_import(source, LIMIT + "signal.signal(signal.SIGXFSZ, signal.SIG_DFL); ")
    done.communicate()
    assert done.returncode == -signal.SIGXFSZ
    assert open_converted(root, MNIST) is None
    (left,) = root.glob("mnist-*")
    assert 0 < sum(file.stat().st_size for file in left.iterdir()) < 30 * 784
    import_set("mnist", source)
    assert not left.exists()
    _assert_is(load("mnist"), arrays())
    assert _only_one_set(root)


@pytest.mark.parametrize("delay_ms", [0, 2, 5, 10, 20])
def test_whenever_an_import_is_killed_there_is_the_old_set_or_the_new_one(source, root, tmp_path, delay_ms):
    old, new = arrays(seed=3), arrays(2000, 500, seed=4)
    import_set("mnist", write_idx(tmp_path / "old", old))
    write_idx(tmp_path / "new", new)
    announce = "import dlquiz.data.sets.mnist, dlquiz.data.store; print('ready', flush=True); "
    command = [sys.executable, "-c", announce + IMPORT, str(tmp_path / "new")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        child.stdout.readline()
        try:
            child.wait(delay_ms / 1000)
        except subprocess.TimeoutExpired:
            child.kill()
    found = load("mnist")
    _assert_is(found, old if len(found.train["y"]) == 30 else new)
    verify(found, read_record(root, MNIST))
    import_set("mnist", source)
    assert _only_one_set(root)


def test_imports_at_the_same_time_all_succeed_and_one_of_them_stays(root, tmp_path):
    sets = [arrays(40 + i, 10, seed=i) for i in range(3)]
    children = [_run_import(write_idx(tmp_path / f"s{i}", one)) for i, one in enumerate(sets)]
    assert [(child.communicate()[1], child.returncode) for child in children] == [("", 0)] * 3
    found = load("mnist")
    _assert_is(found, sets[len(found.train["y"]) - 40])
    verify(found, read_record(root, MNIST))
    assert _only_one_set(root)


def test_a_reader_finds_a_whole_set_while_others_replace_it(source, root, tmp_path):
    import_set("mnist", source)
    loop = IMPORT + "\nfor _ in range(15): import_set('mnist', Path(sys.argv[1]))"
    other = write_idx(tmp_path / "other", arrays(31, 10, seed=5))
    child = subprocess.Popen([sys.executable, "-c", loop, str(other)])
    opened = 0
    while child.poll() is None:
        found = load("mnist")
        assert len(found.train["X"]) == len(found.train["y"])
        opened += 1
    assert child.returncode == 0
    assert opened > 10


def test_whoever_waits_too_long_for_the_lock_is_told_so(root):
    code = "from dlquiz.data.catalog import find; from dlquiz.data.store import locked, data_root\n"
    code += "with locked(data_root(), find('mnist')): print(1, flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        with pytest.raises(DataError, match="Another dlquiz is writing"), locked(root, MNIST, wait_s=0.1):
            pass
        child.kill()
    with locked(root, MNIST, wait_s=5):  # the lock of a killed process is free
        pass


def test_a_read_only_data_folder_is_a_data_error():
    """As root, write permission is taken away by becoming nobody for the call."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        source = write_idx(top / "source", arrays())
        root = top / "root"
        root.mkdir()
        root.chmod(0o555)
        top.chmod(0o755)
        user = os.geteuid()
        try:
            if user == 0:
                os.seteuid(65534)
            with pytest.raises(DataError, match="cannot be written: Permission denied") as caught:
                import_set("mnist", source, root=root)
        finally:
            if user == 0:
                os.seteuid(0)
            root.chmod(0o755)
        assert "DLQUIZ_DATA" in caught.value.next_step
        assert list(root.iterdir()) == []


def test_a_data_folder_that_is_a_file_is_a_data_error(source, root):
    root.write_text("I am a file")
    with pytest.raises(DataError, match="cannot be written"):
        import_set("mnist", source)


def _replace(root, field, content):
    path = root / read_record(root, MNIST).folder / f"{field}.npy"
    path.unlink()
    if content is not None:
        np.save(path, content, allow_pickle=False)


@pytest.mark.parametrize(
    ("field", "content", "message"),
    [
        ("train_X", None, "missing"),
        ("train_X", np.zeros((29, 28, 28), np.uint8), r"expected uint8 of shape \(30, 28, 28\)"),
        ("test_X", np.zeros((10, 28, 28), np.float32), "found float32"),
        ("train_y", np.zeros(30, np.float64), "expected int64"),
        ("test_y", np.full(10, 10, np.int64), "outside 0..9"),
        ("test_y", np.array(["x"] * 10), "damaged"),
    ],
)
def test_a_converted_file_that_was_changed_is_refused(source, root, field, content, message):
    import_set("mnist", source)
    _replace(root, field, content)
    with pytest.raises(DataError, match=message) as caught:
        load("mnist")
    assert "dlquiz data fetch mnist" in caught.value.next_step


@pytest.mark.parametrize("change", [-1, 1])
def test_a_converted_file_of_the_wrong_length_is_refused(source, root, change):
    import_set("mnist", source)
    path = root / read_record(root, MNIST).folder / "train_X.npy"
    os.truncate(path, path.stat().st_size + change)
    with pytest.raises(DataError, match="bytes of data; expected 23520"):
        load("mnist")


def test_a_changed_pixel_is_found_by_verify(source, root):
    import_set("mnist", source)
    images = load("mnist").train["X"].copy()
    images[0, 0, 0] ^= 1
    _replace(root, "train_X", images)
    with pytest.raises(DataError, match=r"train_X\.npy is not what was imported"):
        verify(load("mnist"), read_record(root, MNIST))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format_version": 3}, "format_version 3; this dlquiz knows 2"),
        ({"folder": "../../etc"}, "damaged: folder"),
        ({"train": 0}, "damaged: train"),
        ({"surprise": 1}, "damaged: surprise"),
        ({"name": "digits"}, "damaged: it describes another set"),
        ({"folder": "digits-0123456789abcdef"}, "damaged: it describes another set"),
        ({"arrays": {}}, "damaged: it describes another set"),
        ({"arrays": {"train_X": {"file": "../../etc/passwd", "sha256": ""}}}, "damaged: arrays.train_X.file"),
        (None, "damaged"),
    ],
)
def test_a_record_that_cannot_be_understood_is_refused(source, root, change, message):
    import_set("mnist", source)
    path = root / "mnist.json"
    path.write_text("{" if change is None else json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataError, match=message):
        load("mnist")


def test_what_a_newer_dlquiz_wrote_is_not_touched(source, root):
    import_set("mnist", source)
    path = root / "mnist.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format_version": 3}))
    before = sorted(root.rglob("*"))
    with pytest.raises(DataError, match="format_version 3"):
        import_set("mnist", source)
    assert sorted(root.rglob("*")) == before


def test_a_damaged_record_is_replaced_by_the_next_import(source, root):
    import_set("mnist", source)
    (root / "mnist.json").write_text("{")
    import_set("mnist", source)
    _assert_is(load("mnist"), arrays())
    assert _only_one_set(root)


def test_an_import_leaves_the_folders_of_other_sets_and_of_strangers_alone(source, root):
    root.mkdir()
    strangers = ["digits-0123456789abcdef", "holidays-0123456789abcdef", "mnist-0123", ".cifar10-0123456789abcdef.json"]
    for name in strangers:
        (root / name).mkdir()
    import_set("mnist", source)
    assert all((root / name).is_dir() for name in strangers)
