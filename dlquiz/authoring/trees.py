"""What a program does, apart from how it is written down: two files that differ only in words are one program (pure).

Comments, docstrings, annotations, the names of local variables and private helpers, and the order of functions do
not count. Whatever else is different, makes different programs, also if they compute the same.
"""

import ast
import copy
from collections.abc import Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def canonical(tree: ast.Module) -> str:
    """Return the same text for programs that differ in words only."""
    tree = copy.deepcopy(tree)
    _Plain().visit(tree)
    _rename(tree, _private(tree))
    for node in tree.body:
        for function in _functions(node):
            _rename(function, _local(function))
    imports = sorted(ast.dump(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom))
    rest = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    definitions = sorted(ast.dump(node) for node in rest if isinstance(node, _Function | ast.ClassDef))
    others = [ast.dump(node) for node in rest if not isinstance(node, _Function | ast.ClassDef)]
    return "\n".join([*imports, *others, *definitions])


class _Plain(ast.NodeTransformer):
    """Takes away what does nothing when the file is loaded by somebody else."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return self.generic_visit(ast.Assign([node.target], node.value))

    def visit_If(self, node: ast.If) -> ast.AST | None:
        started = isinstance(node.test, ast.Compare) and isinstance(node.test.left, ast.Name)
        if started and node.test.left.id == "__name__":  # type: ignore[attr-defined]  # a comparison, as just seen
            return None
        return self.generic_visit(node)


def _functions(node: ast.AST) -> Iterator[_Function]:
    """Yield the outermost functions of a definition: itself, or the methods of a class."""
    if isinstance(node, _Function):
        yield node
    elif isinstance(node, ast.ClassDef):
        for inner in node.body:
            yield from _functions(inner)


def _private(tree: ast.Module) -> dict[str, str]:
    """Return other names for the module's private ones, in the order in which they are written."""
    found: dict[str, None] = {}
    for node in tree.body:
        if isinstance(node, _Function | ast.ClassDef):
            found[node.name] = None
        elif isinstance(node, ast.Assign):
            parts = (part for target in node.targets for part in ast.walk(target))
            found |= dict.fromkeys(part.id for part in parts if isinstance(part, ast.Name))
    names = (name for name in found if name.startswith("_") and not name.startswith("__"))
    return {name: f"_private{number}" for number, name in enumerate(names)}


def _local(function: _Function) -> dict[str, str]:
    """Return other names for what a function binds; parameters that must be named in a call keep theirs."""
    kept = {one.arg for one in function.args.kwonlyargs}
    found: dict[str, None] = {}
    for node in _in_order(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            kept |= set(node.names)
        elif isinstance(node, ast.arg):
            found[node.arg] = None
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found[node.id] = None
        elif isinstance(node, _Function) and node is not function:
            found[node.name] = None
    return {name: f"local{number}" for number, name in enumerate(name for name in found if name not in kept)}


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and everything below it, as it is written."""
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _in_order(child)


def _rename(tree: ast.AST, names: dict[str, str]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = names.get(node.id, node.id)
        elif isinstance(node, ast.arg):
            node.arg = names.get(node.arg, node.arg)
        elif isinstance(node, _Function) and node is not tree:
            node.name = names.get(node.name, node.name)
