"""``dlquiz reset``: the stub again, with a backup of what was there."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.exercises import Reset


@click.command()
@click.argument("exercise")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def reset(app: "App", exercise: str, as_json: bool) -> None:
    """Start an exercise again; your file is kept as a backup.

    \b
    Example:
        dlquiz reset exercise3
    """
    from dlquiz.study.exercises import reset as reset_to_start

    exercise_id = app.desk.exercise_id(exercise)
    done = reset_to_start(app.desk, exercise_id, app.now())
    following = f"dlquiz lesson {exercise_id}"
    if as_json:
        _say_json(app, exercise_id, done, following)
        return
    if not done.changed:
        app.say(f"{done.file} is the start file already. Nothing was changed.")
    else:
        app.say(f"{done.file} is the start file again.")
        if done.backup:
            app.say(f"What you had is in {done.backup}")
    app.say_next(following)


def _say_json(app: "App", exercise_id: str, done: "Reset", following: str) -> None:
    app.say_json(
        {
            "format_version": 1,
            "exercise": exercise_id,
            "file": str(done.file),
            "changed": done.changed,
            "backup": str(done.backup) if done.backup else None,
            "next": following,
        }
    )
