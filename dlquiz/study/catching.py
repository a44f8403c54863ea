"""Write the check that catches wrong solutions: the learner's file, and what it says of those of the course."""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.atomic import create_file
from dlquiz.content.mistakes import mistake_of
from dlquiz.errors import StoreError, SubmissionError, WorkError

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.grading.catching import CheckVerdict
    from dlquiz.study.desk import Desk
    from dlquiz.submission import Submission

FILE = "catch.py"
"""The learner's check in the folder of its exercise."""
MOST_LINES = 30
"""So many lines ``check`` may have: a good check says one thing, and says it once for many mistakes."""

_TEMPLATE = '''"""Your own check of {exercise}: {title}

dlquiz hands it many solutions, right ones and wrong ones. It has to accept every right one, and to catch
as many wrong ones as it can: by an assert that does not hold, or by an error. At most {most} lines.

The functions of the exercise, as somebody has written them:
{functions}
They run elsewhere: hand over and get back numbers, arrays, texts, lists.
"""

import numpy as np


def check(solution):
    # assert np.allclose(solution.{first}(...), ...), "what is wrong"
    raise NotImplementedError("check: TODO(1)")
'''


@dataclass(frozen=True, slots=True)
class Rejected:
    """A right solution that the check does not accept: which of them, from 1, and what the check said."""

    number: int
    verdict: "CheckVerdict"


@dataclass(frozen=True, slots=True)
class Catch:
    """What a check is good for.

    ``rejected`` is the first right solution that it does not accept; then no wrong one was tried. ``missed`` are the
    sentences of the wrong solutions that it accepts, in the order of their names. ``printed`` is what it printed
    for the first solution.
    """

    file: Path
    right: int
    wrong: int
    rejected: Rejected | None = None
    missed: tuple[str, ...] = ()
    printed: str = ""

    @property
    def caught(self) -> int:
        """How many wrong solutions it catches."""
        return 0 if self.rejected is not None else self.wrong - len(self.missed)


def check_file(desk: "Desk", exercise_id: str) -> tuple[Path, bool]:
    """Return the learner's check of an exercise, and whether it was made just now.

    Raises
    ------
    WorkError
        There is no workspace.
    StoreError
        The disk refuses.
    """
    file = desk.need_workspace().file(exercise_id).with_name(FILE)
    try:
        return file, create_file(file, _template(desk.course, exercise_id).encode())
    except OSError as error:
        raise StoreError(f"{file} could not be written: {error.strerror}.") from error


def is_unwritten(desk: "Desk", exercise_id: str) -> bool:
    """Say whether the check is still as it was put there."""
    from dlquiz.study.workspace import same_text

    file, _ = check_file(desk, exercise_id)
    return same_text(file.read_bytes(), _template(desk.course, exercise_id).encode())


def catch(
    desk: "Desk", exercise_id: str, *, on_progress: Callable[[int, int], None] = lambda done, total: None
) -> Catch:
    """Run the learner's check on every right solution, then on every wrong one.

    Parameters
    ----------
    on_progress : callable
        Told how many solutions are done, of how many.

    Raises
    ------
    SubmissionError
        The file cannot be read as Python, has no function ``check``, or one that is too long.
    WorkError
        The course comes without solutions.
    """
    from dlquiz.grading.catching import CheckEnd, run_check

    file, _ = check_file(desk, exercise_id)
    check = _read(file)
    course = desk.course
    grader = course.grader_folder(exercise_id)
    right = [course.solution_path(exercise_id), *sorted(grader.glob("right/*.py"))]
    wrong = sorted(grader.glob("wrong/*.py"))
    if not right[0].is_file() or not wrong:
        raise WorkError(f"This course comes without solutions for {exercise_id}.", next_step="dlquiz next")
    paths, missed, printed = [*right, *wrong], list[str](), ""
    verdicts = run_check(course, exercise_id, check, [_solution(course, exercise_id, path) for path in paths])
    for number, (path, verdict) in enumerate(zip(paths, verdicts, strict=True), 1):
        on_progress(number, len(paths))
        printed = verdict.printed if number == 1 else printed
        if number > len(right) and verdict.end is CheckEnd.ACCEPTED:
            missed.append(_sentence(path))
        elif number <= len(right) and verdict.end is not CheckEnd.ACCEPTED:
            verdicts.close()
            return Catch(file, len(right), len(wrong), Rejected(number, verdict), printed=printed)
    return Catch(file, len(right), len(wrong), missed=tuple(missed), printed=printed)


def _read(file: Path) -> "Submission":
    from dlquiz.submission import read_submission

    check = read_submission(file, module_name="catch")
    try:
        tree = ast.parse(check.source)
    except SyntaxError as error:
        raise SubmissionError(
            f"{file.name} is not valid Python: {error.msg} (line {error.lineno}).", next_step=f"Repair it in {file}"
        ) from error
    found = next((node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "check"), None)
    if found is None:
        raise SubmissionError(f"{file.name} has no function check(solution).", next_step=f"Write it in {file}")
    lines = (found.end_lineno or found.lineno) - found.lineno + 1
    if lines > MOST_LINES:
        raise SubmissionError(
            f"check has {lines} lines; at most {MOST_LINES} are allowed.",
            next_step="Find what several of your asserts have in common.",
        )
    return check


def _solution(course: "Course", exercise_id: str, path: Path) -> "Submission":
    from dlquiz.submission import submission_from_bytes

    return submission_from_bytes(path.read_bytes(), name=path.name, module_name=course.stub_path(exercise_id).stem)


def _sentence(path: Path) -> str:
    said = mistake_of(ast.parse(path.read_bytes()))
    return said.title if said is not None else "A mistake that has no name."


def _template(course: "Course", exercise_id: str) -> str:
    tree = ast.parse(course.stub_path(exercise_id).read_bytes())
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    return _TEMPLATE.format(
        exercise=exercise_id,
        title=course.exercise(exercise_id).title,
        most=MOST_LINES,
        functions="\n".join(f"    solution.{node.name}({_parameters(node)})" for node in own),
        first=own[0].name if own else "function",
    )


def _parameters(node: ast.FunctionDef) -> str:
    """Return the parameters with their defaults, without annotations."""
    for one in ast.walk(node.args):
        if isinstance(one, ast.arg):
            one.annotation = None
    return ast.unparse(node.args)
