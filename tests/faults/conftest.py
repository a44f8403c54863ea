"""Load ``points.py``, which is a program too, as a module, and set the scene once."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

_HERE = Path(__file__).parent
collect_ignore = ["points.py"]


@pytest.fixture(scope="session")
def points() -> ModuleType:
    """The module ``points.py``."""
    name = "fault_points"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, _HERE / "points.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def scene(points: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A workspace of the small course."""
    return points.Scene(tmp_path_factory.mktemp("faults") / "scene")
