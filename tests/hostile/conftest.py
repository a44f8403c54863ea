"""Load ``batch.py``, which is a program too, as a module; grade the whole batch once for each level."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_HERE = Path(__file__).parent
collect_ignore = ["course", "attacks", "batch.py", "prelude.py"]


def _load() -> ModuleType:
    name = "hostile_batch"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _HERE / "batch.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each attack file; the batch itself runs once."""
    for name in ("attack", "harmless_attack"):
        if name in metafunc.fixturenames:
            chosen = [one for one in _load().attacks() if name == "attack" or one.control]
            metafunc.parametrize(name, chosen, ids=[one.name for one in chosen])


@pytest.fixture(scope="session")
def batch() -> ModuleType:
    """The module ``batch.py``."""
    return _load()


def _isolation() -> str:
    """Return the level that this machine reaches."""
    from dlquiz.sandbox.launch import Server

    with Server(("numpy",)) as server:
        return "kernel" if server.wall.kernel else "process"


@pytest.fixture(scope="session")
def kernel_run(batch: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every attack, graded at level ``kernel``."""
    if _isolation() != "kernel":
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")
    return batch.run(tmp_path_factory.mktemp("kernel") / "scratch", "kernel")


@pytest.fixture(scope="session")
def process_run(batch: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Every attack, graded at level ``process``: no Landlock, everything else."""
    return batch.run(tmp_path_factory.mktemp("process") / "scratch", "process")
