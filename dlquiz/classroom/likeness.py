"""How alike two programs are: runs of the kinds of nodes in their syntax trees, read and never run (pure).

A program becomes the operations that it does, in the order in which they are computed. Names of one's own, comments,
docstrings, annotations, ``print``, the order of functions, the order of the operands of ``+`` and ``*`` and variables
in between leave no trace in it; ``a @ b`` and ``np.dot(a, b)`` are one operation, and so are ``x.sum()`` and
``np.sum(x)``. No run goes over the border of a function.
"""

import ast
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

LENGTH = 4
"""Operations in a run. Of 3, 4 and 5 this one leaves the most room between copies and honest pairs of our course."""
MAX_SIZE = 200_000
"""Characters of a program that is compared; the largest reference has under 20,000."""
MAX_RUNS = 20_000
_OFTEN = 50
"""A run that is in a program more often marks no lines: which of them is meant cannot be said."""

Run = tuple[str, ...]
_Token = tuple[str, int]
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_SAME = {
    "dot": "MatMult", "matmul": "MatMult", "add": "Add", "subtract": "Sub", "multiply": "Mult", "divide": "Div",
    "true_divide": "Div", "power": "Pow", "T": "call transpose", "absolute": "call abs",
}  # fmt: skip
_EITHER_WAY = {"Add", "Mult", "BitAnd", "BitOr", "BitXor", "Eq", "NotEq", "And", "Or"}
_TURNED = {"Gt": "Lt", "GtE": "LtE"}
_SILENT = (ast.Import, ast.ImportFrom, ast.Pass, ast.Global, ast.Nonlocal, ast.Name, ast.expr_context)
_UNSAID = (ast.Return, ast.Tuple, ast.Starred, ast.Lambda)
_SAID = (ast.expr, ast.stmt)
_NUMBER = (int, float, complex)


class NotComparedError(Exception):
    """A program cannot be compared; the message says why."""


@dataclass(frozen=True, slots=True)
class RunPlace:
    """A run of operations, and the lines that it stands in."""

    run: Run
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A program as runs of operations, a list for each function; ``counts`` are its runs, each as often as it is there.

    The second of two equal runs is another element than the first, so that a set holds them both.
    """

    functions: tuple[tuple[RunPlace, ...], ...]
    counts: frozenset[tuple[Run, int]]


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two programs by their numbers, and how alike they are, 0 to 1."""

    first: int
    second: int
    likeness: float


@dataclass(frozen=True, slots=True)
class AlikePart:
    """Lines of one program, first and last, and the lines of the other that do the same."""

    left: tuple[int, int]
    right: tuple[int, int]


def runs_of(sources: Iterable[str]) -> frozenset[Run]:
    """Return the runs of a program that do not count, as those of a stub."""
    return frozenset(run for run, _ in fingerprint(sources).counts)


def fingerprint(sources: Iterable[str], without: frozenset[Run] = frozenset()) -> Fingerprint:
    """Read a program of one source or several; lines are counted through all of them.

    Raises
    ------
    NotComparedError
        It is no Python, too large or nested too deeply.
    """
    functions: list[tuple[RunPlace, ...]] = []
    count = before = size = 0
    for source in sources:
        if (size := size + len(source)) > MAX_SIZE:
            raise NotComparedError(f"it has more than {MAX_SIZE:,} characters")
        for tokens in _functions(source):
            places = tuple(_places(tokens, before, without))
            functions.append(places)
            count += len(places)
        if count > MAX_RUNS:
            raise NotComparedError("it has too many operations")
        before += source.count("\n") + (not source.endswith("\n"))
    seen: Counter[Run] = Counter()
    elements = set()
    for place in (place for places in functions for place in places):
        elements.add((place.run, seen[place.run]))
        seen[place.run] += 1
    return Fingerprint(tuple(functions), frozenset(elements))


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """Return which part of the shorter program's runs the other has, too, 0 to 1.

    The shorter one: what is added to a copy and never used must not hide it. Against both programs together (Jaccard)
    a copy of ours with dead code in it falls below honest pairs.
    """
    fewer = min(len(one.counts), len(other.counts))
    return len(one.counts & other.counts) / fewer if fewer else 0.0


