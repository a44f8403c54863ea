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

from dlquiz.grading import case_notes, check, remote
from dlquiz.grading.failure import CaseFailed
from dlquiz.grading.metrics import Metrics
from dlquiz.grading.subject import derive
from dlquiz.sandbox.expr import Rng


class Plain:
    """A function of a module in this process."""

    def __init__(self, function: Callable[..., Any], name: str) -> None:
        self._function = function
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._function(*map(_made, args), **{name: _made(value) for name, value in kwargs.items()})
        except Exception as error:
            raise CaseFailed(f"{self._name} raised {type(error).__name__}: {error}", cause="exception") from error


def _iterate(function: Plain, *args: Any, at_most: int = 1000, **kwargs: Any) -> list[Any]:
    return list(itertools.islice(function(*args, **kwargs), at_most))


def _with_arguments(function: Plain, *args: Any) -> tuple[Any, tuple[Any, ...]]:
    copies = copy.deepcopy(args)
    return function(*copies), copies


def _probe(owner: "PlainOwner") -> "PlainOwner":
    assert owner._probe is not None
    return PlainOwner(owner._probe, None)


HERE = {
    "iterate": _iterate,
    "keep": lambda function, *args, **kwargs: function(*args, **kwargs),
    "name_of": lambda function: function._name,
    "probe": _probe,
    "upload": lambda _, value: value,
    "with_arguments": _with_arguments,
}
"""What a grader can do with a function, without a worker."""

for _name, _function in HERE.items():
    for _module in (remote, check):
        if hasattr(_module, _name):
            setattr(_module, _name, _function)


def _made(value: Any) -> Any:
    return np.random.default_rng(value.seed) if isinstance(value, Rng) else value


class PlainOwner:
    """A module whose functions are called directly."""

    def __init__(self, module: ModuleType, probe: ModuleType | None) -> None:
        self._module = module
        self._probe = probe

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
    case_notes.begin(public=False)
    case = f"{request.node.path.name}::{request.node.name}"
    return np.random.default_rng(derive(request.config.getoption("--plain-seed"), "case", case))


@pytest.fixture
def metrics() -> Metrics:
    """Curves and matrices are not kept."""
    return Metrics(lambda name, value: None)
