"""``dlquiz quiz parsons``: puzzles of lines from the solution of an exercise."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command("parsons")
@click.argument("exercise")
@click.option("--function", metavar="NAME", help="Only this function of the solution.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="Write the quiz into this file.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def command(app: "App", exercise: str, function: str | None, output: Path | None, force: bool, as_json: bool) -> None:
    """Make puzzles of lines from the solution of an exercise.

    Each function of 4 to 10 lines becomes a question (a Parsons problem): its
    lines are shown mixed, with lines of wrong solutions among them. The checks
    of the exercise decide which orders are right, and that wrong lines lose.

    \b
    Example:
        dlquiz quiz parsons exercise3
        dlquiz quiz parsons exercise3 --function linear_backward -o puzzle.yaml
    """
    from dlquiz.atomic import write_output
    from dlquiz.authoring.parsons import make_puzzles
    from dlquiz.exchange.yaml_writer import write_fields

    exercise_id = app.desk.exercise_id(exercise)
    made = make_puzzles(app.desk.course, exercise_id, function, tell=lambda name: app.warn(f"Grading {name} ..."))
    title = f"Lines in order: {app.desk.course.exercise(exercise_id).title}"
    fields = {"format_version": 1, "title": title, "lesson": exercise_id, "questions": made.questions}
    if as_json:
        app.say_json({**fields, "left_out": made.left_out, "graded": made.graded})
        raise SystemExit(0 if made.questions else 1)
    for name, why in made.left_out.items():
        app.warn(f"Left out: {name}: {why}.")
    if not made.questions:
        app.warn(f"No function of {exercise_id} makes a puzzle.")
        raise SystemExit(1)
    text = write_fields(fields)
    if output is None:
        app.echo(text, end="")
        return
    write_output(output, text.encode(), force=force)
    app.say(f"Wrote {output}: {len(made.questions)} question{'' if len(made.questions) == 1 else 's'}.")
    app.say_next(f"dlquiz quiz lint {shell_word(str(output))}", "then read it: an author's words teach more")
