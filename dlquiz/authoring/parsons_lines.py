"""The body of a function as a puzzle of lines: the lines, other orders and levels of them, wrong lines (pure)."""

import ast
import builtins
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dlquiz.authoring.source import functions
from dlquiz.model.kinds.order import STEP

FEWEST, MOST = 4, 10
"""Lines of a body that make a puzzle: fewer are none, more fill a screen."""


@dataclass(frozen=True, slots=True)
class Body:
    """One function of a file. ``lines`` are those of its body, without docstring and comments, with their spaces."""

    name: str
    call: str
    lines: tuple[str, ...]


def bodies(tree: ast.Module) -> dict[str, Body]:
    """Return every public function whose body can be a puzzle: short enough, and no line stands there twice."""
    found = {}
    for name, node in functions(tree).items():
        lines = _lines(node)
        different = len({line.strip() for line in lines}) == len(lines)
        if FEWEST <= len(lines) <= MOST and different and "." not in name:
            found[name] = Body(name, f"{name}({', '.join(_parameters(node))})", lines)
    return found


def with_body(tree: ast.Module, name: str, lines: Sequence[str]) -> str | None:
    """Return the file with other lines in one function; None if that is no Python."""
    try:
        new = ast.parse("def f():\n" + "\n".join(f"    {line}" for line in lines)).body
    except SyntaxError:
        return None
    changed = copy.deepcopy(tree)
    (inner,) = new
    assert isinstance(inner, ast.FunctionDef)
    functions(changed)[name].body = inner.body
    return ast.unparse(changed)


def swapped(lines: Sequence[str]) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield every order in which two statements that follow each other have changed places.

    With each, whether both are one line: a loop takes its lines along.
    """
    for first in range(len(lines)):
        second = _end(lines, first)
        if second < len(lines) and _depth(lines[second]) == _depth(lines[first]):
            last = _end(lines, second)
            order = (*lines[:first], *lines[second:last], *lines[first:second], *lines[last:])
            yield order, last - first == 2


def shifted(lines: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the lines with one of them a step further to the right or left; Python takes some of these."""
    for place, line in enumerate(lines):
        for new in (f"{' ' * STEP}{line}", line.removeprefix(" " * STEP)):
            if new != line:
                yield (*lines[:place], new, *lines[place + 1 :])


def wrong_lines(tree: ast.Module, body: Body, known: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield what another file has in the place of a line of ``body``, with that place; nothing that only it names."""
    node = functions(tree).get(body.name)
    if node is None:
        return
    lines, names = _lines(node), _names(known) | set(dir(builtins))
    for kind, first, last, other, end in SequenceMatcher(None, body.lines, lines, autojunk=False).get_opcodes():
        if kind != "replace" or last - first != end - other:
            continue
        for place, line in zip(range(first, last), lines[other:end], strict=True):
            plain = line.strip()
            alike = _depth(line) == _depth(body.lines[place]) and plain.endswith(":") == body.lines[place].endswith(":")
            if alike and all(plain != one.strip() for one in body.lines) and _names_of(plain) <= names:
                yield place, plain


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> tuple[str, ...]:
    statements = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return tuple(ast.unparse(ast.Module(list(statements), [])).split("\n")) if statements else ()


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    return [one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end(lines: Sequence[str], place: int) -> int:
    """Return where the statement that begins at a line is over."""
    depth, end = _depth(lines[place]), place + 1
    while end < len(lines) and (_depth(lines[end]) > depth or _goes_on(lines[end], depth)):
        end += 1
    return end


def _goes_on(line: str, depth: int) -> bool:
    return _depth(line) == depth and line.strip().startswith(_PARTS)


_PARTS = ("else:", "elif ", "except", "finally:")


def _names(tree: ast.AST) -> set[str]:
    arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    imported = {one.asname or one.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
                for one in node.names}  # fmt: skip
    return arguments | bound | imported | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _names_of(line: str) -> set[str]:
    """Return the names of one line, which may open a block."""
    try:
        return _names(ast.parse(f"{line} pass" if line.endswith(":") else f"def f():\n    {line}")) - {"f"}
    except SyntaxError:
        return {""}
