"""Make puzzles of lines (Parsons problems) from an exercise: its solution in the wrong order, and lines of wrong ones.

Everything is graded by the exercise's own cases: an order that passes as well is allowed, a wrong line must lose, and
so must every line that stands a step too far to the right or left.
"""

import ast
import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dlquiz.authoring.gradings import FileKind, Grader, GradingTask
from dlquiz.authoring.materials import Materials, read_materials
from dlquiz.authoring.parsons_lines import FEWEST, MOST, Body, bodies, shifted, swapped, with_body, wrong_lines
from dlquiz.content.course import Course
from dlquiz.errors import ContentError, UnknownName, WorkError
from dlquiz.grading.preflight import demand_packages
from dlquiz.model.report import Outcome
from dlquiz.quiz.glossary import tag_of

Order = tuple[str, ...]
MOST_WRONG = 3
"""So many wrong lines stand among the right ones at most."""
_MOST_ORDERS = 24
_SEED = 1
_HINT = "A line stands behind every line whose result it uses. Begin with one that needs nothing of the others."


@dataclass
class Puzzles:
    """The questions that were made, as the fields of a quiz file, and why there is none of a function."""

    questions: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    graded: int = 0


class _Unfit(Exception):
    """A function is no puzzle; the text says why."""


def make_puzzles(
    course: Course,
    exercise_id: str,
    function: str | None = None,
    *,
    jobs: int | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Puzzles:
    """Make a question of each function of an exercise that has 4 to 10 lines, or of one.

    Parameters
    ----------
    tell : callable
        Is told the name of each function before its orders are graded.

    Raises
    ------
    UnknownName
        The exercise has no such function that a puzzle can be made of.
    WorkError
        The solution itself loses a case.
    """
    materials, findings = read_materials(course, exercise_id)
    if not materials.gradable or materials.reference is None or materials.stub is None:
        raise ContentError(f"{exercise_id} cannot be graded.", findings=tuple(findings))
    demand_packages(exercise_id, materials.exercise.packages)
    possible = bodies(materials.reference.tree)
    if function is not None and function not in possible:
        raise UnknownName(
            f"{exercise_id} has no function {function} with {FEWEST} to {MOST} different lines."
            f" It has: {', '.join(possible) or 'none'}.",
            next_step=f"dlquiz quiz parsons {exercise_id}",
        )
    grading = _Grading(Grader(course, exercise_id, jobs=jobs, until_lost=True), materials.reference.tree)
    made = Puzzles()
    for name, body in possible.items() if function is None else [(function, possible[function])]:
        tell(name)
        try:
            made.questions.append(_question(exercise_id, materials, body, grading))
        except _Unfit as why:
            made.left_out[name] = str(why)
    made.graded = grading.graded
    return made


class _Grading:
    """Says which bodies of a function get full points."""

    def __init__(self, grader: Grader, tree: ast.Module) -> None:
        self._grader, self._tree, self.graded = grader, tree, 0

    def passing(self, name: str, orders: Iterable[Order]) -> set[Order]:
        """Return those of the bodies that lose no case; what is no Python loses."""
        sources = {order: text for order in orders if (text := with_body(self._tree, name, order)) is not None}
        tasks = {
            GradingTask(FileKind.MUTANT, str(number), text, _SEED): order
            for number, (order, text) in enumerate(sources.items())
        }
        self.graded += len(tasks)
        reports = self._grader.grade(tuple(tasks)) if tasks else ()
        outcomes = {tasks[task]: {one.outcome for one in report.cases} for task, report in reports}
        if any(Outcome.BROKEN in some and Outcome.FAILED not in some for some in outcomes.values()):
            raise _Unfit("a check could not be carried out")
        return {order for order, some in outcomes.items() if Outcome.FAILED not in some}


def _question(exercise_id: str, materials: Materials, body: Body, grading: _Grading) -> dict[str, Any]:
    if not grading.passing(body.name, [body.lines]):
        raise WorkError(f"The solution of {exercise_id} loses a case.", next_step=f"dlquiz dev check {exercise_id}")
    groups = _free(body, grading)
    indent = any(line.startswith(" ") for line in body.lines)
    if indent and grading.passing(body.name, shifted(body.lines)):
        raise _Unfit("a line of it may stand a step further to the right or left")
    wrong = _wrong(materials, body, grading)
    what = _described(materials, body.name)
    among = f" {len(wrong)} of the lines belong{'s' if len(wrong) == 1 else ''} nowhere." if wrong else ""
    fields: dict[str, Any] = {
        "kind": "order",
        "id": f"{exercise_id}-{body.name}".replace("_", "-").lower()[:40].rstrip("-"),
        "lesson": exercise_id,
        "tags": [tag_of(materials.exercise.topic)],
        "stem": f"Which lines make the body of `{body.call}`, and in what order?{what}{among}",
        **({"indent": True} if indent else {}),
        "items": list(body.lines) if indent else [f"`{line}`" for line in body.lines],
    }
    marks = "" if indent else "`"
    if wrong:
        fields["extra"] = {f"{marks}{line}{marks}": why for line, why in wrong.items()}
    if groups:
        fields["any_order"] = [[f"{marks}{line.strip()}{marks}" for line in group] for group in groups]
    free = "Some lines may change places; every other order" if groups else "Every other order of two lines"
    fields |= {"partial": "pairs", "hints": [_HINT]}
    nowhere = ", and so does each line that belongs nowhere" if wrong else ""
    fields["explain"] = f"{free} that was tried loses a check of {exercise_id}{nowhere}."
    fields["source"] = f"dlquiz, lesson of {exercise_id} ({materials.exercise.title})"
    return fields


def _described(materials: Materials, name: str) -> str:
    """Return the first sentence of the stub about a function."""
    assert materials.stub is not None
    text = _docstrings(materials.stub.tree).get(name, "").split("\n\n")[0]
    return f" Its task: {' '.join(text.replace('``', '`').split())}" if text else ""


def _docstrings(tree: ast.Module) -> dict[str, str]:
    """Return the docstring of each function of a module."""
    return {one.name: ast.get_docstring(one) or "" for one in tree.body if isinstance(one, ast.FunctionDef)}


def _free(body: Body, grading: _Grading) -> list[list[str]]:
    """Return the lines that may change places; _Unfit if what passes is more than that."""
    passing, new, joined = {body.lines}, {body.lines}, set[frozenset[str]]()
    while new:
        tried = {order: single for one in new for order, single in swapped(one) if order not in passing}
        found = grading.passing(body.name, tried)
        if any(not tried[order] for order in found):
            raise _Unfit("its blocks may stand in another order")
        joined |= {frozenset(_moved(one, order)) for one in new for order, _ in swapped(one) if order in found}
        passing, new = passing | found, found
        if len(passing) > _MOST_ORDERS:
            raise _Unfit(f"its lines may stand in more than {_MOST_ORDERS} orders")
    groups = _groups(body.lines, joined)
    if passing != set(_allowed(body.lines, groups)):
        raise _Unfit(f"its lines may stand in {len(passing)} orders, but not in each order of those that may move")
    return groups


def _moved(one: Order, other: Order) -> list[str]:
    return [line for line, there in zip(one, other, strict=True) if line != there]


def _groups(lines: Order, joined: set[frozenset[str]]) -> list[list[str]]:
    groups: list[set[str]] = []
    for pair in joined:
        touched = [group for group in groups if group & pair]
        groups = [group for group in groups if not group & pair] + [set(pair).union(*touched)]
    ordered = [[line for line in lines if line in group] for group in groups]
    return sorted(ordered, key=lambda group: lines.index(group[0]))


def _allowed(lines: Order, groups: Sequence[Sequence[str]]) -> set[Order]:
    """Return every order that a question with these groups takes for right."""
    if math.prod(math.factorial(len(group)) for group in groups) > _MOST_ORDERS:
        return set()
    found = {lines}
    for group in groups:
        places = [lines.index(line) for line in group]
        for one in tuple(found):
            for order in itertools.permutations(group):
                new = list(one)
                for place, line in zip(places, order, strict=True):
                    new[place] = line
                found.add(tuple(new))
    return found


def _wrong(materials: Materials, body: Body, grading: _Grading) -> dict[str, str]:
    """Return lines of wrong solutions that lose in the place of the right one, with what their files say."""
    assert materials.reference is not None
    said = materials.mistakes()
    listed: dict[str, tuple[Order, int, str]] = {}
    for file in materials.wrong:
        for place, line in wrong_lines(file.tree, body, materials.reference.tree):
            spaces = body.lines[place][: -len(body.lines[place].lstrip())]
            changed = (*body.lines[:place], f"{spaces}{line}", *body.lines[place + 1 :])
            if file.path.name in said:
                listed.setdefault(line, (changed, place, said[file.path.name].title))
    passing = grading.passing(body.name, [changed for changed, _, _ in listed.values()])
    chosen: dict[str, str] = {}
    places = set[int]()
    for line, (changed, place, why) in listed.items():
        if changed not in passing and place not in places and len(chosen) < MOST_WRONG and why not in chosen.values():
            chosen[line] = why
            places.add(place)
    return chosen
