"""Questions about a learner's own file, from what was seen of it (pure).

Every right answer was measured, every distractor is another true value of the file or what did not come.
Where a fact is not certain, nothing is asked.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from random import Random

from dlquiz.practice.followed import Line, Value
from dlquiz.practice.own_lines import Function, OwnProgram, Statement, names_in
from dlquiz.practice.own_question import OwnQuestion, SeenCall, assigned, quoted, stem_of

MOST = 3
"""So many questions are asked about one file."""
_NONE = "none of these arrays"
_KINDS = ("left-out", "changed", "shape", "examples", "count")


def questions_from(program: OwnProgram, calls: Sequence[SeenCall]) -> Iterator[OwnQuestion]:
    """Yield every question that can be asked without changing the program."""
    for seen in calls:
        for function in program.functions:
            ran = [(one, line) for one in function.statements if (line := seen.line(one.line)) is not None]
            if not ran or not seen.followed.whole or seen.followed.error:
                continue
            yield from _shapes(program, function, seen, ran)
            yield from _changes(program, function, seen, ran)
            yield from _counts(program, function, seen, ran)
            yield from _examples(program, function, seen, ran)


def chosen(questions: Iterable[OwnQuestion], seed: int, most: int = MOST) -> tuple[OwnQuestion, ...]:
    """Choose questions of different kinds, of different functions while there are some; the same for a seed."""
    rest = list(questions)
    Random(seed).shuffle(rest)
    found: list[OwnQuestion] = []
    while rest and len(found) < most:
        kinds, functions = [one.kind for one in found], [one.function for one in found]
        best = min(rest, key=lambda one: (kinds.count(one.kind), functions.count(one.function), _KINDS.index(one.kind)))
        if best.kind in kinds:
            break
        found.append(best)
        rest = [one for one in rest if one.line != best.line]
    return tuple(found)


# -- shapes ---------------------------------------------------------------


def _shapes(
    program: OwnProgram, function: Function, seen: SeenCall, ran: list[tuple[Statement, Line]]
) -> Iterator[OwnQuestion]:
    shapes = {value.shape: name for _, line in ran for name, value in line.after.items() if value.shape is not None}
    for statement, line in ran:
        name = assigned(statement.node)
        value = line.after.get(name)
        if value is None or value.shape is None or not value.shape or _is_plain(statement.node):
            continue
        others = {shape: other for shape, other in shapes.items() if shape != value.shape}
        if value.shape[::-1] != value.shape:
            others.setdefault(value.shape[::-1], "")
        if len(others) < 2:
            continue
        wrong = {
            f"`{shape}`": f"That is the shape of `{other}`." if other else "The axes stand the other way round."
            for shape, other in list(others.items())[:4]
        }  # fmt: skip
        yield OwnQuestion(
            "shape", function.name, line.line,
            stem_of(program, function, seen, line.line,
                  f"What shape has `{name}` after {program.place(line.line)} has run in this call?"),
            f"`{value.shape}`", wrong,
            f"{quoted(program, line.line)} gives `{name}` the shape `{value.shape}`{_operands(statement, line)}.",
        )  # fmt: skip


def _operands(statement: Statement, line: Line) -> str:
    """Write the shapes of the arrays from which a line computes."""
    names = [name for name in line.arrays if name in names_in(statement.node) and name != assigned(statement.node)]
    known = [
        f"`{name}` `{one.shape}`"
        for name in names
        if (one := line.after.get(name)) is not None and one.shape is not None
    ]
    return f"; {', '.join(known[:3])}" if known else ""  # fmt: skip


# -- what is changed ------------------------------------------------------


def _changes(
    program: OwnProgram, function: Function, seen: SeenCall, ran: list[tuple[Statement, Line]]
) -> Iterator[OwnQuestion]:
    if program.keeps_old_memory:
        return
    for statement, line in ran:
        if not line.sure or len(line.changed) > 1 or len(line.arrays) < 2 or not _may_change(statement, line):
            continue
        right = f"`{line.changed[0]}`" if line.changed else _NONE
        here = [name for name in line.arrays if name in line.changed or name.split("[")[0].split(".")[0] in
                names_in(statement.node) | {assigned(statement.node)}]  # fmt: skip
        names = list(dict.fromkeys([*line.changed, *here, *line.arrays]))[:4]
        if line.changed:
            explain = (
                f"{quoted(program, line.line)} writes into the array that `{line.changed[0]}` stands for, no other."
            )
        else:
            explain = (
                f"{quoted(program, line.line)} makes a new array and gives it a name. The arrays that there were hold "
                "the same numbers as before."
            )
        wrong = {f"`{name}`": "It holds the same numbers as before the line." for name in names if f"`{name}`" != right}
        if line.changed:
            wrong[_NONE] = f"`{line.changed[0]}` holds other numbers afterwards."
        yield OwnQuestion(
            "changed", function.name, line.line,
            stem_of(program, function, seen, line.line,
                  f"Look at the arrays that there are just before {program.place(line.line)} runs. Which of them holds "
                  "other numbers after the line?"),
            right, wrong, explain,
        )  # fmt: skip


def _may_change(statement: Statement, line: Line) -> bool:
    """Whether a line is worth the question: it writes into something, or gives a name that it reads a new value."""
    node = statement.node
    if isinstance(node, ast.AugAssign) or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)):
        return bool(line.changed)
    name = assigned(node)
    return bool(name) and name in line.arrays and name in names_in(node)


# -- how often ------------------------------------------------------------


def _counts(
    program: OwnProgram, function: Function, seen: SeenCall, ran: list[tuple[Statement, Line]]
) -> Iterator[OwnQuestion]:
    all_counts = {line.count: line.line for line in seen.followed.lines if line.function == function.name}
    for statement, line in ran:
        if not statement.loops or not 2 <= line.count <= 60:
            continue
        others = {count: number for count, number in all_counts.items() if count != line.count}
        if len(others) < 2:
            continue
        yield OwnQuestion(
            "count", function.name, line.line,
            stem_of(program, function, seen, line.line,
                    f"How many times does {program.place(line.line)} run in this call?"),
            str(line.count),
            {str(count): f"So often runs {program.place(number)}." for count, number in list(others.items())[:4]},
            f"The loop around {quoted(program, line.line)} makes it run {line.count} times.",
        )  # fmt: skip


# -- the number of examples -----------------------------------------------


def _examples(
    program: OwnProgram, function: Function, seen: SeenCall, ran: list[tuple[Statement, Line]]
) -> Iterator[OwnQuestion]:
    """Ask which line uses the number of examples, where that number has a name that one other line reads."""
    first = ran[0][1].after
    shapes = [first[name].shape or () for name in function.parameters if name in first]
    batch = next((shape[0] for shape in shapes if shape), 0)
    named = {
        name
        for statement, line in ran
        if (name := assigned(statement.node)) and _is_length(statement.node) and _number(line.after.get(name)) == batch
    }
    if batch < 2 or len(named) != 1 or _hidden_length(function.node, named):
        return
    name = named.pop()
    users = [one for one, _ in ran if name in names_in(one.node)]
    everywhere = [node for node in ast.walk(function.node) if isinstance(node, ast.Name) and node.id == name]
    others = [one for one, _ in ran if one not in users and assigned(one.node) != name]
    if len(users) != 1 or len(everywhere) != 2 or len(others) < 2:
        return
    right = users[0]
    yield OwnQuestion(
        "examples", function.name, right.line,
        stem_of(program, function, seen, None,
              f"Which of these lines uses the number of examples, {batch} in this call?"),
        quoted(program, right.line),
        {quoted(program, one.line): f"`{name}`, the number of examples, is not in it." for one in others[:3]},
        f"`{name}` is the number of examples, and only {program.place(right.line)} reads it.",
    )  # fmt: skip


def _is_length(node: ast.stmt) -> bool:
    """Whether a statement gives a name ``len(x)`` or ``x.shape[0]``."""
    value = node.value if isinstance(node, ast.Assign) else None
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Name) and value.func.id == "len"
    return ast.unparse(value).endswith(".shape[0]") if value is not None else False


def _hidden_length(node: ast.AST, named: set[str]) -> bool:
    """Whether a function may use the number of examples without its name: a mean, another shape or length, a loop."""
    lengths = 0
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and one.attr in ("mean", "average", "var", "std", "size"):
            return True
        lengths += isinstance(one, ast.Attribute) and one.attr == "shape"
        lengths += (
            isinstance(one, ast.Call) and isinstance(one.func, ast.Name) and one.func.id in ("len", "enumerate", "zip")
        )
        if isinstance(one, ast.For | ast.comprehension) and not names_in(one.iter) <= {*named, "range", "np"}:
            return True
        if isinstance(one, ast.Call) and not isinstance(one.func, ast.Attribute | ast.Name):
            return True
    return lengths != 1  # fmt: skip


# -- parts ---------------------------------------------------------------


def _is_plain(node: ast.stmt) -> bool:
    """Whether the shape stands in the line itself: ``np.zeros((2, 3))``, or another name's value."""
    value = getattr(node, "value", None)
    if isinstance(value, ast.Name | ast.Constant | ast.Attribute):
        return True
    made = {"zeros", "ones", "empty", "full", "reshape"}
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in made


def _number(value: Value | None) -> int | None:
    return int(value.text) if value is not None and value.kind == "number" and value.text.isdigit() else None
