"""Load ``batch.py`` and its neighbours, which are programs too, as modules; run each batch once for all tests."""

import fcntl
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_HERE = Path(__file__).parent
collect_ignore = [
    "course",
    "attacks",
    "batch.py",
    "controls.py",
    "files.py",
    "prelude.py",
    "careless.py",
    "every_attack.py",
]


def _load(stem: str) -> ModuleType:
    name = f"hostile_{stem}"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _HERE / f"{stem}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each attack; the batches themselves run once."""
    if "attack" in metafunc.fixturenames:
        found = _load("batch").attacks()
        if metafunc.function.__name__.endswith("without_a_wall"):
            found = [one for one in found if one.tried]
        metafunc.parametrize("attack", found, ids=[one.name for one in found])
    if "file_attack" in metafunc.fixturenames:
        files = _load("files").FILE_ATTACKS
        if metafunc.function.__name__.endswith("careless_reader"):
            files = [one for one in files if not one.control.startswith("none")]
        metafunc.parametrize("file_attack", files, ids=[one.name for one in files])


@pytest.fixture(scope="session")
def batch() -> ModuleType:
    """The module ``batch.py``."""
    return _load("batch")


@pytest.fixture(scope="session")
def files() -> ModuleType:
    """The module ``files.py``."""
    return _load("files")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], str]], Any]:
    """Make something once, also where several pytest processes share the tests (pytest-xdist)."""
    root = tmp_path_factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    def get(name: str, make: Callable[[Path], str]) -> Any:
        path = root / f"hostile-{name}.json"
        with (root / f"hostile-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                path.write_text(make(root / f"hostile-{name}"))
        return json.loads(path.read_text())

    return get


def _program(stem: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(_HERE / f"{stem}.py"), *arguments],
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def _isolation() -> str:
    """Return the level that this machine reaches."""
    from dlquiz.sandbox.fork_server import ForkServer

    with ForkServer(("numpy",)) as server:
        return "kernel" if server.wall.kernel else "process"


@pytest.fixture(scope="session")
def walls(once: Callable[..., Any]) -> dict[str, Any]:
    """Every attack, graded at each level that this machine reaches, at the same time: most of it is waiting."""

    def make(place: Path) -> str:
        levels = ["process", "kernel"] if _isolation() == "kernel" else ["process"]
        place.mkdir()
        with ThreadPoolExecutor() as pool:
            texts = pool.map(lambda level: _program("batch", str(place / level), level), levels)
            return json.dumps({level: json.loads(text) for level, text in zip(levels, texts, strict=True)})

    return once("walls", make)


@pytest.fixture(scope="session")
def kernel_run(walls: dict[str, Any]) -> dict[str, Any]:
    """Every attack, graded at level ``kernel``."""
    if "kernel" not in walls:
        pytest.skip("kernel: this machine has no Landlock or no libseccomp")
    return walls["kernel"]


@pytest.fixture(scope="session")
def process_run(walls: dict[str, Any]) -> dict[str, Any]:
    """Every attack, graded at level ``process``: no Landlock, everything else."""
    return walls["process"]


@pytest.fixture(scope="session")
def control_run(once: Callable[..., Any]) -> dict[str, Any]:
    """Every attack against a careless grader; name → effect and last words."""
    return once("controls", lambda _: _program("controls"))
