"""The path through the course: what is done, what is next. Derived from graded reports alone."""

from typing import TYPE_CHECKING

from dlquiz.model.progress import State, Step

if TYPE_CHECKING:
    from dlquiz.content.course import Course
    from dlquiz.study.store import Progress


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


def lessons_met(course: "Course", progress: "Progress") -> frozenset[str]:
    """Return the exercises whose lessons a learner has met: the current one, what was graded, and all before these."""
    ids = course.exercise_ids()
    furthest = max(
        ids.index(current_exercise(course, progress)),
        max((place for place, exercise_id in enumerate(ids) if progress.best(exercise_id)), default=0),
    )
    return frozenset(ids[: furthest + 1])
