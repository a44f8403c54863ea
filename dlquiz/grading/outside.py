"""Functions that never look at an argument and read data of the file instead: a habit from notebooks.

``def predict(X): return softmax(X_train @ W)`` gives the right values as long as nobody asks about other rows. It is
read off the source alone, and nothing of it runs. Both halves of the sentence are facts; where anything could make one
of them untrue (``locals()``, ``*args``, a decorator, two functions of one name), nothing is said.
"""

import ast
import re
from collections.abc import Collection, Iterator
from enum import IntEnum
from functools import cached_property, lru_cache
from warnings import catch_warnings

from dlquiz.grading.failure import CaseFailed
from dlquiz.submission.plain import Submission

_MAX_BYTES = 200_000
_MOST_NAMES = 4
_MOST_SENTENCES = 2
_FRAME = re.compile(r'^  File "<submission>/[^"\n]+", line \d+, in (\w+)$', re.MULTILINE)

_WORD, _COMMENT = re.compile(r"\w+"), re.compile(r"#.*")
_LONG_TEXT = re.compile(r'"{3}.*?"{3}|\'{3}.*?\'{3}', re.DOTALL)
_DEF = re.compile(r"^def[ \t]+\w+[ \t]*\(", re.MULTILINE)
_NEXT = re.compile(r"^(?=[^\s)\]}#])", re.MULTILINE)
"""Where the next statement of the file's top level begins."""

_MAKERS = frozenset(
    "array asarray zeros ones full empty eye identity arange linspace tensor as_tensor Tensor int float bool str len "
    "range list tuple dict set frozenset float32 float64 int32 int64 uint8 "
    "deque defaultdict OrderedDict Counter".split()
)
"""What these make of plain constants is a constant."""
_NO_DATA = frozenset(
    "partial vectorize namedtuple NamedTuple TypeVar NewType getLogger device Path compile Lock jit property type "
    "globals locals import_module".split()
)
"""What these make is no data, whatever it is made of."""
_SEE_ALL = frozenset("locals vars eval exec dir globals inspect sys".split())
"""Through these a function can read a parameter whose name does not occur in it."""


class _Kind(IntEnum):
    """What a module-level name holds: a function or anything unknown, a plain constant, or what looks like data."""

    OTHER = 0
    CONSTANT = 1
    DATA = 2


def add_outside(error: CaseFailed, submission: Submission, reference: bytes, called: Collection[str]) -> None:
    """Say of the functions that a lost case called, or that stand in its traceback, which read data from outside."""
    unbegun = error.cause == "missing" or error.whole_file
    if unbegun or (error.cause == "exception" and "NotImplementedError" in error.message):
        return
    said = sentences(submission, reference)
    names = dict.fromkeys((*called, *_FRAME.findall(error.trace)))
    found = [said[name] for name in names if name in said][:_MOST_SENTENCES]
    if found:
        error.diagnosis = " ".join(filter(None, (*found, error.diagnosis)))
        error.hinted = False  # it is about the mistakes that one could have made


def sentences(submission: Submission, reference: bytes) -> dict[str, str]:
    """Return what there is to say of each function of a submission; ``reference`` is the source of the solution.

    A parameter that the solution does not use either may be left alone.
    """
    if len(submission.source) > _MAX_BYTES:
        return {}
    return _sentences(submission.source, tuple(submission.cells), reference)


@lru_cache(maxsize=4)
def _sentences(source: bytes, cells: tuple[int, ...], reference: bytes) -> dict[str, str]:
    try:
        parts = _parts(source, cells)
        if not any(map(_may_leave_out, parts)):
            return {}
        mine, right = _File(parts), _right(reference)
        found = {name: mine.sentence(name, right) for name in mine.functions}
    except (RecursionError, MemoryError):
        return {}  # nobody writes like this by hand
    return {name: text for name, text in found.items() if text is not None}


@lru_cache(maxsize=1)
def _right(reference: bytes) -> "_File":
    return _File((reference,))


def _may_leave_out(part: bytes) -> bool:
    """Say whether a function may not use a parameter, by the words of its text: a class has thousands of files.

    To parse each of them takes a millisecond. What is said to be possible here is read properly then.
    """
    text = _COMMENT.sub("", _LONG_TEXT.sub('""', part.decode(errors="replace")))
    for found in _DEF.finditer(text):
        header, end = _header(text, found.end())
        after = _NEXT.search(text, end)
        words = set(_WORD.findall(text[end : after.start() if after else len(text)]))
        if any(name not in words for name in header):
            return True
    return False


