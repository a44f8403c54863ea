"""What a call would give without one of its lines: a question, after it was tried (pure)."""

import ast
from collections.abc import Iterator, Sequence

from dlquiz.practice.followed import Followed, Value
from dlquiz.practice.own_lines import OwnProgram, Statement, names_in
from dlquiz.practice.own_question import OwnQuestion, SeenCall, assigned, quoted, stem_of


def to_leave_out(program: OwnProgram, calls: Sequence[SeenCall]) -> Iterator[tuple[SeenCall, Statement]]:
    """Yield lines whose absence is worth the question, each with the first call in which it runs; the best first."""
    if program.keeps_old_memory:
        return
    found: list[tuple[int, SeenCall, Statement]] = []
    for function in program.functions:
        for statement in function.statements:
            seen = next(
                (one for one in calls if one.line(statement.line) is not None and _is_clear(one.followed)), None
            )
            if seen is None or ast.While in statement.loops:
                continue
            node = statement.node
            name = assigned(node)
            again = bool(name) and name in names_in(node)
            writes = isinstance(node, ast.AugAssign) or (
                isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)
            )
            call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
            if again or writes or call:
                found.append((0 if seen.followed.result and seen.followed.result.text else 1, seen, statement))
    for _, seen, statement in sorted(found, key=lambda one: one[0]):
        yield seen, statement


def left_out(program: OwnProgram, seen: SeenCall, statement: Statement, without: Followed | None) -> OwnQuestion | None:
    """Return the question what the call would give without a line; None where that is not certain."""
    before, function = seen.followed, next(one for one in program.functions if one.name == statement.function)
    if without is None or not _is_clear(before) or without.error == "?" or not before.result:
        return None
    if without.error:
        right, why = (
            f"an error: {without.error}",
            f"Without {quoted(program, statement.line)} Python raises {without.error}.",
        )
        after = None
    elif not _is_clear(without) or not without.result or without.result.kind != before.result.kind:
        return None
    else:
        after = without.result
        right = _outcome(before.result, after)
        same = after.digest == before.result.digest
        line = quoted(program, statement.line)
        why = (
            f"The result is the same, to six digits, without {line}."
            if same
            else f"Without {line}, the call gives {right}."
        )
    options = [_outcome(before.result, before.result), right]
    options += _other_outcomes(before.result, seen, statement)
    options.append(f"an error: {without.error or 'NameError'}")
    wrong = {one: f"It was tried: without the line, the call gives {right}." for one in options if one != right}
    if len(wrong) < 2:
        return None
    return OwnQuestion(
        "left-out", function.name, statement.line,
        stem_of(program, function, seen, statement.line,
              f"What would this call give if {program.place(statement.line)} were left out?"),
        right, wrong, why,
    )  # fmt: skip


def _outcome(before: Value, after: Value) -> str:
    if after.digest == before.digest:
        return f"the same as now, `{before.text}`" if before.text else "the same numbers as now"
    if after.text and after.text != before.text:
        return f"`{after.text}`"
    return f"other numbers, of shape `{after.shape}`" if after.shape is not None else "other numbers than now"


def _other_outcomes(before: Value, seen: SeenCall, statement: Statement) -> list[str]:
    """Return what does not come: other values of the same function, written as a result would be."""
    if not before.text:
        return ["other numbers than now" if before.shape is None else f"other numbers, of shape `{before.shape}`"]
    values = [
        one
        for line in seen.followed.lines
        if line.function == statement.function
        for one in line.after.values()
        if one.kind == before.kind and one.text and one.text != before.text and one.shape == before.shape
    ]
    return list(dict.fromkeys(f"`{one.text}`" for one in values))[:2]


def _is_clear(followed: Followed) -> bool:
    return bool(followed.whole and not followed.error and followed.result is not None and followed.result.digest)
