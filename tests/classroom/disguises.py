"""Disguises for a copied program: each takes a source and returns one that does the same and looks different."""

import ast
import copy
from collections.abc import Callable, Iterator


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body:
                yield body


def _functions(tree: ast.AST) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _changed(source: str, change: Callable[[ast.Module], object]) -> str:
    tree = ast.parse(source)
    change(tree)
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"


def _module(name: str, function: str, *args: ast.expr) -> ast.Call:
    return ast.Call(ast.Attribute(ast.Name(name, ast.Load()), function, ast.Load()), list(args), [])


def _names(nodes: list[ast.AST], kind: type[ast.expr_context]) -> set[str]:
    found = (one for node in nodes for one in ast.walk(node) if isinstance(one, ast.Name))
    return {one.id for one in found if isinstance(one.ctx, kind)}


def renamed(source: str) -> str:
    """All variables and private helpers have other names."""

    def change(tree: ast.Module) -> None:
        stored = _names([tree], ast.Store) | {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
        helpers = {one.name for one in _functions(tree) if one.name.startswith("_") and not one.name.endswith("__")}
        new = {name: f"v{number}_{len(name)}" for number, name in enumerate(sorted((stored - {"self"}) | helpers))}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = new.get(node.id, node.id)
            elif isinstance(node, ast.arg):
                node.arg = new.get(node.arg, node.arg)
            elif isinstance(node, ast.FunctionDef) and node.name in helpers:
                node.name = new[node.name]

    return _changed(source, change)


def functions_in_another_order(source: str) -> str:
    """The functions stand from the last to the first."""

    def change(tree: ast.Module) -> None:
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        tree.body = [node for node in tree.body if node not in functions] + functions[::-1]

    return _changed(source, change)


def statements_in_another_order(source: str) -> str:
    """Neighbours that do not need each other are exchanged."""

    def simple(node: ast.stmt) -> bool:
        return isinstance(node, ast.Assign) and all(isinstance(one, ast.Name | ast.Tuple) for one in node.targets)

    def change(tree: ast.Module) -> None:
        for body in _bodies(tree):
            number = 0
            while number < len(body) - 1:
                a, b = body[number], body[number + 1]
                apart = not _names([a], ast.Store) & (_names([b], ast.Load) | _names([b], ast.Store))
                if simple(a) and simple(b) and apart and not _names([b], ast.Store) & _names([a], ast.Load):
                    body[number : number + 2] = [b, a]
                    number += 1
                number += 1

    return _changed(source, change)


def commented(source: str) -> str:
    """A comment stands above each line, texts below each ``def``, and something is printed."""

    def change(tree: ast.Module) -> None:
        for function in _functions(tree):
            told = ast.Expr(ast.Constant(f"My own {function.name}."))
            function.body[:0] = [told, ast.parse(f"print('in', {function.name!r})").body[0]]

    lines = _changed(source, change).splitlines()
    return "".join(f"{line[: len(line) - len(line.lstrip())]}# here it goes on\n\n{line}  # done\n" for line in lines)


def typed(source: str) -> str:
    """Everything has types."""

    def change(tree: ast.Module) -> None:
        for function in _functions(tree):
            function.returns = ast.Name("object", ast.Load())
            for arg in function.args.args:
                arg.annotation = ast.Constant("np.ndarray")
        for body in _bodies(tree):
            for number, node in enumerate(body):
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and len(node.targets) == 1:
                    body[number] = ast.AnnAssign(node.targets[0], ast.Name("object", ast.Load()), node.value, 1)

    return _changed(source, change)


def with_while(source: str) -> str:
    """Each ``for`` is a ``while`` that counts."""

    def change(tree: ast.Module) -> None:
        for body in _bodies(tree):
            for number, node in enumerate(body):
                if isinstance(node, ast.For) and not any(isinstance(one, ast.Continue) for one in ast.walk(node)):
                    items, at = f"items{number}_{node.lineno}", f"at{number}_{node.lineno}"
                    loop = ast.parse(f"while {at} < len({items}):\n    x = {items}[{at}]\n    {at} += 1").body[0]
                    assert isinstance(loop, ast.While)
                    assert isinstance(loop.body[0], ast.Assign)
                    loop.body[0].targets = [node.target]
                    loop.body += node.body
                    first = ast.parse(f"{items} = list(x)\n{at} = 0").body
                    assert isinstance(first[0], ast.Assign)
                    first[0].value = ast.Call(ast.Name("list", ast.Load()), [node.iter], [])
                    body[number : number + 1] = [*first, loop]

    return _changed(source, change)


class _Split(ast.NodeTransformer):
    """Gives the operands of the outermost operation names."""

    def __init__(self) -> None:
        self.before: list[ast.stmt] = []
        self.count = 0

    def named(self, value: ast.expr) -> ast.expr:
        if isinstance(value, ast.Name | ast.Constant | ast.Starred):
            return value
        self.count += 1
        name = f"part{self.count}"
        self.before.append(ast.Assign([ast.Name(name, ast.Store())], value))
        return ast.Name(name, ast.Load())

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.args = [self.named(one) for one in node.args]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        node.left, node.right = self.named(node.left), self.named(node.right)
        return node


def split(source: str) -> str:
    """Parts of expressions have names of their own, and what is returned has one."""

    def change(tree: ast.Module) -> None:
        splitting = _Split()
        for body in _bodies(tree):
            new: list[ast.stmt] = []
            for node in body:
                if isinstance(node, ast.Assign | ast.Return) and isinstance(node.value, ast.Call | ast.BinOp):
                    value = splitting.visit(node.value)
                    new += splitting.before
                    splitting.before = []
                    if isinstance(node, ast.Return):
                        new.append(ast.Assign([ast.Name("result", ast.Store())], value))
                        value = ast.Name("result", ast.Load())
                    node.value = value
                new.append(node)
            body[:] = new

    return _changed(source, change)


def merged(source: str) -> str:
    """What has a name and is used once, in the next line, has no name any more."""

    def change(tree: ast.Module) -> None:
        for function in _functions(tree):
            for body in _bodies(function):
                for number in range(len(body) - 2, -1, -1):
                    node, after = body[number], body[number + 1]
                    if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                        continue
                    name = node.targets[0].id
                    uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == name]
                    if (
                        isinstance(after, ast.Assign | ast.Return)
                        and len(uses) == 2
                        and name in _names([after], ast.Load)
                    ):
                        body[number : number + 2] = [_Put(name, node.value).visit(after)]

    return _changed(source, change)


