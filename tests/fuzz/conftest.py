"""Load ``targets.py``, which tools/fuzz.py uses too, as a module."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

collect_ignore = ["targets.py"]


@pytest.fixture(scope="session")
def targets() -> ModuleType:
    """The module ``targets.py``."""
    name = "fuzz_targets"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "targets.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]
