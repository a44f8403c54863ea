"""``dlquiz catch``: write a check that catches wrong solutions."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.catching import Catch


_MOST_PRINTED = 20
"""Lines of what the check printed for the first solution."""


@click.command()
@click.argument("exercise", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def catch(ctx: click.Context, exercise: str | None, as_json: bool) -> None:
    """Write a check that accepts right solutions and catches wrong ones.

    The first time, a file catch.py is put beside your own. Write the function
    check(solution) in it, of at most 30 lines, and type the command again: it
    runs on every right and every wrong solution of the exercise, behind the
    wall. Exit code 0 means that all right ones are accepted and all wrong ones
    are caught.

    \b
    Example:
        dlquiz catch exercise3
    """
    from dlquiz.cli._live import LiveLine
    from dlquiz.study import catching

    app: App = ctx.obj
    exercise_id = app.desk.exercise_id(exercise)
    file, new = catching.check_file(app.desk, exercise_id)
    if catching.is_unwritten(app.desk, exercise_id):
        if as_json:
            app.say_json({"format_version": 1, "exercise": exercise_id, "file": str(file), "written": False})
        else:
            app.say(f"{'Made for you' if new else 'Still to be written'}: {file}")
            app.say(
                "Write the function check in it: an assert for what a right solution does and a wrong one does not."
            )
        app.say_next(f"dlquiz catch {exercise_id}", "after you have written it", err=as_json)
        ctx.exit(1)
    line = LiveLine(sys.stderr, enabled=app.live and not as_json)
    try:
        found = catching.catch(
            app.desk, exercise_id, on_progress=lambda done, total: line.show(f"Solution {done} of {total} ...")
        )
    finally:
        line.clear()
    if as_json:
        app.say_json(_document(exercise_id, found))
    else:
        _say(app, found)
    whole = found.rejected is None and not found.missed
    app.say_next(
        "dlquiz next" if whole else f"dlquiz catch {exercise_id}", "" if whole else f"edit {file}", err=as_json
    )
    ctx.exit(0 if whole else 1)


def _say(app: "App", found: "Catch") -> None:
    from dlquiz.render.layout import progress_bar

    for line in found.printed.splitlines()[:_MOST_PRINTED]:
        app.echo(f"  | {line}")
    if found.rejected is not None:
        verdict = found.rejected.verdict
        app.say(f"Your check does not accept right solution {found.rejected.number} of {found.right}.")
        where = f" (line {verdict.line} of {found.file.name})" if verdict.line else ""
        app.say(f"It says: {verdict.text or 'an assert without words does not hold'}{where}")
        app.say("A right solution may look different, but it gives the right values: look at what you demand.")
        return
    app.say(f"Accepted: all {found.right} right solutions.")
    bar = "" if app.plain else f"{progress_bar(found.caught, found.wrong)} "
    app.say(f"Caught:   {bar}{found.caught} of {found.wrong} wrong ones.", bold=True)
    if found.missed:
        app.say_prose(f"\nOne that slips through: {found.missed[0]}")


def _document(exercise_id: str, found: "Catch") -> dict[str, object]:
    rejected = found.rejected
    return {
        "format_version": 1,
        "exercise": exercise_id,
        "file": str(found.file),
        "written": True,
        "right": found.right,
        "rejected": None
        if rejected is None
        else {"number": rejected.number, "text": rejected.verdict.text, "line": rejected.verdict.line},
        "wrong": found.wrong,
        "caught": found.caught,
        "printed": found.printed,
        "slips_through": found.missed[0] if found.missed else None,
    }
