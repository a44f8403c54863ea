"""All one-place changes of a program: what a learner's slip, or a wrong idea, would make of it (pure).

A comparison, a sign, an operator, an axis, a number, the order of two operands, a call or a line left out. Each change
is a program of its own; whoever grades it sees whether any case notices.
"""

import ast
import copy
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dlquiz.authoring.mutations import changes_of

Path = tuple[tuple[str, int | None], ...]
"""Fields, and places in their lists, that lead from a module to a node."""

_SHOWN = 100
_DEFINITION = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program with one change. ``function`` is where, "" outside of functions; ``line`` is that of the original.

    ``change`` tells it apart from all others in the same function.
    """

    function: str
    line: int
    column: int
    change: str
    source: str


def mutants(text: str, functions: Iterable[str]) -> list[Mutant]:
    """Return every one-place change of a program, in the order of the file; none twice.

    ``functions`` are those that somebody calls (a method as ``Class.method``): what none of them uses is passed over.
    """
    tree = ast.parse(text)
    used = _used(tree, {name.partition(".")[0] for name in functions})
    seen = {ast.dump(tree)}
    found = []
    for path, node, function in _places(tree):
        if function.partition(".")[0] not in used:
            continue
        for new in changes_of(node, _parent(tree, path), tree):
            changed = _replaced(tree, path, new)
            if (key := ast.dump(changed)) not in seen:
                seen.add(key)
                change = _described(tree, changed, path)
                line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0) + 1
                found.append(Mutant(function, line, column, change, ast.unparse(changed)))
    return _told_apart(found)


def _used(tree: ast.Module, names: set[str]) -> set[str]:
    """Return ``names`` and what they use of the module, and "" for what runs when it is loaded."""
    bodies = {node.name: node for node in tree.body if isinstance(node, _DEFINITION)}
    outside = [node for node in tree.body if not isinstance(node, _DEFINITION)]
    used, new = {""}, {one for node in outside for one in _names(node)} | names
    while new := (new & bodies.keys()) - used:
        used |= new
        new = {one for name in new for one in _names(bodies[name])}
    return used


def _names(node: ast.AST) -> Iterator[str]:
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name))


def _told_apart(found: list[Mutant]) -> list[Mutant]:
    """Number changes that read alike in one function."""
    seen: Counter[tuple[str, str]] = Counter()
    named = []
    for one in found:
        seen[one.function, one.change] += 1
        number = seen[one.function, one.change]
        change = one.change if number == 1 else f"{one.change} (#{number})"
        named.append(Mutant(one.function, one.line, one.column, change, one.source))
    return named


def _described(tree: ast.Module, changed: ast.Module, path: Path) -> str:
    """Return what was and what is, with enough around it to be found."""
    while len(path) > 1 and _is_small(_node(tree, path)) and len(ast.unparse(_parent(tree, path))) <= _SHOWN:
        path = path[:-1]
    before, after = _node(tree, path), _node(changed, path)
    if isinstance(after, ast.Pass):
        return f"left out: {_short(before)}"
    if _short(before) == _short(after):
        return f"ends after the first turn: {_short(before)}"
    return f"{_short(before)} -> {_short(after)}"


def _is_small(node: ast.AST) -> bool:
    """Whether a node says too little alone, such as a number."""
    small = ast.Constant | ast.Name | ast.Attribute | ast.Tuple | ast.Slice
    number = isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    return number or isinstance(node, small) or not isinstance(node, ast.expr | ast.stmt | ast.arguments)


def _short(node: ast.AST) -> str:
    """Return the text of a node; of a loop or a condition its first line."""
    text = ast.unparse(node)
    line = text.partition("\n")[0] if isinstance(node, ast.For | ast.While | ast.If | ast.With | ast.Try) else text
    line = " ".join(line.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _places(tree: ast.Module) -> Iterator[tuple[Path, ast.AST, str]]:
    """Yield everything that may change, with the function that it stands in."""
    for number, node in enumerate(tree.body):
        if not (number == 0 and _is_text(node)) and not _runs_alone(node):
            yield from _below((("body", number),), node, "")


def _below(path: Path, node: ast.AST, function: str) -> Iterator[tuple[Path, ast.AST, str]]:
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Global | ast.Nonlocal | ast.Raise | ast.Assert) or _is_text(
        node
    ):
        return
    if isinstance(node, _DEFINITION):
        function = f"{function}.{node.name}" if function else node.name
    else:
        yield path, node, function
    for name, value in ast.iter_fields(node):
        if name in _NEVER:
            continue
        for index, inner in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(inner, ast.AST):
                yield from _below((*path, (name, index)), inner, function)


_NEVER = {
    "annotation",
    "returns",
    "decorator_list",
    "ctx",
    "op",
    "ops",
    "type_params",
    "posonlyargs",
    "vararg",
    "kwarg",
}


def _is_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring, or another text that does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _runs_alone(node: ast.AST) -> bool:
    """Whether a statement runs only when the file is a program."""
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def _step(node: ast.AST, step: tuple[str, int | None]) -> ast.AST:
    name, index = step
    value = getattr(node, name)
    found: ast.AST = value if index is None else value[index]
    return found


def _node(tree: ast.Module, path: Path) -> ast.AST:
    node: ast.AST = tree
    for step in path:
        node = _step(node, step)
    return node


def _parent(tree: ast.Module, path: Path) -> ast.AST:
    return _node(tree, path[:-1])


def _replaced(tree: ast.Module, path: Path, new: ast.AST) -> ast.Module:
    """Return a copy of the program with another node at one place."""
    changed = copy.deepcopy(tree)
    parent = _parent(changed, path)
    name, index = path[-1]
    if index is None:
        setattr(parent, name, new)
    else:
        getattr(parent, name)[index] = new
    return ast.fix_missing_locations(changed)
