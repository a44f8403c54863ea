"""A finished file with one of its functions blank again, as the start file has it (pure)."""

import ast
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Body:
    """Where the body of a function stands: lines from 1, the end included; ``depth`` is the column of its ``def``."""

    first: int
    last: int
    depth: int


def finished_functions(source: str, stub: str) -> dict[str, int]:
    """Return the functions of a start file that a file has finished, each with the number of its lines.

    A method is called ``Class.method``. What the start file does not leave open, or the file leaves as it was, is none
    of them.

    Raises
    ------
    SyntaxError
        One of the two is no Python.
    """
    open_ones = {name: node for name, node in _functions(ast.parse(stub)) if _is_open(node)}
    mine = dict(_functions(ast.parse(source)))
    return {
        name: (mine[name].end_lineno or 0) - mine[name].lineno + 1
        for name in open_ones
        if name in mine and not _is_open(mine[name]) and mine[name].body[0].lineno > mine[name].lineno
    }


def blanked(source: str, stub: str, name: str) -> str:
    """Return the file with the body of one function as the start file has it; everything else stays as it is.

    Comments behind the body go with it: they may tell it.

    Raises
    ------
    SyntaxError
        One of the two is no Python.
    KeyError
        One of the two has no such function.
    """
    theirs, ours = source.splitlines(keepends=True), stub.splitlines(keepends=True)
    body = _body(source, dict(_functions(ast.parse(source)))[name])
    blank = _body(stub, dict(_functions(ast.parse(stub)))[name])
    last = body.last
    while last < len(theirs) and _is_comment_inside(theirs[last], body.depth):
        last += 1
    new = "".join(ours[blank.first - 1 : blank.last])
    return "".join((*theirs[: body.first - 1], new if new.endswith("\n") else f"{new}\n", *theirs[last:]))


def _functions(tree: ast.Module) -> Iterator[tuple[str, _Function]]:
    for node in tree.body:
        if isinstance(node, _Function) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            methods = (inner for inner in node.body if isinstance(inner, _Function))
            yield from ((f"{node.name}.{method.name}", method) for method in methods)


def _is_open(node: _Function) -> bool:
    """Whether a function only says that it is not written yet."""
    last = node.body[-1]
    return isinstance(last, ast.Raise) and last.exc is not None and "NotImplementedError" in ast.unparse(last.exc)


def _body(source: str, node: _Function) -> _Body:
    lines = source.splitlines(keepends=True)[node.lineno - 1 :]
    tokens = tokenize.generate_tokens(iter(lines).__next__)
    # The first end of a logical line is that of the head, wherever its brackets close.
    head = next(token.start[0] for token in tokens if token.type == tokenize.NEWLINE)
    return _Body(node.lineno + head, node.end_lineno or 0, node.col_offset)


def _is_comment_inside(line: str, depth: int) -> bool:
    return line.strip().startswith("#") and len(line) - len(line.lstrip()) > depth
