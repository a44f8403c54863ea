"""A program as its questions see it: its functions, and statements that stand on a line of their own (pure)."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dlquiz.text import clean

MOST_SHOWN = 24
"""Lines of a function that a question shows at most."""
_FENCE = "```"
"""What would end the code in a question: a function that holds it is not asked about."""
_SIMPLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.Return)


@dataclass(frozen=True, slots=True)
class Statement:
    """A simple statement on one line. ``loops`` are the kinds of loop around it, the outermost first."""

    node: ast.stmt
    function: str
    loops: tuple[type[ast.stmt], ...]

    @property
    def line(self) -> int:
        """Its line in the file, from 1."""
        return self.node.lineno


@dataclass(frozen=True, slots=True)
class Function:
    """A function or a method; ``name`` is dotted, as Python's ``__qualname__``."""

    name: str
    node: ast.FunctionDef
    statements: tuple[Statement, ...]

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of its parameters."""
        given = self.node.args
        return tuple(one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))


@dataclass(frozen=True, slots=True)
class OwnProgram:
    """A source that Python can read. ``place`` writes a line for people: "line 37", or with the cell of a notebook."""

    source: str
    functions: tuple[Function, ...]
    place: Callable[[int], str]

    @property
    def keeps_old_memory(self) -> bool:
        """Whether it makes arrays that hold whatever was in memory before: what their entries are is no fact."""
        return re.search(r"\bempty(_like)?\b", self.source) is not None

    def code(self, line: int) -> str:
        """Return a line without the blanks around it."""
        return self.source.split("\n")[line - 1].strip()

    def excerpt(self, function: Function, line: int | None) -> str:
        """Return the lines of a function with their numbers, without its docstring; ``line`` is marked."""
        lines = self.source.split("\n")
        first, last = function.node.lineno, function.node.end_lineno or function.node.lineno
        hidden = _docstring_lines(function.node)
        numbers = [number for number in range(first, last + 1) if number not in hidden]
        if len(numbers) > MOST_SHOWN:
            at = numbers.index(line) if line in numbers else 0
            start = min(max(at - MOST_SHOWN // 2, 0), len(numbers) - MOST_SHOWN)
            numbers = numbers[start : start + MOST_SHOWN]
        width = len(str(numbers[-1]))
        shown = (f"{'>' if n == line else ' '} {n:>{width}}  {lines[n - 1]}".rstrip() for n in numbers)
        return clean("\n".join(shown))

    def without(self, line: int) -> str:
        """Return the source in which a statement of one line does nothing; every line keeps its number."""
        lines = self.source.split("\n")
        old = lines[line - 1]
        lines[line - 1] = old[: len(old) - len(old.lstrip())] + "pass"
        return "\n".join(lines)


def program(source: str, place: Callable[[int], str] = "line {}".format) -> OwnProgram | None:
    """Return the functions of a source; None if Python cannot read it."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return None
    alone, lines = _alone(tree), source.split("\n")
    found = [
        Function(
            name, node, tuple(one for one in _statements(node, name) if one.node in alone and _is_plain(lines, one))
        )
        for name, node in _functions(tree.body)
        if _FENCE not in "\n".join(lines[node.lineno - 1 : node.end_lineno])
    ]
    return OwnProgram(source, tuple(found), place)


def _is_plain(lines: list[str], one: Statement) -> bool:
    """Whether a line can be quoted: a strange sign would be left out, and a backtick would end the quotation."""
    line = lines[one.line - 1]
    return line == clean(line) and "`" not in line


def names_in(node: ast.AST) -> set[str]:
    """Return the names that are read in a piece of code."""
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}


def _functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body, f"{prefix}{node.name}.")


def _statements(node: ast.AST, function: str, loops: tuple[type[ast.stmt], ...] = ()) -> Iterator[Statement]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(child, _SIMPLE):
            yield Statement(child, function, loops)
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            inner = (*loops, type(child)) if isinstance(child, ast.For | ast.While) else loops
            yield from _statements(child, function, inner)


def _alone(tree: ast.AST) -> set[ast.stmt]:
    """Return the statements that begin and end on a line that no other statement touches."""
    on_line: dict[int, list[ast.stmt]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            last = node.end_lineno or node.lineno
            simple = isinstance(node, _SIMPLE)
            for line in range(node.lineno, last + 1) if simple else (node.lineno,):
                on_line.setdefault(line, []).append(node)
    return {
        nodes[0]
        for nodes in on_line.values()
        if len(nodes) == 1 and isinstance(nodes[0], _SIMPLE) and nodes[0].lineno == nodes[0].end_lineno
    }


def _docstring_lines(node: ast.FunctionDef) -> range:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return range(first.lineno, (first.end_lineno or first.lineno) + 1)
    return range(0)
