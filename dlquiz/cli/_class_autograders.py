"""``dlquiz class gradescope`` and ``class classroom50``: autograders for where learners hand in."""

from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, FEEDBACK

if TYPE_CHECKING:
    from dlquiz.cli._app import App

_ISOLATION = click.option(
    "--isolation", type=click.Choice(["kernel", "process"]), default="kernel", show_default=True,
    help="How strong the wall must be there; without it nothing is graded.",
)  # fmt: skip


@click.command("gradescope")
@click.argument("exercise", metavar="EXERCISE")
@click.option("--to", "target", metavar="FILE", default="autograder.zip", show_default=True, help="A new file.")
@FEEDBACK
@_ISOLATION
@AS_JSON
@click.pass_context
def gradescope(ctx: click.Context, exercise: str, target: str, level: str, isolation: str, as_json: bool) -> None:
    """Write an autograder for Gradescope: this program and course, in a zip.

    Their container installs it with the versions that are installed here, and
    grades each submission behind our wall. The file holds the hidden checks and
    the solutions: upload it, and give it to nobody.

    \b
    Example:
        dlquiz class gradescope exercise3 --to autograder.zip
    """
    from dlquiz.cli import _class_autograder as work

    app: App = ctx.obj
    size = work.write_gradescope(app, app.desk.exercise_id(exercise), target, level, isolation)
    if as_json:
        app.say_json({"format_version": 1, "file": target, "bytes": size})
        return
    app.say(f"For Gradescope (Configure Autograder, Zip file upload): {target}, {size / 1e6:.1f} MB")


@click.command("classroom50")
@click.argument("exercise", metavar="EXERCISE")
@click.option("--to", "target", metavar="DIR", default="autograder", show_default=True, help="A new folder.")
@FEEDBACK
@_ISOLATION
@AS_JSON
@click.pass_context
def classroom50(ctx: click.Context, exercise: str, target: str, level: str, isolation: str, as_json: bool) -> None:
    """Write an autograder for Classroom 50: autograder.py and what it installs.

    It grades the learner's repository behind our wall and writes result.json,
    with points as whole numbers. The folder holds the hidden checks and the
    solutions: it belongs into the private repository of the classroom.

    \b
    Example:
        dlquiz class classroom50 exercise3 --to autograder
    """
    from dlquiz.cli import _class_autograder as work

    app: App = ctx.obj
    names = work.write_classroom50(app, app.desk.exercise_id(exercise), target, level, isolation)
    if as_json:
        app.say_json({"format_version": 1, "folder": target, "files": names})
        return
    app.say(f"For Classroom 50: {target} ({', '.join(names)})")
