"""``dlquiz lesson``: the README of an exercise, readable where the learner is."""

from typing import TYPE_CHECKING

import click

from dlquiz.errors import ContentError

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise", required=False)
@click.option("--raw", is_flag=True, help="Print the file as its author wrote it.")
@click.pass_obj
def lesson(app: "App", exercise: str | None, raw: bool) -> None:
    """Read the lesson of an exercise.

    \b
    Example:
        dlquiz lesson exercise3
        dlquiz lesson 3 | less
    """
    from dlquiz.cli._formulas import readable_formulas

    exercise_id = app.exercise_id(exercise)
    path = app.course.lesson_path(exercise_id)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"The lesson of {exercise_id} cannot be read: {path}") from error
    if raw:
        app.say(text.rstrip("\n"))
    elif app.colour:
        from rich.markdown import Markdown

        app.console().print(Markdown(readable_formulas(text, as_code=True)), width=app.width)
    else:
        app.say(readable_formulas(text, as_code=False).rstrip("\n"))
    if app.workspace is None:
        app.say_next("dlquiz start", "makes the folder for your work", err=True)
    else:
        app.warn(f"\nYour file: {app.workspace.file(exercise_id)}")
        app.say_next(f"dlquiz grade {exercise_id}", "after you have edited it", err=True)
