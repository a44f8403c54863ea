"""Working beginnings: a course, and an exercise whose certification finds nothing; authors then write their own."""

import re
import sys
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from dlquiz.atomic import create_file, replace_file
from dlquiz.authoring.course_list import with_exercise
from dlquiz.authoring.new_quiz import template
from dlquiz.content.yamlfile import read_document
from dlquiz.errors import UsageError, cannot_write
from dlquiz.model.packages import PACKAGES, import_names
from dlquiz.text import identifier

FIRST_EXERCISE = "centre"
FIRST_QUIZ = "first-words"
MANIFEST = Path("exercises", "course.yaml")

_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_LONGEST_MODULE = 32


def write_course(root: Path) -> list[Path]:
    """Write a course with one exercise and one quiz into a folder that is empty or not there; return its files.

    Raises
    ------
    UsageError
        Something is in the folder already, or it cannot be written.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise UsageError(f"{root} is there already, and not an empty folder.", next_step="Name another folder.")
    name = identifier(root.resolve().name) or "my-course"
    words = {"NAME": name, "TITLE": _title(name), "ID": FIRST_EXERCISE, "QUIZ": FIRST_QUIZ}
    files = {MANIFEST: _filled(_skeleton() / "course.yaml.txt", words)}
    files[Path("quizzes", f"{FIRST_QUIZ}.yaml")] = template(FIRST_QUIZ)
    files |= dict(_exercise_files(FIRST_EXERCISE))
    return _write(root, files)


def write_exercise(root: Path, exercise_id: str) -> list[Path]:
    """Write an exercise into the course in ``root``, and add it to the course's list; return its files.

    Raises
    ------
    UsageError
        The id cannot be one, there is such an exercise, or nothing can be written.
    ContentError
        ``course.yaml`` has mistakes, or a list to which nothing can be added safely.
    """
    if not _ID.fullmatch(exercise_id):
        better = identifier(exercise_id)
        message = f"'{exercise_id}' cannot be an id: lower-case letters, digits, - and _, a letter first, at most 40."
        raise UsageError(message, next_step=f"dlquiz dev new exercise {better}" if better else "")
    for folder in (root / "exercises" / exercise_id, root / "graders" / exercise_id):
        if folder.exists():
            raise UsageError(f"{folder} is there already.", next_step="Choose another id.")
    manifest = root / MANIFEST
    listed = with_exercise(read_document(manifest), exercise_id)
    if b"\r\n" in manifest.read_bytes():
        listed = listed.replace("\n", "\r\n")
    files = _write(root, dict(_exercise_files(exercise_id)))
    try:
        replace_file(manifest, listed.encode())
    except OSError as error:
        raise cannot_write(manifest, error) from error
    return files


def _write(root: Path, files: dict[Path, str]) -> list[Path]:
    written = []
    for name, text in files.items():
        path = root / name
        try:
            if not create_file(path, text.encode()):
                raise UsageError(f"{path} is there already.", next_step="Choose another name.")
        except OSError as error:
            raise cannot_write(path, error) from error
        written.append(path)
    return written


# -- the files ------------------------------------------------------------------


def _skeleton() -> Traversable:
    return resources.files("dlquiz.authoring") / "skeleton"


def _exercise_files(exercise_id: str) -> Iterator[tuple[Path, str]]:
    module = module_name(exercise_id)
    words = {"ID": exercise_id, "MODULE": module, "TITLE": _title(exercise_id)}
    exercise, grader = Path("exercises", exercise_id), Path("graders", exercise_id)
    places = {
        "exercise.yaml.txt": exercise / "exercise.yaml",
        "README.md.txt": exercise / "README.md",
        "stub.py.txt": exercise / f"{module}.py",
        "solution.py.txt": grader / "solution.py",
        "test.py.txt": grader / f"test_{module}.py",
    }
    source = _skeleton() / "exercise"
    for name, place in places.items():
        yield place, _filled(source / name, words)
    for folder in ("wrong", "right"):
        for file in sorted((source / folder).iterdir(), key=lambda one: one.name):
            yield grader / folder / file.name.removesuffix(".txt"), _filled(file, words)


def _filled(file: Traversable, words: dict[str, str]) -> str:
    text = file.read_text(encoding="utf-8")
    for name, word in words.items():
        text = text.replace(f"@{name}@", word)
    return text


def _title(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


def module_name(exercise_id: str) -> str:
    """Return what the learner's file of an exercise is called, without ``.py``; never as something that is imported."""
    name = exercise_id.replace("-", "_")[:_LONGEST_MODULE]
    if name in sys.stdlib_module_names or name in import_names(PACKAGES) or name in ("pytest", "dlquiz", "probe"):
        return f"{name[: _LONGEST_MODULE - 5]}_task"
    return name
