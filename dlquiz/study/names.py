"""From what a person types to an exercise id."""

from difflib import get_close_matches
from pathlib import PurePath
from typing import TYPE_CHECKING

from dlquiz.errors import ContentError, UnknownName

if TYPE_CHECKING:
    from dlquiz.content.course import Course


def find_exercise(course: "Course", text: str) -> str:
    """Find an exercise by id, number (``3``), topic, or the name of its file.

    Raises
    ------
    UnknownName
        There is none, or more than one; the message says which was probably meant.
    """
    ids = course.exercise_ids()
    wanted = PurePath(text.strip().lower()).name
    if wanted in ids:
        return wanted
    if wanted.isascii() and wanted.isdigit():
        return _by_number(course, int(wanted), text)
    names = _other_names(course)
    if found := names.get(wanted, ()):
        if len(found) == 1:
            return found[0]
        raise UnknownName(
            f"{text!r} fits several exercises: {', '.join(found)}.",
            next_step=f"dlquiz status {found[0]}   (or one of the others)",
        )
    close = get_close_matches(wanted, [*ids, *names], n=1, cutoff=0.5)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    raise UnknownName(
        f"There is no exercise {text!r} in {_called(course)}.{meant}",
        next_step="dlquiz status   (lists every exercise)",
    )


def _called(course: "Course") -> str:
    """Return how people call a course: one from elsewhere also by its folder."""
    where = "" if course.builtin else f" ({course.root})"
    return f"the course {course.manifest.title!r}{where}"


def _by_number(course: "Course", number: int, text: str) -> str:
    ids = course.exercise_ids()
    if (name := f"exercise{number}") in ids:
        return name
    if 1 <= number <= len(ids):
        return ids[number - 1]
    raise UnknownName(
        f"There is no exercise {text!r}: {_called(course)} has {len(ids)}.",
        next_step="dlquiz status   (lists every exercise)",
    )


def _other_names(course: "Course") -> dict[str, tuple[str, ...]]:
    names: dict[str, tuple[str, ...]] = {}
    for exercise_id in course.exercise_ids():
        try:
            exercise = course.exercise(exercise_id)
        except ContentError:
            # Another exercise is broken; that must not stop a name from being found.
            continue
        for name in {exercise.topic, exercise.file, exercise.file.removesuffix(".py")}:
            names[name] = (*names.get(name, ()), exercise_id)
    return names