def alike_pairs(programs: Sequence[Fingerprint], least: float) -> list[AlikePair]:
    """Return the pairs that are at least so alike, the most alike first.

    Each program is one number, a bit for every run that more than one of them has: two are compared by one ``&``.
    """
    shared = Counter(element for program in programs for element in program.counts)
    bits = {element: 1 << number for number, element in enumerate(one for one, n in shared.items() if n > 1)}
    masks = [_sum(bits.get(element, 0) for element in program.counts) for program in programs]
    sizes = [len(program.counts) for program in programs]
    found = []
    for first, second in combinations(range(len(programs)), 2):
        fewer = min(sizes[first], sizes[second])
        if fewer and (share := (masks[first] & masks[second]).bit_count() / fewer) >= least:
            found.append(AlikePair(first, second, share))
    return sorted(found, key=lambda pair: -pair.likeness)


def _sum(bits: Iterable[int]) -> int:
    """Return many different bits as one number; a sum that grows bit by bit would copy it each time."""
    numbers = list(bits)
    while len(numbers) > 1:
        numbers = [sum(numbers[at : at + 2]) for at in range(0, len(numbers), 2)]
    return numbers[0] if numbers else 0


def alike_parts(one: Fingerprint, other: Fingerprint) -> list[AlikePart]:
    """Return which lines do the same: the longest part first chosen, no run used twice, in the order of ``one``."""
    left, right = ([place for places in program.functions for place in places] for program in (one, other))
    ends_left, ends_right = _ends(one), _ends(other)
    where: dict[Run, list[int]] = {}
    for at, place in enumerate(right):
        where.setdefault(place.run, []).append(at)
    often = Counter(place.run for place in left)
    lengths: dict[tuple[int, int], int] = {}
    for a in range(len(left) - 1, -1, -1):
        there = where.get(left[a].run, [])
        for b in there if max(len(there), often[left[a].run]) <= _OFTEN else ():
            ended = a in ends_left or b in ends_right
            lengths[a, b] = 1 + (0 if ended else lengths.get((a + 1, b + 1), 0))
    used_left, used_right = set[int](), set[int]()
    parts = []
    for (a, b), length in sorted(lengths.items(), key=lambda item: (-item[1], item[0])):
        size = 0
        while size < length and a + size not in used_left and b + size not in used_right:
            size += 1
        if size:
            used_left.update(range(a, a + size))
            used_right.update(range(b, b + size))
            parts.append(AlikePart(_lines(left[a : a + size]), _lines(right[b : b + size])))
    return sorted(parts, key=lambda part: (part.left, part.right))


def _lines(places: Sequence[RunPlace]) -> tuple[int, int]:
    return min(place.first for place in places), max(place.last for place in places)


def _ends(program: Fingerprint) -> set[int]:
    """Return the numbers of the last runs of functions."""
    ends, at = set(), 0
    for places in program.functions:
        at += len(places)
        ends.add(at - 1)
    return ends


def _places(tokens: Sequence[_Token], before: int, without: frozenset[Run]) -> Iterator[RunPlace]:
    """Yield the runs of a function; one that is shorter than a run is one."""
    for start in range(max(len(tokens) - LENGTH + 1, min(len(tokens), 1))):
        some = tokens[start : start + LENGTH]
        run, lines = tuple(kind for kind, _ in some), [line for _, line in some]
        if run not in without:
            yield RunPlace(run, before + min(lines), before + max(lines))


