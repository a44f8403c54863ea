"""``dlquiz hint``: one more hint each time."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("exercise", required=False)
@click.option("--again", is_flag=True, help="Show the hints that you have seen, not a new one.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def hint(app: "App", exercise: str | None, again: bool, as_json: bool) -> None:
    """Show one more hint for an exercise.

    Hints go from gentle to nearly there, and cost no points.

    \b
    Example:
        dlquiz hint exercise3
    """
    from dlquiz.study.exercises import hints_so_far, next_hint

    exercise_id = app.desk.exercise_id(exercise)
    found = hints_so_far(app.desk, exercise_id) if again else next_hint(app.desk, exercise_id)
    if as_json:
        texts = [{"number": number, "text": text} for number, text in found.shown.items()]
        app.say_json({"format_version": 1, "exercise": exercise_id, "hints": texts, "left": found.left})
        return
    for number, text in found.shown.items():
        line = f"Hint {number} of {found.total} for {exercise_id}: {text}"
        app.say_prose(line)
    if not found.shown:
        app.say(f"You have seen no hint for {exercise_id} yet.")
    app.say(_left(found.left, repeated=not again and not found.is_new))
    app.say_next(f"dlquiz hint {exercise_id}" if again and found.left else f"dlquiz grade {exercise_id}")


def _left(left: int, *, repeated: bool) -> str:
    if left:
        return f"{left} more {'hint' if left == 1 else 'hints'}."
    return "You have seen every hint; --again shows them all." if repeated else "That was the last hint."
