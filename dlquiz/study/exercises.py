"""What a learner gets for one exercise: its lesson, hints, the solution, and the start file again."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.atomic import create_file, replace_file
from dlquiz.errors import ContentError, StoreError, WorkError

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.study.desk import Desk


def lesson(course: "Course", exercise_id: str) -> str:
    """Return the lesson, as its author wrote it.

    Raises
    ------
    ContentError
        It cannot be read.
    """
    path = course.lesson_path(exercise_id)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"The lesson of {exercise_id} cannot be read: {path}") from error


@dataclass(frozen=True, slots=True)
class Hints:
    """Hints to show, by their numbers from 1.

    ``total`` is how many the exercise has, ``left`` how many were never shown. ``is_new`` says that one of these was
    not shown before.
    """

    exercise_id: str
    shown: dict[int, str]
    total: int
    left: int
    is_new: bool


def next_hint(desk: "Desk", exercise_id: str) -> Hints:
    """Return one more hint, and remember that it was shown; at the end, the last one again."""
    hints, seen = desk.course.exercise(exercise_id).hints, _seen(desk, exercise_id)
    number = min(seen + 1, len(hints))
    if number > seen:
        _remember(desk, exercise_id, number)
    return Hints(exercise_id, {number: hints[number - 1].strip()}, len(hints), len(hints) - number, number > seen)


def hints_so_far(desk: "Desk", exercise_id: str) -> Hints:
    """Return the hints that were shown before."""
    hints, seen = desk.course.exercise(exercise_id).hints, _seen(desk, exercise_id)
    shown = {number: text.strip() for number, text in enumerate(hints[:seen], 1)}
    return Hints(exercise_id, shown, len(hints), len(hints) - seen, is_new=False)


def _seen(desk: "Desk", exercise_id: str) -> int:
    """Return how many of the hints that there are now were shown."""
    total = len(desk.course.exercise(exercise_id).hints)
    return min(desk.progress.hints_shown(exercise_id), total) if desk.progress else 0


def _remember(desk: "Desk", exercise_id: str, number: int) -> None:
    if desk.progress is None:
        if desk.workspace is None:  # else it was told why the store cannot be used
            try:
                desk.need_workspace()
            except WorkError as error:
                desk.tell(f"The hint is not remembered. {error.message} Next: {error.next_step}")
        return
    try:
        desk.progress.record_hint(exercise_id, number)
    except StoreError as error:
        desk.tell(f"Warning: {error.message} {error.next_step}")


@dataclass(frozen=True, slots=True)
class Solution:
    """The source of the reference. ``passed``: the learner had full points before."""

    source: str
    passed: bool


def solution(desk: "Desk", exercise_id: str, now: datetime, *, spoil: bool = False) -> Solution:
    """Return the reference, and remember that it was shown.

    Raises
    ------
    WorkError
        The learner has no full points yet, and did not ask to ``spoil`` it; or the course comes without solutions.
    """
    best = desk.progress.best(exercise_id) if desk.progress else None
    passed = best is not None and best.passed
    if not passed and not spoil:
        raise WorkError(
            f"The solution of {exercise_id} is shown after full points.",
            next_step=f"dlquiz hint {exercise_id}   (or: dlquiz solution {exercise_id} --spoil, which is recorded)",
        )
    path = desk.course.solution_path(exercise_id)
    if not path.is_file():
        raise WorkError(f"This course comes without a solution for {exercise_id}.", next_step="Ask your instructor.")
    source = path.read_text(encoding="utf-8")
    if desk.progress is not None:
        try:
            desk.progress.record_solution_viewed(exercise_id, now)
        except StoreError as error:
            desk.tell(f"Warning: {error.message} {error.next_step}")
    return Solution(source, passed)


@dataclass(frozen=True, slots=True)
class Reset:
    """What became of a learner's file. ``backup`` is where its content went; None: there was nothing to keep."""

    file: Path
    changed: bool
    backup: Path | None = None


def reset(desk: "Desk", exercise_id: str, now: datetime) -> Reset:
    """Put the start file in the place of the learner's, which is kept beside it.

    Raises
    ------
    WorkError
        There is no workspace.
    StoreError
        The disk refuses.
    """
    from dlquiz.study.workspace import put_shipped_files

    file = desk.need_workspace().file(exercise_id)
    stub = desk.course.stub_path(exercise_id).read_bytes()
    try:
        put_shipped_files(desk.course, exercise_id, file.parent)
        if not file.is_file():
            replace_file(file, stub)
            return Reset(file, changed=True)
        if file.read_bytes() == stub:
            return Reset(file, changed=False)
        backup = back_up(file, now)
        replace_file(file, stub)
        return Reset(file, changed=True, backup=backup)
    except OSError as error:
        raise StoreError(f"{file} could not be reset: {error.strerror}.") from error


def back_up(file: Path, at: datetime) -> Path:
    """Keep the content of a file beside it, under a name with the time; return where. OSError if that cannot be."""
    content = file.read_bytes()
    stem = f"{file.name}.{at:%Y-%m-%d-%H%M%S}"
    number = 1
    # Two resets within a second get two backups.
    while not create_file(backup := file.with_name(f"{stem}{'' if number == 1 else f'-{number}'}.bak"), content):
        number += 1
    return backup
