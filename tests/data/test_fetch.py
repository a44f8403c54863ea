import hashlib
from contextlib import contextmanager
from urllib.parse import urlparse

import numpy as np
import pytest
from cifar10_files import ARCHIVE, small, write_archive
from mirror import mirror
from mnist_files import IDX_NAMES, arrays

from dlquiz.data import available, fetch, find, load
from dlquiz.data.catalog import FETCHABLE
from dlquiz.data.fetch import fetch_set
from dlquiz.data.info import RemoteFile
from dlquiz.errors import DataError

MNIST = find("mnist")
DOWNLOAD = MNIST.files.download


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    monkeypatch.setenv("no_proxy", "127.0.0.1")


@pytest.fixture
def contents(source):
    return {name: (source / name).read_bytes() for name in IDX_NAMES}


@pytest.fixture
def files(contents):
    """What the client is told to expect: the digests of the small set."""
    return [RemoteFile(name, len(text), hashlib.sha256(text).hexdigest()) for name, text in contents.items()]


def _assert_nothing_left(root):
    assert not available("mnist")
    assert [entry.name for entry in root.iterdir()] == [".lock"]


def test_a_good_mirror_gives_a_set_that_opens(root, contents, files):
    with mirror(contents) as good:
        record = fetch_set(MNIST, mirrors=[good.url], files=files)
    assert good.asked == list(IDX_NAMES)
    assert not record.canonical
    np.testing.assert_array_equal(load("mnist").train["X"], arrays()[0])
    assert sorted(entry.name for entry in root.iterdir()) == sorted([".lock", "mnist.json", record.folder])


def test_the_real_files_pass_the_digests_in_the_code(root, real_mnist):
    with mirror({name: (real_mnist / name).read_bytes() for name in IDX_NAMES}) as good:
        record = fetch_set(MNIST, mirrors=[good.url])
    assert record.canonical
    assert record.train == 60000


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        ("404", "HTTP 404 Not Found"),
        ("cut off", "ended in the middle|was cut off"),
        ("truncated", "wrong digest; expected"),
        ("wrong bytes", "wrong digest; expected"),
        ("endless", "more than the expected"),
        ("silent", "no answer in time"),
    ],
)
def test_a_bad_mirror_is_named_with_its_reason_and_nothing_stays(root, contents, files, behaviour, reason):
    with mirror(contents, behaviour) as bad, pytest.raises(DataError, match=reason) as caught:
        fetch_set(MNIST, mirrors=[bad.url], files=files, timeout_s=0.3)
    assert bad.url in caught.value.message
    assert IDX_NAMES[0] in caught.value.message
    assert "dlquiz data import DIR" in caught.value.next_step
    _assert_nothing_left(root)


@pytest.mark.parametrize("behaviour", ["404", "cut off", "truncated", "wrong bytes", "endless"])
def test_the_next_mirror_is_asked_when_one_fails(root, contents, files, behaviour):
    with mirror(contents, behaviour) as bad, mirror(contents) as good:
        fetch_set(MNIST, mirrors=[bad.url, good.url], files=files)
    assert good.asked == list(IDX_NAMES)
    np.testing.assert_array_equal(load("mnist").test["y"], arrays()[3])


def test_a_mirror_that_stops_serving_after_two_files_is_a_clear_error(root, contents, files):
    del contents[IDX_NAMES[2]]
    with mirror(contents) as bad, pytest.raises(DataError, match=r"t10k-images-idx3-ubyte\.gz could not be downloaded"):
        fetch_set(MNIST, mirrors=[bad.url], files=files)
    _assert_nothing_left(root)


def test_no_server_at_all_is_a_clear_error(root, contents, files):
    with mirror(contents) as gone:
        url = gone.url
    with pytest.raises(DataError, match="connection refused"):
        fetch_set(MNIST, mirrors=[url], files=files)
    _assert_nothing_left(root)


