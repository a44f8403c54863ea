"""A data folder that dlquiz 0.1.0 filled: it knew MNIST only, and named its arrays otherwise."""

import hashlib
import json

import numpy as np
import pytest
from mnist_files import arrays, idx

from dlquiz.data import available, find, load
from dlquiz.data.access import import_set
from dlquiz.data.status import SetState, survey
from dlquiz.data.store import open_converted, read_record, verify
from dlquiz.errors import DataError

MNIST = find("mnist")
NAMES = ("train_images", "train_labels", "test_images", "test_labels")
FOLDER = "mnist-0123456789abcdef"


@pytest.fixture
def old(root):
    """The data folder with a set of 30 and 10 images, as 0.1.0 wrote it."""
    folder = root / FOLDER
    folder.mkdir(parents=True)
    digests = {}
    for name, array in zip(NAMES, arrays(), strict=True):
        wide = array if array.ndim == 3 else array.astype(np.int64)
        with (folder / f"{name}.npy").open("xb") as file:
            np.lib.format.write_array(file, wide, version=(1, 0), allow_pickle=False)
        digests[name] = hashlib.sha256(idx(array)).hexdigest()
    record = {
        "format_version": 1, "name": "mnist", "folder": FOLDER, "canonical": False, "train": 30, "test": 10,
        "idx_sha256": digests,
    }  # fmt: skip
    (root / "mnist.json").write_text(json.dumps(record, indent=1) + "\n")
    (root / ".lock").touch()
    return root


def test_the_old_folder_is_found_and_opens_as_it_was(old):
    assert available("mnist")
    found = load("mnist")
    places = (("train", "X"), ("train", "y"), ("test", "X"), ("test", "y"))
    for (part, field), want in zip(places, arrays(), strict=True):
        np.testing.assert_array_equal(found.part(part)[field], want)
    assert found.train["X"].dtype == np.uint8
    assert found.test["y"].dtype == np.int64


def test_the_old_digests_still_prove_every_byte(old):
    verify(*open_converted(old, MNIST))
    assert next(one for one in survey().sets if one.name == "mnist").state is SetState.READY
    path = old / FOLDER / "test_images.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"test_images\.npy is not what was imported"):
        verify(*open_converted(old, MNIST))


def test_the_same_images_have_the_same_digest_whoever_imported_them(old, source):
    before = load("mnist").digest
    import_set("mnist", source)
    assert load("mnist").digest == before


def test_the_next_import_replaces_the_old_folder(old, source):
    import_set("mnist", source)
    record = read_record(old, MNIST)
    assert json.loads((old / "mnist.json").read_text())["format_version"] == 2
    assert sorted(entry.name for entry in old.iterdir()) == sorted((".lock", "mnist.json", record.folder))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"idx_sha256": {}}, "not what was imported"),
        ({"train": 29}, r"expected uint8 of shape \(29, 28, 28\)"),
        ({"name": "cifar10"}, "damaged: name"),
        ({"folder": "../mnist-0123456789abcdef"}, "damaged: folder"),
        ({"idx_sha256": 3}, "damaged: idx_sha256"),
    ],
)
def test_an_old_record_that_lies_is_refused_as_strictly_as_a_new_one(old, change, message):
    path = old / "mnist.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(DataError, match=message):
        verify(*open_converted(old, MNIST))
