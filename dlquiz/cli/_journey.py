"""The path through the course: what is done, what is next. Derived from graded reports alone."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dlquiz.content import Course
    from dlquiz.progress import Progress


class State(StrEnum):
    """Where an exercise stands."""

    DONE = "done"
    NEXT = "next"
    STARTED = "started"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Step:
    """One exercise on the path. ``earned`` is of the best grading, 0 before the first."""

    exercise_id: str
    title: str
    state: State
    earned: float
    possible: float
    minutes: int
    graded: bool


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do next. ``subject`` is an exercise or quiz id, or empty when everything is done."""

    kind: str
    subject: str
    command: str
    why: str


def journey(course: "Course", progress: "Progress | None") -> tuple[Step, ...]:
    """Return one step per exercise, in the course's order."""
    steps: list[Step] = []
    next_found = False
    for exercise_id in course.exercise_ids():
        exercise = course.exercise(exercise_id)
        best = progress.best(exercise_id) if progress else None
        if best and best.passed:
            state = State.DONE
        elif not next_found:
            state, next_found = State.NEXT, True
        else:
            state = State.STARTED if best else State.OPEN
        earned = best.earned if best else 0.0
        steps.append(
            Step(exercise_id, exercise.title, state, earned, exercise.points, exercise.minutes, best is not None)
        )
    return tuple(steps)


def current_exercise(course: "Course", progress: "Progress | None") -> str:
    """Return the first exercise that is not done, or the last of all when every one is."""
    ids = course.exercise_ids()
    for exercise_id in ids:
        best = progress.best(exercise_id) if progress else None
        if not (best and best.passed):
            return exercise_id
    return ids[-1]


def advise(course: "Course", progress: "Progress | None") -> Advice:
    """Say what to do next: a quiz that belongs to a finished exercise, else the next exercise."""
    finished = progress.finished_quizzes() if progress else frozenset[str]()
    known = set(course.quiz_ids())
    for step in journey(course, progress):
        if step.state is not State.DONE:
            return _advise_exercise(step)
        for quiz_id in course.exercise(step.exercise_id).quizzes:
            if quiz_id in known and quiz_id not in finished:
                return Advice("quiz", quiz_id, f"dlquiz quiz {quiz_id}", f"belongs to {step.exercise_id}")
    for quiz_id in course.quiz_ids():
        if quiz_id not in finished:
            return Advice("quiz", quiz_id, f"dlquiz quiz {quiz_id}", "every exercise is done")
    return Advice("done", "", "dlquiz status", course.manifest.finish.strip())


def _advise_exercise(step: Step) -> Advice:
    if step.graded:
        why = f"you have {step.earned:g} of {step.possible:g} points; after a change, grade again"
        return Advice("exercise", step.exercise_id, f"dlquiz grade {step.exercise_id}", why)
    return Advice("exercise", step.exercise_id, f"dlquiz lesson {step.exercise_id}", step.title)


def table(steps: tuple[Step, ...]) -> list[str]:
    """Return the path as lines of text: mark, id, title, points, minutes."""
    rows = [
        (_MARK[step.state], step.exercise_id, step.title, f"{step.earned:g}/{step.possible:g}", f"{step.minutes} min")
        for step in steps
    ]
    head = ("", "exercise", "title", "points", "time")
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    lines = []
    for row in [head, *rows]:
        left = (cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True))
        right = (cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True))
        lines.append("  ".join((*left, *right)).rstrip())
    return lines


_MARK = {State.DONE: "done", State.NEXT: "next", State.STARTED: "begun", State.OPEN: ""}
