"""CIFAR-10 in the binary version: its files, its archive, and everything that only looks like them."""

import gzip
import os
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from cifar10_files import ARCHIVE, CLASSES, FILES, FOLDER, batch, records, small, tar, write_archive, write_folder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from little_memory import refused_within

from dlquiz.data import find, load
from dlquiz.data.access import import_set, recognise
from dlquiz.data.arrayset import array_set
from dlquiz.data.sets import cifar10
from dlquiz.errors import DataError

INFO = find("cifar10")
SMALL = small()


def read_source(source):
    return cifar10.read_source(source, INFO)


def _is_small(found):
    batches = [batch(4, seed) for seed in range(5)]
    np.testing.assert_array_equal(found.train["X"], np.concatenate([X for X, _ in batches]))
    np.testing.assert_array_equal(found.train["y"], np.concatenate([y for _, y in batches]))
    np.testing.assert_array_equal(found.test["X"], batch(3, 5)[0])
    np.testing.assert_array_equal(found.test["y"], batch(3, 5)[1])
    return True


PLACES = {
    "the files": lambda top: write_folder(top, SMALL),
    "the files in their folder": lambda top: write_folder(top / FOLDER, SMALL).parent,
    "without names of classes": lambda top: write_folder(top, {name: SMALL[name] for name in FILES}),
    "the archive": lambda top: write_archive(top / ARCHIVE, SMALL).parent,
    "the archive by its own name": lambda top: write_archive(top / ARCHIVE, SMALL),
    "the archive beside some of its files": lambda top: (
        write_archive(write_folder(top, {FILES[0]: b"half"}) / ARCHIVE, SMALL).parent
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_every_usual_place_is_found_and_read(tmp_path, place):
    source = PLACES[place](tmp_path)
    assert recognise(source) is INFO
    assert source.is_file() or cifar10.has_files(source)
    assert _is_small(read_source(source))


def test_a_record_is_a_label_and_three_planes_row_by_row(tmp_path):
    """The first bytes of a file by hand: label 3, then the red values of the first row."""
    content = bytes([3]) + bytes([10]) + bytes(1023) + bytes([20]) + bytes(1023) + bytes(31) + bytes([30]) + bytes(992)
    assert len(content) == 3073
    found = read_source(write_folder(tmp_path, SMALL | {"test_batch.bin": content}))
    assert found.test["y"].tolist() == [3]
    assert found.classes[3] == "cat"
    assert found.test["X"][0, 0, 0].tolist() == [10, 20, 0]
    assert found.test["X"][0, 0, 31].tolist() == [0, 0, 30]


def test_an_imported_set_is_opened_read_only_and_unchanged(tmp_path, root):
    record = import_set(None, write_archive(tmp_path / ARCHIVE, SMALL))
    assert (record.name, record.train, record.test, record.canonical) == ("cifar10", 20, 3, False)
    found = load("cifar10")
    assert _is_small(found)
    assert (found.shape, found.classes[9]) == ((32, 32, 3), "truck")
    with pytest.raises(ValueError, match="read-only"):
        found.train["X"][0] = 0
    assert sorted(entry.name for entry in root.iterdir()) == [".lock", record.folder, "cifar10.json"]


def test_two_sets_lie_side_by_side_and_each_import_replaces_its_own(tmp_path, root, source):
    mnist = import_set(None, source)
    first = import_set(None, write_archive(tmp_path / ARCHIVE, SMALL))
    again = import_set("cifar10", tmp_path)
    names = {entry.name for entry in root.iterdir()}
    assert {mnist.folder, again.folder, "mnist.json", "cifar10.json"} <= names
    assert first.folder not in names
    assert len(load("mnist").train["y"]) == 30


def test_the_published_set_is_known_by_the_digests_of_its_six_files(tmp_path):
    """With the digests of small files in place of the published ones, the same set is canonical and no other is."""
    import hashlib

    published = {name: hashlib.md5(SMALL[name]).hexdigest() for name in FILES}
    info = replace(INFO, train=20, test=3, published=published)
    found = cifar10.read_source(write_folder(tmp_path, SMALL), info)
    assert cifar10.is_canonical(found, info)
    assert not cifar10.is_canonical(found, INFO)
    for part, field, place in (("train", "X", (7, 3, 3, 1)), ("train", "y", (19,)), ("test", "X", (0, 0, 0, 0))):
        parts = {"train": dict(found.train), "test": dict(found.test)}
        changed = parts[part][field].copy()
        changed[place] = (int(changed[place]) + 1) % 10
        parts[part][field] = changed
        assert not cifar10.is_canonical(array_set(info, **parts), info)


@pytest.mark.parametrize(
    "name",
    ["cifar-10-python.tar.gz", "cifar-10-batches-py", "data_batch_1", "test_batch", "batches.meta"],
)
@pytest.mark.parametrize("named", ["itself", "its folder"])
def test_the_python_version_is_refused_unopened_with_the_download_to_take(tmp_path, root, name, named):
    path = tmp_path / name
    # Unpickled, this would make a folder: protocol 0 of os.mkdir(...).
    path.write_bytes(f"cposix\nmkdir\n(V{tmp_path}/was-run\ntR.".encode())
    source = path if named == "itself" else tmp_path
    with pytest.raises(DataError, match="this is the Python version of CIFAR-10; its files are pickles") as caught:
        import_set(None, source)
    assert "cifar-10-binary.tar.gz" in caught.value.next_step
    assert "dlquiz data fetch cifar10" in caught.value.next_step
    assert not (tmp_path / "was-run").exists()
    assert not root.exists()


def test_a_python_version_under_the_name_of_the_binary_one_is_refused_too(tmp_path):
    files = {name.removesuffix(".bin"): b"\x80\x04." for name in FILES}
    path = write_archive(tmp_path / ARCHIVE, files, folder="cifar-10-batches-py")
    with pytest.raises(DataError, match="this is the Python version"):
        read_source(path)


def test_the_matlab_version_is_refused_with_the_download_to_take(tmp_path):
    write_folder(tmp_path, {"data_batch_1.mat": b"MATLAB 5.0 MAT-file"})
    with pytest.raises(DataError, match=r"this is the Matlab version of CIFAR-10\.") as caught:
        read_source(tmp_path)
    assert "binary version" in caught.value.next_step


def test_a_missing_file_an_empty_folder_and_no_folder_are_told_apart(tmp_path):
    folder = write_folder(tmp_path / "part", SMALL)
    (folder / FILES[3]).unlink()
    assert not cifar10.has_files(folder)
    with pytest.raises(DataError, match=r"lacks data_batch_4\.bin") as caught:
        read_source(folder)
    assert "dlquiz data import DIR" in caught.value.next_step
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="holds no CIFAR-10 files"):
        read_source(tmp_path / "empty")
    with pytest.raises(DataError, match="There is no folder"):
        read_source(tmp_path / "nowhere")


IMAGES, LABELS = batch(4, 0)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("data_batch_2.bin", b"", "found 0 bytes; expected a multiple of 3,073"),
        ("data_batch_2.bin", records(IMAGES, LABELS)[:-1], "found 12,291 bytes; expected a multiple of 3,073"),
        ("data_batch_2.bin", records(IMAGES, LABELS) + b"x", "found 12,293 bytes"),
        ("test_batch.bin", records(IMAGES, LABELS + 10), "label 1[0-9] at position 0; expected labels 0 to 9"),
        ("data_batch_5.bin", records(IMAGES, [0, 1, 255, 3]), "label 255 at position 2"),
        ("batches.meta.txt", b"apple\nbear\n", "found the classes 'apple, bear'; expected 'airplane, automobile"),
        ("batches.meta.txt", b"\x1b[2J\n" * 10, "found the classes '.x1b"),
        ("batches.meta.txt", bytes(20_000), "more than 10,000 bytes|batches.meta.txt of 20,000 bytes"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, root, name, content, message, packed):
    files = SMALL | {name: content}
    source = write_archive(tmp_path / ARCHIVE, files) if packed else write_folder(tmp_path / "files", files)
    with pytest.raises(DataError, match=message) as caught:
        import_set(None, source)
    assert str(source) in caught.value.message
    assert "\x1b" not in caught.value.message
    assert "dlquiz data fetch cifar10" in caught.value.next_step
    assert not root.exists()


def _changed(files, name, **fields):
    """Return an archive in which one member's header says something else."""

    def change(member):
        if member.name.endswith(name):
            for key, value in fields.items():
                setattr(member, key, value)

    return tar(files, change=change)


PACKED = gzip.compress(tar(SMALL), mtime=0)
ONLY_TWO = {name: SMALL[name] for name in FILES[:2]}


def _packed(content):
    return gzip.compress(content, mtime=0)


LIES = {
    "empty": (b"", "it is not a tar archive"),
    "a web page": (b"<!DOCTYPE html>", "is not a tar archive"),
    "half of it": (PACKED[: len(PACKED) // 2], "ends too early"),
    "without its checksum": (PACKED[:-9], "ends too early"),
    "with a wrong checksum": (PACKED[:-8] + bytes(4) + PACKED[-4:], "is damaged, or not compressed with gzip"),
    "with garbage behind": (PACKED + b"garbage", "is damaged, or not compressed with gzip"),
    "no tar": (_packed(b"no tar at all"), "is not a tar archive"),
    "no header": (_packed(bytes(range(256)) * 4), "a file of more than 8 GB"),
    "cut off and packed again": (_packed(tar(SMALL)[:-20_000]), "ends in the middle of a file"),
    "two files only": (_packed(tar(ONLY_TWO)), r"without data_batch_3\.bin, data_batch_4\.bin"),
    "a large batch": (_packed(_changed(SMALL, "1.bin", size=20_001 * 3073)), "data_batch_1.bin of 61,463,073 bytes"),
    "8 GB": (_packed(_changed(SMALL, "1.bin", size=8**11 - 1)), "data_batch_1.bin of 8,589,934,591 bytes"),
    "a terabyte": (_packed(_changed(SMALL, "1.bin", size=2**40)), "a file of more than 8 GB"),
    "a large readme": (_packed(_changed(SMALL, "readme.html", size=1_000_001)), "ends in the middle of a file"),
    "a link": (_packed(_changed(SMALL, "2.bin", type=tarfile.SYMTYPE, linkname="/etc/passwd")), "is a link"),
    "a device": (_packed(_changed(SMALL, "2.bin", type=tarfile.CHRTYPE)), "is a device"),
    "many files": (_packed(tar(SMALL | {f"{i}.txt": b"" for i in range(200)})), "more than 100 files and folders"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_archive_that_lies_is_refused_before_it_is_believed(tmp_path, lie):
    content, message = LIES[lie]
    path = tmp_path / ARCHIVE
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as caught:
        read_source(path)
    assert caught.value.next_step


def test_a_file_that_comes_twice_is_refused(tmp_path):
    both = tar(SMALL)
    # The first archive ends with its last file, so that the second one goes on.
    first = both[: both.rindex(b"</html>") // 512 * 512 + 512]
    path = tmp_path / ARCHIVE
    path.write_bytes(_packed(first + both))
    with pytest.raises(DataError, match=r"data_batch_1\.bin.* twice"):
        read_source(path)


def test_a_gzip_bomb_is_not_unpacked_beyond_what_the_set_may_hold(tmp_path):
    """500 MB of zeros behind an honest archive: refused without holding them."""
    path = tmp_path / ARCHIVE
    path.write_bytes(gzip.compress(tar(SMALL) + bytes(500_000_000), compresslevel=1))
    assert refused_within(60_000_000, lambda: read_source(path), "grows to more than 370 MB")


def test_an_enormous_file_is_not_read(tmp_path):
    """A sparse file of 10 GB in place of a batch: read are only so many bytes as a batch may have."""
    folder = write_folder(tmp_path, SMALL)
    os.truncate(folder / FILES[0], 10_000_000_000)
    with pytest.raises(DataError, match="more than 61,460,000 bytes"):
        read_source(folder)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.integers(0, len(PACKED) - 1), st.binary(max_size=6), st.integers(0, 6), st.booleans())
def test_any_damage_gives_a_data_error_or_the_same_set(tmp_path, position, noise, cut, packed):
    """Damage to the packed file is found by its checksum; damage inside it need not be, but gives a whole set."""
    content = PACKED if packed else tar(SMALL)
    position = position % len(content)
    damaged = content[:position] + noise + content[position + cut :]
    path = tmp_path / ARCHIVE
    path.write_bytes(damaged if packed else gzip.compress(damaged, compresslevel=1))
    try:
        found = read_source(path)
    except DataError:
        return
    assert found.train["X"].shape == (20, 32, 32, 3)
    assert found.test["y"].shape == (3,)
    if packed:
        assert _is_small(found)


def test_the_ten_classes_are_those_of_the_published_file():
    assert list(INFO.classes) == CLASSES
