"""``dlquiz solution``: the reference, after full points or on demand."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise", required=False)
@click.option("--spoil", is_flag=True, help="Show it before you have full points; this is recorded.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def solution(app: "App", exercise: str | None, spoil: bool, as_json: bool) -> None:
    """Show the solution, after full points.

    \b
    Example:
        dlquiz solution exercise3
    """
    from dlquiz.study.exercises import solution as solution_of

    exercise_id = app.desk.exercise_id(exercise)
    found = solution_of(app.desk, exercise_id, app.now(), spoil=spoil)
    source = found.source.rstrip() + "\n"
    following = "dlquiz next" if found.passed else f"dlquiz grade {exercise_id}"
    if as_json:
        known = {"exercise": exercise_id, "passed": found.passed, "solution": source, "next": following}
        app.say_json({"format_version": 1, **known})
        return
    if app.colour:
        from dlquiz.render.code import coloured_code

        source = coloured_code(source)
    app.read(source)
    app.say_next(following, err=True)
