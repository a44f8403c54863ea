"""``dlquiz hint``: one more hint each time."""

from typing import TYPE_CHECKING

import click

from dlquiz.errors import StoreError

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
    exercise_id = app.exercise_id(exercise)
    hints = app.course.exercise(exercise_id).hints
    seen = min(app.progress.hints_shown(exercise_id), len(hints)) if app.progress else 0
    shown = seen if again else min(seen + 1, len(hints))
    visible = range(1, shown + 1) if again else range(shown, shown + 1)
    left = len(hints) - shown
    if as_json:
        texts = [{"number": number, "text": hints[number - 1].strip()} for number in visible]
        app.say_json({"format_version": 1, "exercise": exercise_id, "hints": texts, "left": left})
    else:
        for number in visible:
            text = f"Hint {number} of {len(hints)} for {exercise_id}: {hints[number - 1].strip()}"
            app.say(click.wrap_text(text, width=app.width, preserve_paragraphs=True))
        if again and not shown:
            app.say(f"You have seen no hint for {exercise_id} yet.")
        app.say(_left(left, repeated=not again and seen == shown))
        app.say_next(f"dlquiz hint {exercise_id}" if again and left else f"dlquiz grade {exercise_id}")
    if shown > seen:
        _store(app, exercise_id, shown)


def _left(left: int, *, repeated: bool) -> str:
    if left:
        return f"{left} more {'hint' if left == 1 else 'hints'}."
    return "You have seen every hint; --again shows them all." if repeated else "That was the last hint."


def _store(app: "App", exercise_id: str, shown: int) -> None:
    if app.progress is None:
        app.warn("Without a workspace the hint is not remembered. Make one with: dlquiz start")
        return
    try:
        app.progress.record_hint(exercise_id, shown)
    except StoreError as error:
        app.warn(f"Warning: {error.message} {error.next_step}")