class _Put(ast.NodeTransformer):
    def __init__(self, name: str, value: ast.expr) -> None:
        self.name, self.value = name, value

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.value if node.id == self.name and isinstance(node.ctx, ast.Load) else node


class _AsFunctions(ast.NodeTransformer):
    """``a @ b`` as np.dot, ``x.sum(axis=0)`` as np.sum, ``x.T`` as np.transpose."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        return _module("np", "transpose", node.value) if node.attr == "T" else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        return _module("np", "dot", node.left, node.right) if isinstance(node.op, ast.MatMult) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        method = isinstance(node.func, ast.Attribute) and node.func.attr in ("sum", "mean", "max", "reshape")
        if not method or ast.unparse(node.func.value) == "np":
            return node
        call = _module("np", node.func.attr, node.func.value, *node.args)
        call.keywords = node.keywords
        return call


def as_functions(source: str) -> str:
    """Operators and methods are functions of NumPy."""
    return _changed(source, _AsFunctions().visit)


class _Turned(ast.NodeTransformer):
    """``a + b`` is ``b + a``, ``a < b`` is ``b > a``, ``x += 1`` is ``x = x + 1``."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Add | ast.Mult):
            node.left, node.right = node.right, node.left
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        other = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq}
        if len(node.ops) == 1 and type(node.ops[0]) in other:
            node.left, node.comparators = node.comparators[0], [node.left]
            node.ops = [other[type(node.ops[0])]()]
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        read = copy.deepcopy(node.target)
        read.ctx = ast.Load()
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value))


def turned(source: str) -> str:
    """Operands are exchanged, and short forms written out."""
    return _changed(source, _Turned().visit)