def test_an_endless_mirror_is_stopped_early(root, contents, files):
    with mirror(contents, "endless") as bad:
        with pytest.raises(DataError):
            fetch_set(MNIST, mirrors=[bad.url], files=files)
        assert bad.sent < 50_000_000


def test_a_server_that_would_declare_the_packing_as_an_encoding_is_asked_not_to(root, contents, files):
    """Otherwise the file would be unpacked on its way and have another digest."""
    with mirror(contents, "unpacking") as good:
        fetch_set(MNIST, mirrors=[good.url], files=files)
    assert available("mnist")


def test_a_failed_fetch_keeps_the_set_that_was_there(root, contents, files):
    with mirror(contents) as good:
        before = fetch_set(MNIST, mirrors=[good.url], files=files)
    with mirror(contents, "wrong bytes") as bad, pytest.raises(DataError):
        fetch_set(MNIST, mirrors=[bad.url], files=files)
    np.testing.assert_array_equal(load("mnist").train["y"], arrays()[1])
    assert (root / before.folder).is_dir()


def test_progress_ends_at_the_total_even_after_a_failed_mirror(root, contents, files):
    seen = []

    @contextmanager
    def progress(total):
        seen.append(("total", total))
        yield lambda count: seen.append(("count", count))

    with mirror(contents, "truncated") as bad, mirror(contents) as good:
        fetch_set(MNIST, mirrors=[bad.url, good.url], files=files, progress=progress)
    total = sum(file.size for file in files)
    assert seen[0] == ("total", total)
    assert sum(count for kind, count in seen if kind == "count") == total


def test_a_data_folder_that_cannot_be_written_is_told_before_anything_is_asked(root, contents, files):
    root.write_text("a file")
    with mirror(contents) as good:
        with pytest.raises(DataError, match="cannot be written"):
            fetch_set(MNIST, mirrors=[good.url], files=files)
        assert good.asked == []


@pytest.mark.parametrize("name", FETCHABLE)
def test_there_are_several_mirrors_and_all_are_encrypted(name):
    download = find(name).files.download
    assert len({urlparse(url).netloc for url in download.mirrors}) >= 3
    assert all(url.startswith("https://") and url.endswith("/") for url in download.mirrors)
    assert all(len(file.sha256) == 64 and file.size for file in download.files)


def test_cifar10_is_fetched_as_its_archive(root, tmp_path):
    content = write_archive(tmp_path / ARCHIVE, small()).read_bytes()
    expected = [RemoteFile(ARCHIVE, len(content), hashlib.sha256(content).hexdigest())]
    with mirror({ARCHIVE: content}) as good:
        record = fetch_set(find("cifar10"), mirrors=[good.url], files=expected)
    assert (record.train, record.test) == (20, 3)
    assert load("cifar10").shape == (32, 32, 3)
    assert sorted(entry.name for entry in root.iterdir()) == [".lock", record.folder, "cifar10.json"]


def test_another_archive_than_the_published_one_is_not_taken(root, tmp_path):
    content = write_archive(tmp_path / ARCHIVE, small()).read_bytes()
    with mirror({ARCHIVE: content}) as other, pytest.raises(DataError, match="wrong digest; expected 170052171 bytes"):
        fetch_set(find("cifar10"), mirrors=[other.url])
    assert not available("cifar10")


def test_a_set_that_is_not_published_cannot_be_fetched(root):
    with pytest.raises(DataError, match="cannot be downloaded"):
        fetch_set(find("digits"))


def test_the_four_files_are_the_published_ones(real_mnist):
    for file in DOWNLOAD.files:
        content = (real_mnist / file.name).read_bytes()
        assert len(content) == file.size
        assert hashlib.sha256(content).hexdigest() == file.sha256


def test_importing_the_module_does_not_import_the_network_libraries():
    import subprocess
    import sys

    code = f"import sys, {fetch.__name__}; print(sorted({{'pooch', 'requests'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
