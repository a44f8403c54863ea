"""``dlquiz reset``: the stub again, with a backup of what was there."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.errors import StoreError
from dlquiz.workspace import create_file, replace_file

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise")
@click.pass_obj
def reset(app: "App", exercise: str) -> None:
    """Start an exercise again; your file is kept as a backup.

    \b
    Example:
        dlquiz reset exercise3
    """
    exercise_id = app.exercise_id(exercise)
    file = app.need_workspace().file(exercise_id)
    stub = app.course.stub_path(exercise_id).read_bytes()
    try:
        if file.is_file() and file.read_bytes() == stub:
            app.say(f"{file} is the start file already. Nothing was changed.")
        else:
            backup = _back_up(file, app.now()) if file.is_file() else None
            replace_file(file, stub)
            app.say(f"{file} is the start file again.")
            if backup:
                app.say(f"What you had is in {backup}")
    except OSError as error:
        raise StoreError(f"{file} could not be reset: {error.strerror}.") from error
    app.say_next(f"dlquiz lesson {exercise_id}")


def _back_up(file: Path, at: datetime) -> Path:
    content = file.read_bytes()
    stem = f"{file.name}.{at:%Y-%m-%d-%H%M%S}"
    number = 1
    # Two resets within a second get two backups.
    while not create_file(backup := file.with_name(f"{stem}{'' if number == 1 else f'-{number}'}.bak"), content):
        number += 1
    return backup
