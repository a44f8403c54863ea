"""Which cases look at nothing but their fixtures and the answers of the submission.

Such a case ends again as it has ended with the same answers (see :mod:`dlquiz.grading.script`). A grader is ordinary
Python, so this is decided by what its file does not do: it imports nothing but what is known to give the same
each time, and its functions change nothing of the module's that a later case could read. In doubt a case runs.

What is only known while a case runs (it measures time, it trains once for several cases, it asks a second worker) is
said then: :meth:`dlquiz.grading.subject.Subject.depends_on_more`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

_STEADY = frozenset(
    "__future__ collections copy dataclasses decimal dlquiz enum fractions functools itertools json math numpy operator"
    " pytest re statistics string textwrap typing".split()
)
"""Packages that give the same answer each time. Of any other one, nobody knows what it remembers."""
_MUTATORS = frozenset(
    "add append appendleft clear discard extend insert pop popitem remove reverse setdefault sort update".split()
)
_FIXTURES = frozenset({"submission", "reference", "rng", "data"})
"""What a case may ask for. ``metrics`` tells something each time."""

_MADE_ONCE = ast.List | ast.Dict | ast.Set | ast.Call | ast.ListComp | ast.DictComp | ast.SetComp
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def may_repeat(asked_for: frozenset[str], parameters: frozenset[str]) -> bool:
    """Return whether a case with these arguments gets nothing else than values that are the same for one seed."""
    return "submission" in asked_for and asked_for <= _FIXTURES | parameters


def keeps_nothing(path: Path) -> bool:
    """Return whether the cases of a file depend on nothing that differs from run to run, or that one leaves another."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return False
    if any(map(_differs, ast.walk(tree))) or _has_objects_of_its_own(tree):
        return False
    return not any(_changes(tree, _own_names(tree)))


def _differs(node: ast.AST) -> bool:
    """Return whether a node imports or makes what is not the same in each run."""
    match node:
        case ast.Import(names):
            return any(map(_is_unsteady, (name.name for name in names)))
        case ast.ImportFrom(module=str(module), names=names, level=0):
            return any(_is_unsteady(f"{module}.{name.name}") for name in names)
        case ast.ImportFrom():
            return True
        case ast.arguments(defaults=defaults, kw_defaults=more):
            # A default is made once, and what a call leaves in it the next one finds.
            return any(isinstance(value, _MADE_ONCE) for value in (*defaults, *more))
        case ast.Name(id="__import__" | "globals" | "id" | "hash" | "input"):
            return True
        case ast.Attribute(value=ast.Attribute(attr="random"), attr=name):
            return name != "Generator"  # np.random.normal, np.random.default_rng: the seed of a case is that of `rng`
        case ast.Global() | ast.Nonlocal():
            return True
    return False


def _is_unsteady(name: str) -> bool:
    """Return whether a module, or what is imported of it, is none of those that give the same answer each time."""
    parts = name.split(".")
    return parts[0] not in _STEADY or (parts[0] == "numpy" and "random" in parts)


def _own_names(tree: ast.Module) -> frozenset[str]:
    """Return the names that the module itself defines."""
    found = set()
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            found |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            found.add(statement.name)
    return frozenset(found)


def _has_objects_of_its_own(tree: ast.Module) -> bool:
    """Return whether the module makes objects of its own classes: their methods may change them."""
    classes = {statement.name for statement in tree.body if isinstance(statement, ast.ClassDef)}
    made = (node for one in tree.body if isinstance(one, ast.Assign | ast.AnnAssign) for node in ast.walk(one))
    return any(isinstance(node, ast.Call) and _root(node.func) in classes for node in made)


def _changes(tree: ast.Module, names: frozenset[str]) -> Iterator[bool]:
    """Yield whether statements inside functions change one of the module's own values in its place."""
    for function in (node for node in ast.walk(tree) if isinstance(node, _Function)):
        for node in ast.walk(function):
            yield _is_change(node, names)


def _is_change(node: ast.AST, names: frozenset[str]) -> bool:
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()) | ast.Subscript(ctx=ast.Store() | ast.Del()):
            return _root(node) in names
        case ast.Call(func=ast.Attribute(value=target, attr=name)) if name in _MUTATORS:
            return _root(target) in names
        case ast.Call(func=ast.Name("next" | "setattr"), args=[target, *_]):
            return _root(target) in names
    return False


def _root(node: ast.AST) -> str:
    """Return the name at the beginning of ``name.attribute[key]``; empty if there is none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
