"""``dlquiz start``: what a beginner meets first."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._advice import command, words
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.workspace import Workspace


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def start(app: "App", folder: str | None, as_json: bool) -> None:
    """Make a folder for your work, or continue with it.

    If you name no DIR, it is the folder that you had before, else ./dlquiz-work; inside a course (such as a checkout
    of dlquiz), ~/dlquiz-work. No file that you changed is ever overwritten.

    \b
    Example:
        dlquiz start
        dlquiz start ~/deep-learning
    """
    from dlquiz.render.path import path_lines
    from dlquiz.study.advice import Do
    from dlquiz.study.overview import overview

    lost = app.desk.lost
    resumed = app.desk.start(Path(folder) if folder else None)
    workspace = app.desk.need_workspace()
    whole = overview(app.desk)
    if as_json:
        _say_json(app, workspace, resumed=resumed, following=command(whole.advice))
        return
    manifest = app.desk.course.manifest
    welcome = f"Welcome back to {manifest.title}." if resumed else manifest.welcome.strip()
    app.say_prose(welcome)
    app.say(f"\nYour folder: {workspace.root}")
    _say_others(app, workspace, None if resumed else lost, folder)
    app.say()
    for line in path_lines(whole.steps, app.columns, known=app.desk.progress is not None):
        app.echo(line)
    _say_changes(app, workspace)
    if whole.advice.do in (Do.READ, Do.GRADE):
        app.say(f"\nYou will edit: {workspace.file(whole.advice.subject)}")
        app.say(f"Then type:     dlquiz grade {whole.advice.subject}")
    app.say_next(command(whole.advice), words(whole.advice))


def _say_others(app: "App", workspace: "Workspace", lost: Path | None, named: str | None) -> None:
    """Say which other folders there are: nobody shall begin at zero without knowing it."""
    from dlquiz.study.desk import Desk
    from dlquiz.study.overview import overview
    from dlquiz.study.workspace import default_folder, moved_to

    here = default_folder(app.desk.here)
    if lost is not None:
        app.say(f"Your folder before was {lost}, and it is not there any more. This one begins at zero.")
        near = moved_to(lost)
        there = near if near not in (None, workspace.root) else "ITS_NEW_PLACE"
        app.say(f"If you have moved it: dlquiz start {shell_word(str(there))}")
    elif app.desk.other is not None:
        with Desk(here=app.desk.other, course=app.desk.course_root) as before:
            whole = overview(before)
        app.say(f"You also have {app.desk.other}, with {whole.earned:g} of {whole.possible:g} points.")
        app.say(f"To go on there: dlquiz start {shell_word(str(app.desk.other))}")
    elif named is None and here != workspace.root:
        app.say(f"You had it already. For another one here, beginning at zero: dlquiz start {shell_word(str(here))}")


def _say_json(app: "App", workspace: "Workspace", *, resumed: bool, following: str) -> None:
    files = [
        {
            "exercise": one.exercise_id,
            "file": str(one.file),
            "action": one.action,
            "new": None if one.new_file is None else str(one.new_file),
        }
        for one in workspace.delivered
    ]
    app.say_json(
        {
            "format_version": 1,
            "workspace": str(workspace.root),
            "resumed": resumed,
            "files": files,
            "next": following,
        }
    )


def _say_changes(app: "App", workspace: "Workspace") -> None:
    from dlquiz.study.workspace import Delivery

    for one in workspace.delivered:
        if one.action is Delivery.BESIDE:
            what = f"The file {one.file.name}" if one.shipped else "The start file"
            app.say(f"\n{what} of {one.exercise_id} has changed. Yours is as you left it.")
            app.say(f"The new one: {one.new_file}")
        elif one.action is Delivery.UPDATED and not one.shipped:
            app.say(f"\n{one.exercise_id}: you had not begun, so you have the newest start file.")