def _header(text: str, start: int) -> tuple[list[str], int]:
    """Return the parameters of a function whose first bracket ends at ``start``, and where its body begins."""
    names, depth, begin, place = [], 1, start, start
    for place in range(start, len(text)):
        sign = text[place]
        depth += (sign in "([{") - (sign in ")]}")
        if depth == 0 or (depth == 1 and sign == ","):
            names += _WORD.findall(text[begin:place])[:1]
            begin = place + 1
        if depth == 0:
            break
    return names, place + 1


def _parts(source: bytes, cells: tuple[int, ...]) -> tuple[bytes, ...]:
    """Return the cells of a notebook, or the whole file: a cell that is no Python does not stop the others."""
    if not cells:
        return (source,)
    lines, ends = source.splitlines(keepends=True), (*cells[1:], None)
    return tuple(
        b"".join(lines[begin - 1 : None if end is None else end - 1]) for begin, end in zip(cells, ends, strict=True)
    )


class _File:
    """The names of a Python file's top level, and what they are bound to; None stands for what is no expression."""

    def __init__(self, parts: tuple[bytes, ...]) -> None:
        self.values: dict[str, list[ast.expr | None]] = {}
        self._kinds: dict[str, _Kind] = {}
        self._defined: list[ast.FunctionDef] = []
        for part in parts:
            try:
                with catch_warnings(action="ignore"):  # an odd escape in a text of the learner's
                    tree = ast.parse(part)
            except (SyntaxError, ValueError):
                continue
            self._defined += [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            for name, value in (*_bound_in(tree.body), *_bound_from_inside(tree)):
                self.values.setdefault(name, []).append(value)

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        """The functions that certainly are what their name means: bound once, and not wrapped by a decorator."""
        return {
            node.name: node
            for node in self._defined
            if len(self.values[node.name]) == 1 and not node.decorator_list
        }  # fmt: skip

    def sentence(self, name: str, right: "_File") -> str | None:
        """Say what a function does not use, and what it reads in its place; None if there is nothing to say."""
        node, theirs = self.functions[name], right.functions.get(name)
        if theirs is None:
            return None
        needed = {one for one, other in _pairs(node, theirs) if other not in _unused(theirs)}
        unused = [one for one in _unused(node) if one in needed]
        outside = [one for one in _read_outside(node) if self._looks_like_data(one, unused)] if unused else []
        if not outside:
            return None
        return (
            f"`{name}` does not use its argument{'s' * (len(unused) > 1)} {_listed(unused)}; it reads "
            f"{_listed(outside)} from outside of the function."
        )

    def _looks_like_data(self, name: str, unused: list[str]) -> bool:
        kind = self._kind_of(name)
        constant = kind is _Kind.CONSTANT or (name.isupper() and len(name) > 2)  # LEARNING_RATE = rates[0]
        if kind is _Kind.OTHER or name.startswith("_"):
            return False
        return not constant or any(_is_named_after(name, parameter) for parameter in unused)

    def _kind_of(self, name: str) -> _Kind:
        if name not in self._kinds:
            self._kinds[name] = _Kind.CONSTANT  # X = X / 255 says nothing new about X
            values = self.values.get(name, [None])
            kinds = [_Kind.OTHER if value is None else self._kind(value) for value in values]
            self._kinds[name] = _Kind.OTHER if _Kind.OTHER in kinds else max(kinds)
        return self._kinds[name]

    def _kind(self, value: ast.expr) -> _Kind:
        match value:
            case ast.Constant() | ast.JoinedStr():
                return _Kind.CONSTANT
            case ast.Lambda():
                return _Kind.OTHER
            case ast.Name(id=name):
                return self._kind_of(name)
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Starred(value=inner):
                return self._kind(inner)
            case ast.Call():
                return self._kind_of_call(value)
        parts = list(ast.iter_child_nodes(value))
        inner_values = [node for node in parts if isinstance(node, ast.expr)]
        inner_values += [node.iter for node in parts if isinstance(node, ast.comprehension)]
        return _together([self._kind(one) for one in inner_values])

    def _kind_of_call(self, call: ast.Call) -> _Kind:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in _NO_DATA:
            return _Kind.OTHER
        if isinstance(call.func, ast.Attribute) and (kind := self._kind(call.func.value)) is not _Kind.OTHER:
            return kind  # a method: images.reshape(…)
        if name not in _MAKERS:
            return _Kind.DATA
        given = [*call.args, *(word.value for word in call.keywords if word.arg != "dtype")]
        return _Kind.DATA if any(self._kind(one) is _Kind.DATA for one in given) else _Kind.CONSTANT


def _together(kinds: list[_Kind]) -> _Kind:
    """Return what several values make together: data if any is, else nothing that is known if any is not."""
    if _Kind.DATA in kinds:
        return _Kind.DATA
    return _Kind.OTHER if _Kind.OTHER in kinds else _Kind.CONSTANT


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module's top level, those inside of ``if``, ``for``, ``with`` and ``try``, too."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, []))
        for handler in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
            yield from _statements(handler.body)


def _bound_in(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr | None]]:
    for statement in _statements(body):
        yield from _bound_by(statement)


