"""The public part of a grader: its public cases and what they need, and nothing that hidden ones alone need.

Made from the source, so that nothing else can come along: a name that no public case reaches is not written, and
neither are comments that stand between the cases.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dlquiz.authoring.source import case_functions, case_mark

_REFERENCE = "reference"
_REFERENCE_STAYS = "it asks the reference, which stays with you"
_HEAD = '"""The public checks of this exercise. The others stay with whoever made this kit."""'

_IMPORTS = (ast.Import, ast.ImportFrom)
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What a kit holds of a grader's file.

    Attributes
    ----------
    source : str
        The file; empty if no public case can travel.
    cases : tuple of str
        The functions of the cases in it.
    kept_back : dict of str to str
        Public cases that cannot travel, and why: they count as hidden in a kit.
    """

    source: str
    cases: tuple[str, ...]
    kept_back: dict[str, str]


def public_part(text: str, tree: ast.Module) -> PublicPart:
    """Return the public part of a grader's file."""
    file = _File(text, tree)
    public = [function for function in case_functions(tree) if _is_public(function)]
    reached = {function.name: file.reached([*_used(function), *file.for_all()]) for function in public}
    kept_back = {one.name: _REFERENCE_STAYS for one in public if _REFERENCE in reached[one.name]}
    kept_back |= {one.name: "it stands in a class" for one in public if one not in tree.body}
    kept = [function for function in public if function.name not in kept_back]
    if not kept:
        return PublicPart("", (), kept_back)
    names = frozenset[str]().union(*(reached[function.name] for function in kept))
    source = f"{_HEAD}\n\n{file.part(names, kept)}"
    return PublicPart(source, tuple(function.name for function in kept), kept_back)


def probe_part(text: str, tree: ast.Module, cases: str) -> str:
    """Return of a probe what ``cases`` ask it for: the functions that they name, and what these need."""
    asked = {node.attr for node in ast.walk(ast.parse(cases)) if isinstance(node, ast.Attribute)}
    asked &= {node.name for node in tree.body if isinstance(node, _Definition)}
    file = _File(text, tree)
    return file.part(file.reached(asked), []) if asked else ""


def _is_public(function: ast.FunctionDef) -> bool:
    """Whether a case says of itself, with a plain True, that it is public."""
    mark = case_mark(function)
    said = [word.value for word in mark.keywords if word.arg == "public"] if mark is not None else []
    return any(isinstance(value, ast.Constant) and value.value is True for value in said)


class _File:
    """The top level of a file: which statement gives which names, and needs which."""

    def __init__(self, text: str, tree: ast.Module) -> None:
        self._lines = text.splitlines()
        self._givers: list[tuple[ast.stmt, frozenset[str]]] = []
        self._docs: dict[int, ast.stmt] = {}
        before: ast.stmt | None = None
        for node in tree.body:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                if before is not None:
                    self._docs[id(before)] = node  # the words below a constant are about it
                continue
            self._givers.append((node, frozenset(_given(node))))
            before = node

    def for_all(self) -> Iterator[str]:
        """Yield what every case has without naming it."""
        yield "pytestmark"
        for node, given in self._givers:
            if _is_autouse(node):
                yield from given

    def reached(self, names: Iterable[str]) -> frozenset[str]:
        """Return names, and those that their definitions use, and so on."""
        found = set(names)
        waiting = set(found)
        while waiting:
            name = waiting.pop()
            for node, given in self._givers:
                if name in given and not isinstance(node, _IMPORTS):
                    more = set(_used(node)) - found
                    waiting |= more
                    found |= more
        return frozenset(found)

    def part(self, names: frozenset[str], cases: Sequence[ast.stmt]) -> str:
        """Return the part of the file that gives these names, with cases, in the file's order."""
        wanted = sorted([*self._needed(names), *cases], key=lambda node: node.lineno)
        imports = [node for node in wanted if isinstance(node, _IMPORTS)]
        parts = ["\n".join(self._text_of(node, names) for node in imports)]
        parts += [self._text_of(node, names) for node in wanted if node not in imports]
        return "\n\n\n".join(filter(None, parts)) + "\n"

    def _needed(self, names: frozenset[str]) -> Iterator[ast.stmt]:
        """Yield what gives any of these names."""
        for node, given in self._givers:
            if given & names and not _is_case(node):
                yield node

    def _text_of(self, node: ast.stmt, names: frozenset[str]) -> str:
        """Return a statement as it was written; of an import only what is needed."""
        if isinstance(node, _IMPORTS):
            fewer = [alias for alias in node.names if _bound(alias) in names]
            shorter = (
                ast.Import(fewer) if isinstance(node, ast.Import) else ast.ImportFrom(node.module, fewer, node.level)
            )
            return ast.unparse(ast.fix_missing_locations(ast.copy_location(shorter, node)))
        decorators = node.decorator_list if isinstance(node, _Definition) else []
        first = min([node.lineno, *(one.lineno for one in decorators)])
        last = self._docs.get(id(node), node)
        return "\n".join(self._lines[first - 1 : last.end_lineno])


def _is_case(node: ast.stmt) -> bool:
    if isinstance(node, ast.ClassDef):
        return node.name.startswith("Test")
    return isinstance(node, ast.FunctionDef) and node.name.startswith("test")


def _given(node: ast.stmt) -> Iterable[str]:
    """Return the names that a statement gives to the file."""
    if isinstance(node, _Definition):
        return (node.name,)
    if isinstance(node, _IMPORTS):
        return map(_bound, node.names)
    return _stored(node)


def _stored(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement sets, or whose content it changes: ``CASES["x"] = 1``, ``CASES.append(1)``."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _used(node.value.func)
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id
        elif isinstance(one, ast.Subscript | ast.Attribute) and isinstance(one.ctx, ast.Store):
            yield from _used(one.value)
        elif isinstance(one, ast.alias):
            yield _bound(one)


def _is_autouse(node: ast.stmt) -> bool:
    """Whether it is a fixture that every case has without asking."""
    return isinstance(node, ast.FunctionDef) and any("autouse=True" in ast.unparse(one) for one in node.decorator_list)


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.partition(".")[0]


def _used(node: ast.AST) -> Iterator[str]:
    """Yield the names that a statement uses; a case and a fixture use what their arguments are called."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name):
            yield one.id
        elif isinstance(one, ast.arg):
            yield one.arg