def _functions(source: str) -> list[list[_Token]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
        walk = _Operations(tree)
        walk.function(tree.body)
    except (SyntaxError, ValueError) as error:
        raise NotComparedError(f"it is not Python (line {getattr(error, 'lineno', None) or 1})") from error
    except (MemoryError, RecursionError) as error:
        raise NotComparedError("it is nested too deeply") from error
    return walk.functions


class _Operations(ast.NodeVisitor):
    """Writes down the operations of each function, operands first."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions: list[list[_Token]] = []
        self.tokens: list[_Token] = []
        self.modules: set[str] = set()
        self.imported: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                self.modules.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                self.imported.update({alias.asname or alias.name: alias.name for alias in node.names})

    def function(self, body: Sequence[ast.AST]) -> None:
        """Take in what is a function by itself."""
        self.functions.append(self._apart(*body))

    def _apart(self, *nodes: ast.AST) -> list[_Token]:
        kept, self.tokens = self.tokens, []
        for node in nodes:
            self.visit(node)
        found, self.tokens = self.tokens, kept
        return found

    def _each(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)

    def _say(self, kind: str, node: ast.AST) -> None:
        self.tokens.append((kind, getattr(node, "lineno", 1)))

    def generic_visit(self, node: ast.AST) -> None:
        """Whatever has no method of its own: its parts, and what it is."""
        if isinstance(node, _FUNCTION):
            self.function(node.body)
        elif not isinstance(node, _SILENT):
            super().generic_visit(node)
            if isinstance(node, _SAID) and not isinstance(node, _UNSAID):
                self._say(type(node).__name__, node)

    def visit_arguments(self, node: ast.arguments) -> None:
        """What the parameters of a lambda are called is no operation."""

    def visit_Expr(self, node: ast.Expr) -> None:
        printed = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "print"
        if not printed and not isinstance(node.value, ast.Constant):
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        number = isinstance(node.value, _NUMBER) and not isinstance(node.value, bool)
        self._say("number" if number else "text" if isinstance(node.value, (str, bytes)) else str(node.value), node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._each(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._each(node.value, node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self._operation(type(node.op).__name__, node, [node.target, node.value])
        self.visit(node.target)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        self.visit(node.operand)
        self._say(type(node.op).__name__, node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        self._operation(type(node.op).__name__, node, [node.left, node.right])

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._operation(type(node.op).__name__, node, node.values)

    def visit_Compare(self, node: ast.Compare) -> None:
        kinds = [type(one).__name__ for one in node.ops]
        operands = [node.left, *node.comparators]
        if len(kinds) == 1:
            turned = kinds[0] in _TURNED
            self._operation(_TURNED.get(kinds[0], kinds[0]), node, operands[::-1] if turned else operands)
        else:
            self._each(*operands)
            for kind in kinds:
                self._say(kind, node)

    def _operation(self, kind: str, node: ast.AST, operands: Sequence[ast.AST]) -> None:
        """Write down an operation; where the order of the operands does not matter, they are sorted."""
        if kind not in _EITHER_WAY:
            self._each(*operands)
            self._say(kind, node)
            return
        parts = [self._apart(one) for operand in operands for one in _flat(kind, operand)]
        parts.sort(key=lambda tokens: [token for token, _ in tokens])
        for number, part in enumerate(parts):
            self.tokens += part
            if number:
                self._say(kind, node)

    def visit_Call(self, node: ast.Call) -> None:
        arguments = [*node.args, *(word.value for word in node.keywords)]
        name, receiver = "", []
        if isinstance(node.func, ast.Attribute):
            name = node.func.attr
            receiver = [] if self._is_module(node.func.value) else [node.func.value]
        elif isinstance(node.func, ast.Name):
            name = self.imported.get(node.func.id, "")
        else:
            receiver = [node.func]
        operands = [*receiver, *arguments]
        if name in _SAME and len(operands) == 2 and (not receiver or name == "dot"):
            self._operation(_SAME[name], node, operands)
        else:
            self._each(*operands)
            self._say(f"call {name}".strip(), node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not self._is_module(node.value):
            self.visit(node.value)
            self._say(_SAME["T"] if node.attr == "T" else f".{node.attr}", node)

    def _is_module(self, node: ast.AST) -> bool:
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in self.modules

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._each(node.value, node.slice)
        self._say("[]", node)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        self._say("loop", node)
        self._each(node.target, *node.body, *node.orelse)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_While(self, node: ast.While) -> None:
        self.visit(node.test)
        self._say("loop", node)
        self._each(*node.body, *node.orelse)

    def visit_If(self, node: ast.If) -> None:
        self.visit(node.test)
        self._say("if", node)
        self._each(*node.body, *node.orelse)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self.visit(node.test)
        self._say("if", node)
        self._each(node.body, node.orelse)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.visit(node.iter)
        self._say("loop", node.iter)
        for test in node.ifs:
            self.visit(test)
            self._say("if", test)

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._each(*node.generators, node.elt)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.visit_ListComp(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.visit_ListComp(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._each(*node.generators, node.key, node.value)


def _flat(kind: str, node: ast.AST) -> Iterator[ast.AST]:
    """Yield the operands of ``a + b + c`` each by itself."""
    if isinstance(node, ast.BinOp) and type(node.op).__name__ == kind:
        yield from _flat(kind, node.left)
        yield from _flat(kind, node.right)
    else:
        yield node
