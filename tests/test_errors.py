"""Every error that a person can meet says who has to act, and is drawn in the tree of its module."""

import importlib
import pkgutil

import pytest

import dlquiz
from dlquiz import errors
from dlquiz.errors import DlquizError, Fault

EXIT_CODES = {Fault.LEARNER: {1, 2}, Fault.AUTHOR: {3}, Fault.MACHINE: {4}}


def everything_below(kind: type[DlquizError]) -> list[type[DlquizError]]:
    return [found for child in kind.__subclasses__() for found in (child, *everything_below(child))]


@pytest.fixture(scope="module")
def kinds() -> list[type[DlquizError]]:
    for module in pkgutil.walk_packages(dlquiz.__path__, "dlquiz."):
        if not module.name.endswith(("__main__", "_run_examples", "grader_main", "server_main")):
            importlib.import_module(module.name)
    return everything_below(DlquizError)


def test_every_error_has_a_fault_and_the_exit_code_that_belongs_to_it(kinds: list[type[DlquizError]]) -> None:
    assert len(kinds) >= 12
    assert {kind.__name__: kind.exit_code for kind in kinds if kind.exit_code not in EXIT_CODES[kind.fault]} == {}


def test_every_error_of_the_tree_stands_in_its_drawing(kinds: list[type[DlquizError]]) -> None:
    drawn = errors.__doc__ or ""
    assert [kind.__name__ for kind in kinds if kind.__module__ == errors.__name__ and kind.__name__ not in drawn] == []
    elsewhere = [kind for kind in kinds if kind.__module__ != errors.__name__]
    assert all(issubclass(kind, DlquizError) and kind.__doc__ for kind in elsewhere)