def with_dead_code(source: str) -> str:
    """Each function begins with what does nothing."""
    dead = "unused = [n * n for n in range(3)]\nif len(unused) > 9:\n    unused = sorted(unused)[1:]"

    def change(tree: ast.Module) -> None:
        for function in _functions(tree):
            function.body[:0] = ast.parse(dead).body

    return _changed(source, change)


def with_helpers(source: str) -> str:
    """Each public function only calls a private one, which does the work."""

    def change(tree: ast.Module) -> None:
        for function in [one for one in tree.body if isinstance(one, ast.FunctionDef)]:
            outer = copy.deepcopy(function)
            function.name = f"_work_of_{function.name}"
            words: list[ast.expr] = [ast.Name(one.arg, ast.Load()) for one in function.args.args]
            if function.args.vararg is not None:
                words.append(ast.Starred(ast.Name(function.args.vararg.arg, ast.Load()), ast.Load()))
            call = ast.Call(ast.Name(function.name, ast.Load()), words, [])
            call.keywords = [ast.keyword(one.arg, ast.Name(one.arg, ast.Load())) for one in function.args.kwonlyargs]
            outer.body = [ast.Assign([ast.Name("answer", ast.Store())], call)]
            outer.body.append(ast.Return(ast.Name("answer", ast.Load())))
            tree.body.append(outer)

    return _changed(source, change)


def without_helpers(source: str) -> str:
    """Private helpers of one ``return`` stand where they are called."""

    def change(tree: ast.Module) -> None:
        for helper in [one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("_")]:
            *rest, last = [node for node in helper.body if not isinstance(getattr(node, "value", None), ast.Constant)]
            if rest and isinstance(last, ast.Return) and all(isinstance(one, ast.Assign) for one in rest):
                _inline(tree, helper, rest, last)

    return _changed(source, change)


class _PutCall(ast.NodeTransformer):
    def __init__(self, call: ast.Call) -> None:
        self.call = call

    def visit_Call(self, node: ast.Call) -> ast.AST:
        return ast.Name("inlined", ast.Load()) if node is self.call else self.generic_visit(node)


def _inline(tree: ast.Module, helper: ast.FunctionDef, rest: list[ast.stmt], last: ast.Return) -> None:
    for function in [one for one in _functions(tree) if one is not helper]:
        for body in _bodies(function):
            for number, node in enumerate(body):
                calls = [
                    one for one in ast.walk(node) if isinstance(one, ast.Call) and ast.unparse(one.func) == helper.name
                ]
                if not isinstance(node, ast.Assign | ast.Return) or len(calls) != 1 or calls[0].keywords:
                    continue
                put = [
                    ast.Assign([ast.Name(arg.arg, ast.Store())], value)
                    for arg, value in zip(helper.args.args, calls[0].args, strict=False)
                    if ast.unparse(value) != arg.arg
                ]
                found = ast.Assign([ast.Name("inlined", ast.Store())], copy.deepcopy(last.value or ast.Constant(None)))
                replaced = _PutCall(calls[0]).visit(node)
                body[number : number + 1] = [*put, *copy.deepcopy(rest), found, replaced]
                break
    if helper.name not in {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}:
        tree.body.remove(helper)


def formatted(source: str) -> str:
    """Other white space, brackets and ends of lines."""
    tree = ast.parse(source)
    return "\r\n".join(f"{line}   " for line in ast.unparse(tree).replace("    ", "\t").splitlines()) + "\r\n"


ALONE = (
    renamed, functions_in_another_order, statements_in_another_order, commented, typed, with_while, split, merged,
    as_functions, turned, with_dead_code, with_helpers, without_helpers, formatted,
)  # fmt: skip


def _all_of(*disguises: Callable[[str], str]) -> Callable[[str], str]:
    def together(source: str) -> str:
        for disguise in disguises:
            source = disguise(source)
        return source

    together.__name__ = "_and_".join(one.__name__ for one in disguises)
    return together


TOGETHER = (
    _all_of(renamed, functions_in_another_order, statements_in_another_order, commented, typed),
    _all_of(split, as_functions, turned, renamed),
    _all_of(merged, turned, functions_in_another_order, formatted),
    _all_of(with_while, with_helpers, renamed, commented),
    _all_of(as_functions, with_dead_code, renamed, turned),
    _all_of(without_helpers, statements_in_another_order, split, renamed, typed),
)
