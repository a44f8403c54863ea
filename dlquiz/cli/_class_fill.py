"""What ``dlquiz class fill`` does: points into the gradebook of an LMS."""

from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.classroom.gradebook import Filled, fill, read_points
from dlquiz.cli._own_files import read_named
from dlquiz.errors import UsageError, cannot_write
from dlquiz.render.findings import counted

if TYPE_CHECKING:
    from dlquiz.cli._app import App

_MOST_BYTES = 50_000_000
_MOST_LISTED = 20


def fill_in(
    app: "App", gradebook: str, grades: str, target: str, *, exercise: str | None, column: str | None, scale: bool,
    replace: bool,
) -> Filled:  # fmt: skip
    """Read both files, and write the filled gradebook; the one that was exported is never changed."""
    from dlquiz.atomic import create_file

    raw, table = (read_named(name, "The table", _MOST_BYTES) for name in (gradebook, grades))
    to = Path(target).expanduser()
    if to.exists():
        raise UsageError(f"{to} is there already.", next_step="Name another file with --to.")
    wanted = (exercise, app.desk.course.exercise(exercise).title) if exercise is not None else ()
    found = fill(raw, list(read_points(table, exercise)), column=column, wanted=wanted, scale=scale, replace=replace)
    try:
        create_file(to, found.content)
    except OSError as error:
        raise cannot_write(to, error) from error
    return found


def say(app: "App", found: Filled, target: str) -> None:
    """Print what was done, and who was left out."""
    app.say(f"{found.system}, column {found.column}: {counted(found.filled, 'cell')} filled.")
    if found.unchanged:
        app.say(f"{counted(found.unchanged, 'cell')} had these points already.")
    for text, listed in (
        ("Another value stands there and stays (--replace writes over it)", found.kept),
        ("Not in the gradebook, and not added", found.unknown),
    ):
        if listed:
            app.say(f"{text}: {len(listed)}")
            for line in listed[:_MOST_LISTED]:
                app.say(f"  {line}")
            if len(listed) > _MOST_LISTED:
                app.say(f"  and {len(listed) - _MOST_LISTED} more (--json lists all)")
    app.say(f"The filled gradebook: {target}")


def as_document(found: Filled, target: str) -> dict[str, object]:
    """Return the JSON document."""
    return {
        "format_version": 1,
        "system": found.system,
        "column": found.column,
        "filled": found.filled,
        "unchanged": found.unchanged,
        "kept": found.kept,
        "unknown": found.unknown,
        "file": target,
    }
