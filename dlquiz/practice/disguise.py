"""A wrong solution as somebody else's file: nothing in it says what is wrong (pure).

Its header, its comments and names that only it has would tell the mistake; a docstring that differs from the
reference's may, too.
"""

import ast
import keyword
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
_SHORT = 2
"""A name of so many letters tells nothing."""


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """What stands in the place of the text between two offsets."""

    start: int
    end: int
    text: str


def disguised(source: str, reference: str) -> str:
    """Return the code of a wrong solution without what tells the mistake.

    Parameters
    ----------
    source : str
        A wrong solution, as its author wrote it.
    reference : str
        A right one: its docstrings stay, and names that it has tell nothing.

    Raises
    ------
    SyntaxError
        One of the two is no Python.
    """
    tree, known = ast.parse(source), ast.parse(reference)
    edits = [*_docstrings(source, tree, _docs(known)), *_comments(source), *_names(source, tree, _identifiers(known))]
    return _tidy(_applied(source, edits))


def _docs(tree: ast.Module) -> dict[str, str]:
    """Return the docstring of each function and class, by its whole name."""
    return {name: text for name, node in _documented(tree) if name and (text := ast.get_docstring(node, clean=False))}


def _documented(node: _Documented, name: str = "") -> Iterator[tuple[str, _Documented]]:
    """Yield a module, its functions and classes, and theirs, each by its whole name; the module's is empty."""
    yield name, node
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _documented(child, f"{name}.{child.name}" if name else child.name)


def _docstrings(source: str, tree: ast.Module, docs: dict[str, str]) -> Iterator[_Edit]:
    offsets = _Offsets(source)
    for name, node in _documented(tree):
        if ast.get_docstring(node, clean=False) is None:
            continue
        first = node.body[0]
        start, end = offsets.of(first.lineno, first.col_offset), offsets.of(first.end_lineno, first.end_col_offset)
        if name in docs:
            yield _Edit(start, end, f'"""{docs[name]}"""')
        else:
            yield _Edit(start, end, "pass" if len(node.body) == 1 and name else "")


def _comments(source: str) -> Iterator[_Edit]:
    offsets = _Offsets(source)
    for token in _tokens(source):
        if token.type == tokenize.COMMENT:
            (line, column), (_, last) = token.start, token.end
            yield _Edit(offsets.at(line, column), offsets.at(line, last), "")


def _names(source: str, tree: ast.Module, known: frozenset[str]) -> Iterator[_Edit]:
    """Give names that only this file has names that say nothing, everywhere alike."""
    new = _renamed(tree, known)
    offsets, before = _Offsets(source), ""
    for token in _tokens(source):
        if token.type == tokenize.NAME and before != "." and token.string in new:
            yield _Edit(offsets.at(*token.start), offsets.at(*token.end), new[token.string])
        before = token.string


def _renamed(tree: ast.Module, known: frozenset[str]) -> dict[str, str]:
    # An attribute or a keyword of a call may be a library's.
    taken = known | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    taken |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    taken |= {alias.asname or alias.name for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)
              for alias in node.names}  # fmt: skip
    new: dict[str, str] = {}
    for name, word in _bound(tree):
        if name in taken or name in new or len(name) <= _SHORT or name.startswith("__"):
            continue
        free = (candidate for candidate in _numbered(word) if candidate not in taken)
        new[name] = next(candidate for candidate in free if candidate not in new.values())
    return new


def _numbered(word: str) -> Iterator[str]:
    yield word
    number = 2
    while True:
        yield f"{word}{number}"
        number += 1


def _bound(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name that the file binds, with the word that can stand for it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, "_helper" if node.name.startswith("_") else "helper"
        elif isinstance(node, ast.ClassDef):
            yield node.name, "_Helper" if node.name.startswith("_") else "Helper"
        elif isinstance(node, ast.arg):
            yield node.arg, "value"
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, "NUMBER" if node.id.isupper() else "value"


def _identifiers(tree: ast.Module) -> frozenset[str]:
    """Return every word of a program that could be a name, also in its docstrings."""
    return frozenset(re.findall(r"[A-Za-z_]\w*", ast.unparse(tree))) | frozenset(keyword.kwlist)


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    return tokenize.generate_tokens(iter(source.splitlines(keepends=True)).__next__)


class _Offsets:
    """Places in a text: a line from 1 and a column from 0, in bytes (as `ast` counts) or in characters."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines(keepends=True)
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line))

    def of(self, line: int | None, column: int | None) -> int:
        """Return the offset of a place that `ast` names."""
        assert line is not None
        assert column is not None
        return self.at(line, len(self._lines[line - 1].encode()[:column].decode()))

    def at(self, line: int, column: int) -> int:
        """Return the offset of a place that `tokenize` names."""
        return self._starts[line - 1] + column


def _applied(source: str, edits: list[_Edit]) -> str:
    for edit in sorted(edits, reverse=True):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source


def _tidy(source: str) -> str:
    """Leave no line of blanks, and at most two empty lines one after the other."""
    text = "\n".join(line.rstrip() for line in source.splitlines())
    text = re.sub(r"(:\n)\n+(?=[ \t])", r"\1", text)
    return re.sub(r"\n{4,}", "\n\n\n", text).strip("\n") + "\n"
