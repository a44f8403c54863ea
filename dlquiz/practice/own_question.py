"""What questions about a learner's own file are made of (pure)."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from dlquiz.practice.followed import Followed, Line
from dlquiz.practice.own_lines import Function, OwnProgram


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One question with one right option; ``wrong`` says of each other option why it is wrong.

    ``line`` is the line of the file that the answer points at.
    """

    kind: str
    function: str
    line: int
    stem: str
    right: str
    wrong: Mapping[str, str]
    explain: str

    def __post_init__(self) -> None:
        """Begin the explanation with a capital: it may begin with the place of a line."""
        object.__setattr__(self, "explain", self.explain[:1].upper() + self.explain[1:])


@dataclass(frozen=True, slots=True)
class SeenCall:
    """A call of a program, as its author wrote it, and what was seen of it."""

    call: str
    followed: Followed

    def line(self, number: int) -> Line | None:
        """Return what a line did; None if it did not run."""
        return next((line for line in self.followed.lines if line.line == number), None)


def assigned(node: ast.stmt) -> str:
    """Return the one name that a statement gives a value; empty if there is none."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AugAssign | ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        return node.target.id
    return ""


def quoted(program: OwnProgram, line: int) -> str:
    """Return a line with its place."""
    return f"{program.place(line)}, `{program.code(line)}`"


def stem_of(program: OwnProgram, function: Function, seen: SeenCall, line: int | None, question: str) -> str:
    """Write a question with its call and its function; ``line`` is marked."""
    call = "\n".join(f"{'... ' if number else '>>> '}{one}" for number, one in enumerate(seen.call.strip().split("\n")))
    return f"{question}\n\n```\n{call}\n\n{program.excerpt(function, line)}\n```"
