"""What ``dlquiz class gradescope`` and ``class classroom50`` do: files for other people's graders."""

from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.archives.zip_writer import zipped
from dlquiz.atomic import create_file
from dlquiz.classroom.autograder import Autograder, classroom50_files, gradescope_files
from dlquiz.classroom.pages import new_folder
from dlquiz.classroom.wheel import pins, wheel
from dlquiz.errors import UsageError, cannot_write
from dlquiz.sandbox.packages import chosen

if TYPE_CHECKING:
    from dlquiz.cli._app import App


def write_gradescope(app: "App", exercise: str, target: str, level: str, isolation: str) -> int:
    """Write the zip; return its size."""
    to = Path(target).expanduser()
    one, beside = _made(app, exercise, level, isolation)
    texts = {name: (text.encode(), runs) for name, (text, runs) in gradescope_files(one).items()}
    content = zipped({**texts, **{name: (data, False) for name, data in beside.items()}})
    try:
        if not create_file(to, content):
            raise UsageError(f"{to} is there already.", next_step="Name another file with --to.")
    except OSError as error:
        raise cannot_write(to, error) from error
    return len(content)


def write_classroom50(app: "App", exercise: str, target: str, level: str, isolation: str) -> list[str]:
    """Write the folder; return the names of its files."""
    one, beside = _made(app, exercise, level, isolation)
    folder = new_folder(target)
    files = {name: text.encode() for name, (text, _) in classroom50_files(one).items()} | beside
    try:
        for name, content in files.items():
            create_file(folder / name, content)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return sorted(files)


def _installed(distributions: tuple[str, ...]) -> str:
    """Return the name under which a package is installed here."""
    for name in distributions:
        with suppress(metadata.PackageNotFoundError):
            metadata.distribution(name)
            return name
    return distributions[0]


def _made(app: "App", exercise: str, level: str, isolation: str) -> tuple[Autograder, dict[str, bytes]]:
    course = app.desk.course
    packages = [_installed(one.distributions) for one in chosen(course.exercise(exercise).packages)]
    name, content = wheel(course)
    one = Autograder(exercise, name, " ".join(packages), level, isolation)
    return one, {name: content, "pins.txt": pins(packages).encode()}
