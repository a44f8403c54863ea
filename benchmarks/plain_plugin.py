"""What graders get without a wall: the same fixtures, with the submission imported into pytest's own process.

Only for the benchmarks: the yardstick is the same grader files under
plain pytest, as fast as pytest can run them. Nothing here is safe.
"""

import copy
import itertools
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from dlquiz.grading import context
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.proxy import Remote
from dlquiz.grading.side import derive
from dlquiz.sandbox.expr import Rng


class Plain(Remote):
    """A function of a module in this process, with what a proxy behind the wall can do."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function = function
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._function(*map(_made, args), **{name: _made(value) for name, value in kwargs.items()})
        except Exception as error:
            raise CaseFailed(f"{self._name} raised {type(error).__name__}: {error}", cause="exception") from error

    def iterate(self, *args: Any, at_most: int = 1000, **kwargs: Any) -> list[Any]:
        """Return the first items of what the call returns."""
        return list(itertools.islice(self(*args, **kwargs), at_most))

    def with_arguments(self, *args: Any, **kwargs: Any) -> tuple[Any, tuple[Any, ...]]:
        """Call with copies; return the result and the copies."""
        copies = copy.deepcopy(args)
        return self(*copies, **kwargs), copies

    def keep(self, *args: Any, **kwargs: Any) -> Any:
        """Call it; the result stays in this process anyway."""
        return self(*args, **kwargs)


def _made(value: Any) -> Any:
    return np.random.default_rng(value.seed) if isinstance(value, Rng) else value


class PlainOwner:
    """A module whose functions are called directly."""

    def __init__(self, module: ModuleType, probe: ModuleType | None) -> None:
        self._module = module
        self._probe = probe

    @property
    def probe(self) -> "PlainOwner":
        """The grader's helper functions; ``submission`` in it is this module."""
        assert self._probe is not None
        return PlainOwner(self._probe, None)

    def __getattr__(self, name: str) -> Plain:
        function = getattr(self._module, name, None)
        if function is None:
            raise CaseFailed(f"Your file does not define {name}.", cause="missing")
        return Plain(function, name)


def _load(source: bytes, name: str, file: str, **names: Any) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(names)
    sys.modules[name] = module  # dataclasses look their module up
    exec(compile(source, file, "exec"), vars(module))
    return module


def owner_of(source: bytes, grader: Path, role: str) -> PlainOwner:
    """Execute a source and the grader's probe in this process."""
    module = _load(source, f"plain_{role}", role)
    probe = grader / "probe.py"
    loaded = _load(probe.read_bytes(), f"plain_{role}_probe", str(probe), submission=module) if probe.exists() else None
    return PlainOwner(module, loaded)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The file to grade and the seed."""
    parser.addoption("--plain-submission", required=True)
    parser.addoption("--plain-seed", type=int, default=1)


def pytest_configure(config: pytest.Config) -> None:
    """Register the graders' mark."""
    config.addinivalue_line("markers", "case(title, points=1): one graded case")


@pytest.fixture(scope="session")
def submission(request: pytest.FixtureRequest) -> PlainOwner:
    """The submission, imported here."""
    file = Path(request.config.getoption("--plain-submission"))
    return owner_of(file.read_bytes(), request.config.rootpath, "submission")


@pytest.fixture(scope="session")
def reference(request: pytest.FixtureRequest) -> PlainOwner:
    """The reference, imported here."""
    source = (request.config.rootpath / "solution.py").read_bytes()
    return owner_of(source, request.config.rootpath, "reference")


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """The same numbers as behind the wall."""
    context.begin(public=False)
    case = f"{request.node.path.name}::{request.node.name}"
    return np.random.default_rng(derive(request.config.getoption("--plain-seed"), "case", case))


class _Metrics:
    def record(self, name: str, value: Any) -> None:
        """Forget it."""


@pytest.fixture
def metrics() -> _Metrics:
    """Curves and matrices are not kept."""
    return _Metrics()
