import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # importlib mode puts no test folder there; mnist_files lies beside this

from mnist_files import REAL_MNIST, arrays, write_idx


@pytest.fixture
def root(tmp_path, monkeypatch):
    """An empty data folder that the library and its child processes use."""
    folder = tmp_path / "data-root"
    monkeypatch.setenv("DLQUIZ_DATA", str(folder))
    return folder


@pytest.fixture
def source(tmp_path):
    """A folder with the four files of a small set."""
    return write_idx(tmp_path / "source", arrays())


@pytest.fixture
def real_mnist():
    if not REAL_MNIST.is_dir():
        pytest.skip("MNIST files are not beside the checkout")
    return REAL_MNIST
