"""``dlquiz start``: what a beginner meets first."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.workspace import DEFAULT_NAME, Delivery, Workspace, course_around, remember

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.argument("folder", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def start(app: "App", folder: str | None, as_json: bool) -> None:
    """Make a folder for your work, or continue with it.

    DIR is ./dlquiz-work if you name none; inside a workspace, that workspace;
    inside a course (such as a checkout of dlquiz), ~/dlquiz-work. No file that you changed is ever overwritten.

    \b
    Example:
        dlquiz start
        dlquiz start ~/deep-learning
    """
    from dlquiz.cli._journey import advise, journey, table
    from dlquiz.progress import Progress

    course = app.course
    root = Path(folder) if folder else _default_folder()
    resumed = (root / ".dlquiz" / "workspace.json").is_file()
    workspace = Workspace.create(root, course)
    remember(workspace)
    app.use(workspace)
    progress: Progress | None = app.progress
    steps = journey(course, progress)
    advice = advise(course, progress)
    if as_json:
        _say_json(app, workspace, resumed=resumed, following=advice.command)
        return
    welcome = f"Welcome back to {course.manifest.title}." if resumed else course.manifest.welcome.strip()
    app.say(click.wrap_text(welcome, width=app.width))
    app.say(f"\nYour folder: {workspace.root}\n")
    for line in table(steps):
        app.say(line)
    _say_changes(app, workspace)
    if advice.kind == "exercise":
        app.say(f"\nYou will edit: {workspace.file(advice.subject)}")
        app.say(f"Then type:     dlquiz grade {advice.subject}")
    app.say_next(advice.command, advice.why)


def _say_json(app: "App", workspace: Workspace, *, resumed: bool, following: str) -> None:
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


def _default_folder() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / ".dlquiz" / "workspace.json").is_file():
            return folder
    # In a checkout of the course, where whoever has just installed it stands, nothing may be put: go home instead.
    return (here if course_around(here) is None else Path.home()) / DEFAULT_NAME


def _say_changes(app: "App", workspace: Workspace) -> None:
    for one in workspace.delivered:
        if one.action is Delivery.BESIDE:
            app.say(f"\nThe start file of {one.exercise_id} has changed. Yours is as you left it.")
            app.say(f"The new one: {one.new_file}")
        elif one.action is Delivery.UPDATED:
            app.say(f"\n{one.exercise_id}: you had not begun, so you have the newest start file.")
