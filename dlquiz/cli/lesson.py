"""``dlquiz lesson``: the README of an exercise, readable where the learner is."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise", required=False)
@click.option("--raw", is_flag=True, help="Print the file as its author wrote it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def lesson(app: "App", exercise: str | None, raw: bool, as_json: bool) -> None:
    """Read the lesson of an exercise.

    On a terminal a long one is shown a screen at a time, by the program that PAGER names, or less: the space bar goes
    on, q closes it. PAGER=cat prints all at once.

    \b
    Example:
        dlquiz lesson exercise3
        dlquiz lesson 3 --plain
    """
    from dlquiz.study.exercises import lesson as lesson_of

    exercise_id = app.desk.exercise_id(exercise)
    text = lesson_of(app.desk.course, exercise_id)
    if as_json:
        _say_json(app, exercise_id, text)
        return
    app.read(text if raw else _readable(app, text))
    if app.desk.workspace is None:
        app.say_start(err=True)
    else:
        app.warn(f"\nYour file: {app.desk.workspace.file(exercise_id)}")
        app.say_next(f"dlquiz grade {exercise_id}", "after you have edited it", err=True)


def _say_json(app: "App", exercise_id: str, text: str) -> None:
    workspace = app.desk.workspace
    app.say_json(
        {
            "format_version": 1,
            "exercise": exercise_id,
            "title": app.desk.course.exercise(exercise_id).title,
            "text": text,
            "file": None if workspace is None else str(workspace.file(exercise_id)),
            "next": "dlquiz start" if workspace is None else f"dlquiz grade {exercise_id}",
        }
    )


def _readable(app: "App", text: str) -> str:
    """Return a lesson as this terminal can show it."""
    from dlquiz.render.formulas import readable_formulas

    if app.colour:
        from dlquiz.render.code import lesson as drawn

        return app.drawn(drawn(readable_formulas(text, as_code=True)))
    from dlquiz.render.markdown import plain_lines

    return "\n".join(plain_lines(readable_formulas(text, as_code=False), app.width)) + "\n"
