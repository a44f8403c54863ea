"""Which quizzes an author means: ids of the course, paths of files, or nothing for the whole course."""

from collections.abc import Sequence
from pathlib import Path

from dlquiz.content.course import Course
from dlquiz.errors import UsageError


def quiz_files(course: Course, names: Sequence[str]) -> list[Path]:
    """Return the files that are meant, each once.

    Raises
    ------
    UsageError
        A name is neither a file nor a quiz of the course.
    """
    if not names:
        return [course.quiz_path(quiz_id) for quiz_id in course.quiz_ids()]
    return list(dict.fromkeys(_path(course, name) for name in names))


def _path(course: Course, name: str) -> Path:
    path = Path(name)
    looks_like_a_path = "/" in name or "\\" in name or bool(path.suffix)
    if path.is_file() or (looks_like_a_path and path.exists()):
        return path
    if looks_like_a_path:
        raise UsageError(f"There is no file {name}.", next_step="dlquiz quiz list   (lists the quizzes)")
    return course.quiz_path(name)


def is_ours(path: Path) -> bool:
    """Return whether a file is in our own format, by its name."""
    return path.suffix.lower() in (".yaml", ".yml")
