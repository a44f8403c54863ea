"""``dlquiz solution``: the reference, after full points or on demand."""

from typing import TYPE_CHECKING

import click

from dlquiz.errors import StoreError, WorkError

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise")
@click.option("--spoil", is_flag=True, help="Show it before you have full points; this is recorded.")
@click.pass_obj
def solution(app: "App", exercise: str, spoil: bool) -> None:
    """Show the solution, after full points.

    \b
    Example:
        dlquiz solution exercise3
    """
    exercise_id = app.exercise_id(exercise)
    path = app.course.solution_path(exercise_id)
    best = app.progress.best(exercise_id) if app.progress else None
    passed = best is not None and best.passed
    if not passed and not spoil:
        raise WorkError(
            f"The solution of {exercise_id} is shown after full points.",
            next_step=f"dlquiz hint {exercise_id}   (or: dlquiz solution {exercise_id} --spoil, which is recorded)",
        )
    if not path.is_file():
        raise WorkError(f"This course comes without a solution for {exercise_id}.", next_step="Ask your instructor.")
    source = path.read_text(encoding="utf-8")
    if app.colour:
        from rich.syntax import Syntax

        app.console().print(Syntax(source.rstrip(), "python", background_color="default"))
    else:
        app.say(source.rstrip())
    if app.progress is not None:
        try:
            app.progress.record_solution_viewed(exercise_id, app.now())
        except StoreError as error:
            app.warn(f"Warning: {error.message} {error.next_step}")
    app.say_next("dlquiz next" if passed else f"dlquiz grade {exercise_id}", err=True)
