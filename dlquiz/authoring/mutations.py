"""What may become of one node of a program (pure). Each function takes a node and yields what could stand there."""

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

N = TypeVar("N", bound=ast.AST)


def changes_of(node: ast.AST, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Yield every node that could stand in the place of this one."""
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    for kind, change in _CHANGES:
        if isinstance(node, kind):
            yield from change(node, parent, tree)


def _with(node: N, **fields: object) -> N:
    """Return a copy with other fields."""
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


# -- statements -----------------------------------------------------------------


def _statement(node: ast.stmt) -> Iterator[ast.AST]:
    """A line left out; a condition turned round; a step in the other direction."""
    if not isinstance(node, ast.Pass | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield ast.Pass()
    if isinstance(node, ast.If | ast.While):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.If):
        yield _with(node, test=ast.Constant(value=True))
    if isinstance(node, ast.AugAssign):
        for other in _OTHER_OPERATORS.get(type(node.op), ()):
            yield _with(node, op=other())
        yield ast.Assign([node.target], node.value)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple) and len(node.value.elts) > 1:
        first, second, *rest = node.value.elts
        yield _with(node, value=_with(node.value, elts=[second, first, *rest]))
    if isinstance(node, ast.For | ast.While):
        yield _with(node, body=[*node.body, ast.Break()])


# -- operators ------------------------------------------------------------------

_OTHER_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div,),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
_ORDER_COUNTS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_OTHER_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}


def _binary(node: ast.BinOp, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Another operator, the operands in the other order, or one of them left out."""
    for other in _OTHER_OPERATORS.get(type(node.op), ()):
        yield _with(node, op=other())
    if isinstance(node.op, _ORDER_COUNTS):
        yield _with(node, left=node.right, right=node.left)
    yield node.left
    yield node.right


def _unary(node: ast.UnaryOp, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """The sign left out."""
    yield node.operand


def _comparison(node: ast.Compare, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Another comparison."""
    for number, operator in enumerate(node.ops):
        for other in _OTHER_COMPARISONS[type(operator)]:
            yield _with(node, ops=[*node.ops[:number], other(), *node.ops[number + 1 :]])


def _boolean(node: ast.BoolOp, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """``or`` for ``and``, or one of the conditions alone."""
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield from node.values


def _choice(node: ast.IfExp, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Always the one, or always the other."""
    yield node.body
    yield node.orelse


# -- values ---------------------------------------------------------------------


def _constant(node: ast.Constant, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Another number, axis or switch; of texts, the one that is most like it."""
    value = node.value
    if isinstance(parent, ast.FormattedValue | ast.JoinedStr):
        return
    if isinstance(value, bool):
        yield ast.Constant(value=not value)
    elif isinstance(value, int):
        yield from (ast.Constant(value=other) for other in ((value + 1, value - 1) if value else (1,)))
    elif isinstance(value, float):
        yield ast.Constant(value=value * 2 if value else 1.0)
    elif isinstance(value, str):
        yield from (ast.Constant(value=other) for other in _alike(value, tree))


def _alike(text: str, tree: ast.Module) -> list[str]:
    """Return the other texts of a program that differ in one sign only: keys such as W1 and W2."""
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    near = {other for other in texts if len(other) == len(text) and sum(map(str.__ne__, other, text)) == 1}
    return sorted(near)


_OTHER_NAMES = {
    "float32": "float64", "float64": "float32", "int64": "int32",
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "argmax": "argmin", "argmin": "argmax",
    "sum": "mean", "mean": "sum", "any": "all", "all": "any", "zeros": "ones", "ones": "zeros", "floor": "ceil",
    "ceil": "floor", "permutation": "arange", "std": "var", "var": "std", "zeros_like": "ones_like",
    "ones_like": "zeros_like", "vstack": "hstack", "hstack": "vstack", "train": "eval", "eval": "train",
}  # fmt: skip


def _attribute(node: ast.Attribute, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Another function of the same library; a transposition left out."""
    if (other := _OTHER_NAMES.get(node.attr)) is not None:
        yield _with(node, attr=other)
    if node.attr in ("T", "mT"):
        yield node.value


def _name(node: ast.Name, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """Another built-in function; another variable of nearly the same name."""
    if isinstance(node.ctx, ast.Load):
        if node.id in ("min", "max", "any", "all"):
            yield _with(node, id=_OTHER_NAMES[node.id])
        names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
        near = (other for other in sorted(names) if _one_digit_apart(other, node.id))
        yield from (_with(node, id=other) for other in near)


def _one_digit_apart(one: str, other: str) -> bool:
    """Whether two names differ in a digit only, as W1 and W2."""
    differ = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(differ) == 1 and differ[0][0].isdigit() and differ[0][1].isdigit()


# -- calls and items --------------------------------------------------------------

_ORDER_IS_FREE = frozenset("maximum minimum max min add multiply hypot logaddexp isclose allclose array_equal".split())


def _call(node: ast.Call, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """The call left out, an argument left out, or two in the other order."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value, tree):
        yield node.func.value  # x.copy() without the copy
    elif len(node.args) == 1 and not isinstance(node.args[0], ast.Starred):
        yield node.args[0]  # np.sqrt(x) without the root
    for number in range(len(node.keywords)):
        yield _with(node, keywords=[*node.keywords[:number], *node.keywords[number + 1 :]])
    if len(node.args) > 1 and name not in _ORDER_IS_FREE and not any(isinstance(a, ast.Starred) for a in node.args[:2]):
        first, second, *rest = node.args
        yield _with(node, args=[second, first, *rest])
    if len(node.args) > 1:
        yield _with(node, args=node.args[:-1])


def _is_module(node: ast.expr, tree: ast.Module) -> bool:
    """Whether an expression begins with an imported name, as ``np.linalg``."""
    while isinstance(node, ast.Attribute):
        node = node.value
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for one in ast.walk(tree)
        if isinstance(one, ast.Import | ast.ImportFrom)
        for alias in one.names
    }
    return isinstance(node, ast.Name) and node.id in imported


def _slice(node: ast.Slice, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """An end left out."""
    for name in ("lower", "upper", "step"):
        if getattr(node, name) is not None:
            yield _with(node, **{name: None})


def _comprehension(node: ast.comprehension, parent: ast.AST, tree: ast.Module) -> Iterator[ast.AST]:
    """A condition left out."""
    for number in range(len(node.ifs)):
        yield _with(node, ifs=[*node.ifs[:number], *node.ifs[number + 1 :]])


_CHANGES: Sequence[tuple[type, Callable[..., Iterator[ast.AST]]]] = (
    (ast.BinOp, _binary),
    (ast.UnaryOp, _unary),
    (ast.Compare, _comparison),
    (ast.BoolOp, _boolean),
    (ast.IfExp, _choice),
    (ast.Constant, _constant),
    (ast.Attribute, _attribute),
    (ast.Name, _name),
    (ast.Call, _call),
    (ast.Slice, _slice),
    (ast.comprehension, _comprehension),
)
