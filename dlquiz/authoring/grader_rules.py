"""What can be said about the cases of a grader without running them: their marks, and what they must not use."""

import ast
from collections.abc import Callable, Iterator, Sequence

from dlquiz.authoring.codes import Rule
from dlquiz.authoring.materials import Materials, finding
from dlquiz.authoring.source import PythonFile, case_functions, case_mark
from dlquiz.errors import Finding

_SEEDED = frozenset({"Generator", "BitGenerator", "SeedSequence", "PCG64", "PCG64DXSM", "Philox", "SFC64", "MT19937"})
"""What one may have of numpy.random: it draws nothing by itself."""
_NEEDS_SEED = frozenset({"default_rng", "RandomState"})
_MARK = {"points", "hint", "public", "bonus", "call_s"}


def grader_rules(materials: Materials) -> Iterator[Finding]:
    """Everything that is wrong with the cases as they are written."""
    for file in materials.tests:
        for rule in _RULES:
            yield from rule(file)


def own_checks(file: PythonFile) -> Iterator[Finding]:
    """``assert`` and ``pytest.raises`` are for tests of one's own code: a grader tells a stranger what is wrong."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Assert):
            message = "`assert` tells a learner nothing, and shows what hidden cases expect"
            yield _at(
                Rule.ASSERT, file, node, message, "use check.close, check.equal or check.that(condition, message)"
            )
        elif _dotted(node) == "pytest.raises" or _imported(node, "pytest", "raises"):
            message = "`pytest.raises` does not see what the submission raises: that happens in another process"
            help_text = 'use check.raises(submission.f, arguments, error="ValueError")'
            yield _at(Rule.ASSERT, file, node, message, help_text)


def random_numbers(file: PythonFile) -> Iterator[Finding]:
    """Whatever is drawn is drawn from ``rng``, or a seed does not repeat a grading."""
    for node, name in _drawn(file.tree):
        message = f"{name} draws numbers that --seed does not repeat"
        yield _at(Rule.GLOBAL_RANDOM, file, node, message, "draw from the fixture rng, such as rng.normal(size=3)")


def _drawn(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    calls = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        name = _dotted(node)
        if isinstance(node, ast.ImportFrom) and node.module == "numpy.random":
            bad = [alias.name for alias in node.names if alias.name not in _SEEDED | _NEEDS_SEED]
            yield from ((node, f"numpy.random.{one}") for one in bad)
        elif name.startswith(("np.random.", "numpy.random.")) or name in _NEEDS_SEED:
            last = name.split(".")[-1]
            seeded = last in _SEEDED or (last in _NEEDS_SEED and _has_seed(calls.get(id(node))))
            if not seeded and name.count(".") in (0, 2):
                yield node, name


def _has_seed(call: ast.Call | None) -> bool:
    """Whether a generator is made with a seed; a generator that is only named is no draw."""
    if call is None:
        return True
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return bool(given) and not (isinstance(given[0], ast.Constant) and given[0].value is None)


def marks(file: PythonFile) -> Iterator[Finding]:
    """Every case has a sentence, points and a hint of the right kind, and a name of its own."""
    seen: dict[str, int] = {}
    for function in case_functions(file.tree):
        if (first := seen.setdefault(function.name, function.lineno)) != function.lineno:
            message = f"{function.name} hides the case of the same name in line {first}"
            yield _at(Rule.MARK, file, function, message, "give it another name")
        mark = case_mark(function)
        if mark is None:
            if not any(_dotted(node) == "pytestmark" for node in ast.walk(file.tree)):
                message = f"{function.name} has no @pytest.mark.case"
                yield _at(Rule.MARK, file, function, message, '@pytest.mark.case("what it checks", points=1, hint="…")')
            continue
        for message in _mark_mistakes(mark):
            yield _at(Rule.MARK, file, mark, f"{function.name}: {message}")


def _mark_mistakes(mark: ast.Call) -> Iterator[str]:
    if len(mark.args) != 1:
        yield "the mark needs one sentence for the learner"
    elif isinstance(mark.args[0], ast.Constant) and not str(mark.args[0].value or "").strip():
        yield "the sentence for the learner is empty"
    for keyword in mark.keywords:
        if keyword.arg is not None and keyword.arg not in _MARK:
            yield f"the mark has no {keyword.arg}; it has {', '.join(sorted(_MARK))}"
        elif wrong := _VALUES.get(keyword.arg or "", _anything)(keyword.value):
            yield f"{keyword.arg} {wrong}, found {ast.unparse(keyword.value)}"


def _anything(node: ast.expr) -> str:
    return ""


def _positive(node: ast.expr) -> str:
    """Say what is wrong with a number that is written out; what is computed is seen when it runs."""
    sign, node = (-1, node.operand) if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) else (1, node)
    if not isinstance(node, ast.Constant):
        return ""
    number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return "" if number and sign * node.value > 0 else "must be a number above 0"  # type: ignore[operator]  # a number


def _text(node: ast.expr) -> str:
    return "must be a text" if isinstance(node, ast.Constant) and not isinstance(node.value, str) else ""


def _switch(node: ast.expr) -> str:
    return "must be True or False" if isinstance(node, ast.Constant) and not isinstance(node.value, bool) else ""


def _deadline(node: ast.expr) -> str:
    return "" if isinstance(node, ast.Constant) and node.value is None else _positive(node)


_VALUES: dict[str, Callable[[ast.expr], str]] = {
    "points": _positive,
    "hint": _text,
    "public": _switch,
    "bonus": _switch,
    "call_s": _deadline,
}
_RULES: Sequence[Callable[[PythonFile], Iterator[Finding]]] = (marks, own_checks, random_numbers)


def _at(rule: Rule, file: PythonFile, node: ast.AST, message: str, suggestion: str = "") -> Finding:
    return finding(rule, file.path, message, suggestion, line=getattr(node, "lineno", 0))


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for a chain of names, and nothing for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return f"{before}.{node.attr}"
    return ""


def _imported(node: ast.AST, module: str, name: str) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == module and name in {one.name for one in node.names}