def _bound_from_inside(tree: ast.Module) -> Iterator[tuple[str, None]]:
    """Yield the names that functions may bind anew: what they are afterwards is not known."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from ((name, None) for name in node.names)


def _bound_by(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement binds, and what to."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name, None
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from ((alias.asname or alias.name.split(".")[0], None) for alias in aliases)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _assigned(target, value)
        case ast.For(target=target, iter=value):
            yield from _assigned(target, value)
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield from _assigned(item.optional_vars, item.context_expr)


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, value
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), (ast.Tuple(elts=values) | ast.List(elts=values))) if (
            len(targets) == len(values) and not any(isinstance(one, ast.Starred) for one in (*targets, *values))
        ):
            for one, its_value in zip(targets, values, strict=True):
                yield from _assigned(one, its_value)
        case ((ast.Tuple(elts=targets) | ast.List(elts=targets)), _):
            for one in targets:
                yield from _assigned(one.value if isinstance(one, ast.Starred) else one, value)


# -- one function -----------------------------------------------------------------


def _pairs(mine: ast.FunctionDef, theirs: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """Yield each parameter of a function with that of another one in the same place."""
    for ours, other in ((_places(mine), _places(theirs)), (mine.args.kwonlyargs, theirs.args.kwonlyargs)):
        for one, its_twin in zip(ours, other, strict=False):
            yield one.arg, its_twin.arg


def _places(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args]


def _unused(function: ast.FunctionDef) -> list[str]:
    """Return the parameters whose names do not occur in a function at all; none if it may see them in another way."""
    if function.args.vararg or function.args.kwarg:
        return []
    names = {name for node in _inside(function) for name in _names_in(node)}
    if names & _SEE_ALL:
        return []
    parameters = [one.arg for one in (*_places(function), *function.args.kwonlyargs)]
    return [name for name in parameters if name not in names and not name.startswith("_")]


def _inside(function: ast.FunctionDef) -> Iterator[ast.AST]:
    for statement in function.body:
        yield from ast.walk(statement)


def _names_in(node: ast.AST) -> tuple[str, ...]:
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return tuple(names)
    return _bound_inside(node)


def _bound_inside(node: ast.AST) -> tuple[str, ...]:
    """Return the names that a node in a function binds."""
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()) | ast.arg(arg=name):
            return (name,)
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return (name,)
        case ast.alias(name=name, asname=asname):
            return (asname or name.split(".")[0],)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return (name,)
        case ast.MatchMapping(rest=str(name)):
            return (name,)
    return ()


def _read_outside(function: ast.FunctionDef) -> list[str]:
    """Return the names that a function reads and nowhere binds, in order; not those that it only calls."""
    bound = {one.arg for one in (*_places(function), *function.args.kwonlyargs)}
    bound.update(name for node in _inside(function) for name in _bound_inside(node))
    called = {id(node.func) for node in _inside(function) if isinstance(node, ast.Call)}
    read = [
        (node.lineno, node.col_offset, node.id)
        for node in _inside(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in called
    ]
    return [name for name in dict.fromkeys(name for *_, name in sorted(read)) if name not in bound]


def _is_named_after(name: str, parameter: str) -> bool:
    """Say if a name is a parameter's with something more: X_train, X2, train_images."""
    words = name.lower().split("_")
    return parameter.lower() in (*words, words[0].rstrip("0123456789")) or (len(parameter) > 2 and parameter in name)


def _listed(names: list[str]) -> str:
    shown = [f"`{name}`" for name in names[:_MOST_NAMES]]
    *first, last = shown if len(names) <= _MOST_NAMES else [*shown, "others"]
    return f"{', '.join(first)} and {last}" if first else last
