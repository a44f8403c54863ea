"""A done exercise comes back after weeks: the learner's own file with one function blank, graded by its own checks.

The file lies beside the learner's own, as ``again.py``. Nothing of it changes what is done, or the points.
"""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.atomic import replace_file
from dlquiz.errors import StoreError, WorkError
from dlquiz.practice.blanking import blanked, finished_functions
from dlquiz.practice.returning import comes_back, next_function
from dlquiz.study.again_log import Return
from dlquiz.study.days import day_of
from dlquiz.study.grading import Listener, Wish, grade, read

if TYPE_CHECKING:
    from dlquiz.model.report import Report
    from dlquiz.study.desk import Desk

FILE = "again.py"
"""The file with one blank function, in the folder of its exercise."""


@dataclass(frozen=True, slots=True)
class BlankFunction:
    """A function that waits to be written again; ``new``: it became blank just now."""

    exercise_id: str
    function: str
    file: Path
    new: bool = False


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What became of a function that was written again; ``next_day`` is when the exercise comes back, if it passed."""

    report: "Report"
    function: str
    file: Path
    next_day: date | None = None


def due_exercises(desk: "Desk", today: date) -> tuple[str, ...]:
    """Return the done exercises that come back now, or wait half done, in the order of the course."""
    if desk.progress is None or desk.workspace is None:
        return ()
    waiting = {one.exercise_id for one in desk.progress.returns.all() if one.ended is None}
    found = []
    for exercise_id in desk.course.exercise_ids():
        day = None if exercise_id in waiting else day_back(desk, exercise_id)
        if exercise_id in waiting or (day is not None and day <= today and _lengths(desk, exercise_id)):
            found.append(exercise_id)
    return tuple(found)


def day_back(desk: "Desk", exercise_id: str) -> date | None:
    """Return the day on which an exercise comes back; None if it is not done."""
    best = desk.progress.best(exercise_id) if desk.progress else None
    if desk.progress is None or best is None or not best.passed:
        return None
    passed = [day_of(one.ended) for one in desk.progress.returns.all(exercise_id) if one.passed and one.ended]
    return comes_back(day_of(best.graded_at), passed)


def exercise_to_repeat(desk: "Desk", today: date) -> str:
    """Return the exercise that waits half done, else the first that is due.

    Raises
    ------
    WorkError
        Nothing is due; the message says when something will be.
    """
    begun = desk.progress.returns.all() if desk.progress else []
    still = next((one.exercise_id for one in reversed(begun) if one.ended is None), None)
    if still is not None:
        return still
    if due := due_exercises(desk, today):
        return due[0]
    later = [day for one in desk.course.exercise_ids() if (day := day_back(desk, one)) is not None and day > today]
    when = f" The next one comes back on {min(later)}." if later else ""
    raise WorkError(
        f"No exercise comes back today: one does three weeks after its full points.{when}",
        next_step="dlquiz next",
    )


def begin(desk: "Desk", exercise_id: str, now: datetime, *, another: bool = False) -> BlankFunction:
    """Make one function blank, or return the one that is open; a file in the way of a new one is kept as a backup.

    An exercise may be named before it is due.

    Raises
    ------
    WorkError
        There is no workspace, the exercise is not done, or its file has no finished function.
    StoreError
        The disk refuses, or the progress cannot be used.
    """
    workspace = desk.need_workspace()
    if desk.progress is None:
        raise StoreError(f"Your progress in {workspace.store} cannot be used.", next_step="dlquiz doctor")
    file = workspace.file(exercise_id).with_name(FILE)
    still = _open(desk, exercise_id)
    if still is not None and not another and file.is_file():
        return BlankFunction(exercise_id, still.function, file)
    if day_back(desk, exercise_id) is None:
        raise WorkError(
            f"{exercise_id} is not done yet: it comes back after full points.", next_step=f"dlquiz grade {exercise_id}"
        )
    lengths = _lengths(desk, exercise_id)
    if not lengths:
        raise WorkError(
            f"{workspace.file(exercise_id)} has no finished function that the start file leaves open.",
            next_step=f"dlquiz grade {exercise_id}",
        )
    asked = [one.function for one in desk.progress.returns.all(exercise_id)]
    keep = still is not None and not another and still.function in lengths
    name = still.function if still is not None and keep else next_function(lengths, asked)
    source, stub = _texts(desk, exercise_id)
    _put(file, blanked(source, stub, name), now)
    if not keep:
        if still is not None:
            desk.progress.returns.end(exercise_id, now, passed=False)
        desk.progress.returns.begin(exercise_id, name, now)
    return BlankFunction(exercise_id, name, file, new=not keep)


def check(desk: "Desk", exercise_id: str, now: datetime, *, on_event: Listener | None = None) -> Rewritten:
    """Grade the file with all checks of the exercise; if they pass, note that. The exercise's points stay as they are.

    Raises
    ------
    WorkError
        Nothing is blank, or the file has gone.
    SubmissionError
        The file cannot be read as Python.
    """
    workspace = desk.need_workspace()
    still = _open(desk, exercise_id)
    file = workspace.file(exercise_id).with_name(FILE)
    if still is None or not file.is_file():
        what = f"No function of {exercise_id} is blank." if still is None else f"There is no file {file}."
        raise WorkError(what, next_step=f"dlquiz again {exercise_id}")
    report = grade(desk.course, exercise_id, read(desk.course, exercise_id, file), Wish(own=False), on_event=on_event)
    if report.exit_code != 0 or desk.progress is None:
        return Rewritten(report, still.function, file)
    desk.progress.returns.end(exercise_id, now, passed=True)
    return Rewritten(report, still.function, file, day_back(desk, exercise_id))


def _open(desk: "Desk", exercise_id: str) -> Return | None:
    begun = desk.progress.returns.all(exercise_id) if desk.progress else []
    return next((one for one in reversed(begun) if one.ended is None), None)


def _lengths(desk: "Desk", exercise_id: str) -> dict[str, int]:
    """Return the functions that can be blank again; none if the file cannot be read, or is no Python."""
    try:
        return finished_functions(*_texts(desk, exercise_id))
    except (OSError, ValueError, SyntaxError, WorkError):
        return {}


def _texts(desk: "Desk", exercise_id: str) -> tuple[str, str]:
    """Return the learner's own file and the start file."""
    own = desk.need_workspace().file(exercise_id).read_text(encoding="utf-8-sig")
    return own, desk.course.stub_path(exercise_id).read_text(encoding="utf-8")


def _put(file: Path, source: str, now: datetime) -> None:
    """Write the file; what is there is kept beside it."""
    from dlquiz.study.exercises import back_up

    try:
        if file.is_file():
            back_up(file, now)
        replace_file(file, source.encode())
    except OSError as error:
        raise StoreError(f"{file} could not be written: {error.strerror}.") from error
