"""A kind of question is one place: nothing but its own modules, the two lists of kinds and the formats names it."""

import ast
from pathlib import Path

import pytest

import dlquiz
from dlquiz.model.quiz import KINDS as MODELS
from dlquiz.quiz.kinds.registry import KINDS

PACKAGE = Path(dlquiz.__file__).parent
ROOMS = ("model", "content", "quiz", "render", "authoring", "study", "cli")
LISTS = {"model/quiz.py", "quiz/kinds/registry.py"}
WANTS_ONE = {"cli/_tour.py"}
"""The demo shows questions that are answered by choosing."""
CLASSES = {model.__name__ for model in MODELS.values()}


def modules():
    for room in ROOMS:
        for path in sorted((PACKAGE / room).rglob("*.py")):
            name = path.relative_to(PACKAGE).as_posix()
            if name not in LISTS | WANTS_ONE and "/kinds/" not in name:
                yield name


def test_every_kind_has_its_fields_and_what_can_be_done_with_it():
    assert list(KINDS) == list(MODELS)
    assert all(KINDS[name].model is model for name, model in MODELS.items())


@pytest.mark.parametrize("name", list(modules()))
def test_a_module_of_no_kind_names_none(name):
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    named = [
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in (KINDS.keys() - {"order", "match", "output", "short"})
        if id(node) not in texts
    ]
    imported = [
        (node.lineno, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("dlquiz.model")
        for alias in node.names
        if alias.name in CLASSES
    ]
    assert named == imported == []


def test_what_a_kind_does_not_have_is_empty():
    """A rule or a face may ask any kind for anything."""
    for name, kind in KINDS.items():
        asked = {method for method in dir(kind) if not method.startswith("_")}
        assert {"options", "mark", "keyed_options", "foreseen", "places", "ranges", "terms", "task", "program"} <= asked
        assert kind.example.startswith(f"  - kind: {name}")
        assert f"@P@-{name}" in kind.example
