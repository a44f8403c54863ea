"""What earns points without solving anything: constants, empty functions, and the files in ``cheats/``.

A file's header says ``at most: SHARE``, the share of the exercise's points that it may earn at the most.
"""

import ast
import re
from pathlib import Path

import pytest

from dlquiz.content.course import load_course
from dlquiz.grading.run import grade_many, in_order
from dlquiz.model.report import Outcome, Report
from dlquiz.submission import submission_from_bytes

pytestmark = pytest.mark.sandbox

COURSE = load_course(Path(__file__).parents[2])
FILES = sorted(Path(__file__).parent.glob("cheats/*/*.py"))
FOR_NOTHING = 0.25
"""The share of the points that may be had by knowing nothing of the exercise."""

EMPTY = {
    "gives nothing": "return None",
    "gives zero": "return 0.0",
    "gives zeros": "return np.zeros(np.shape(given[0]))",
    "gives its first argument": "return given[0]",
    "gives no rows": "return np.zeros((0, 3))",
    "raises ValueError": "raise ValueError('no')",
}
"""Bodies that know nothing of what they are in; ``given``: the positional arguments."""
FOR_MODELS = ("gives zeros", "gives its first argument", "raises ValueError")
"""Those that are tried where a function has to give a model: nothing, a number and an array are all none.

There every case that meets one makes models of its own before, for seconds.
"""
MODELS = ("exercise7", "exercise8")


def emptied(stub: str, body: str) -> bytes:
    """Return a file that has every function of the stub, and this body in each."""
    tree = ast.parse(stub)
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    classes = [ast.unparse(node) for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = [f"def {name}(*given, **named):\n    {body}\n" for name in names]
    return "\n".join(["import numpy as np", *classes, *functions]).encode()


def graded(exercise: str, files: dict[str, bytes]) -> dict[str, Report]:
    name = COURSE.exercise(exercise).file
    works = [submission_from_bytes(text, name=name, module_name=Path(name).stem) for text in files.values()]
    return dict(zip(files, in_order(grade_many(COURSE, exercise, works)), strict=True))


def needs(exercise: str) -> None:
    for package in COURSE.exercise(exercise).packages:
        pytest.importorskip(package)


@pytest.mark.parametrize("exercise", COURSE.exercise_ids())
def test_functions_that_know_nothing_earn_at_most_a_quarter(exercise: str) -> None:
    needs(exercise)
    stub = COURSE.stub_path(exercise).read_text("utf-8")
    bodies = FOR_MODELS if exercise in MODELS else tuple(EMPTY)
    reports = graded(exercise, {name: emptied(stub, EMPTY[name]) for name in bodies})
    shares = {name: report.points.earned / report.points.possible for name, report in reports.items()}
    assert all(report.complete and report.outcome is Outcome.FAILED for report in reports.values())
    assert {name: share for name, share in shares.items() if share > FOR_NOTHING} == {}


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}-{file.stem}" for file in FILES])
def test_a_cheat_earns_no_more_than_its_header_says(file: Path) -> None:
    needs(file.parent.name)
    (share,) = re.findall(r"^at most: ([0-9.]+)$", file.read_text("utf-8"), flags=re.MULTILINE)
    report = graded(file.parent.name, {file.stem: file.read_bytes()})[file.stem]
    won = [case.title for case in report.cases if case.outcome is Outcome.PASSED]
    assert (report.complete, report.outcome) == (True, Outcome.FAILED)
    assert report.points.earned / report.points.possible <= float(share), won
