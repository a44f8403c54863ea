"""``dlquiz reset``: the stub again, with a backup of what was there."""

from typing import TYPE_CHECKING

import click

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
    from dlquiz.study.exercises import reset as reset_to_start

    exercise_id = app.desk.exercise_id(exercise)
    done = reset_to_start(app.desk, exercise_id, app.now())
    if not done.changed:
        app.say(f"{done.file} is the start file already. Nothing was changed.")
    else:
        app.say(f"{done.file} is the start file again.")
        if done.backup:
            app.say(f"What you had is in {done.backup}")
    app.say_next(f"dlquiz lesson {exercise_id}")
