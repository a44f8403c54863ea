"""``dlquiz demo``: the main job from beginning to end, in a folder that is thrown away."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command()
@click.option("--keep", is_flag=True, help="Keep the folder and say where it is.")
@click.pass_context
def demo(ctx: click.Context, keep: bool) -> None:
    """See the whole thing work: a mistake, its diagnosis, the fix, full points.

    Nothing is asked, nothing of yours is touched. Exit code 0 means that every
    step behaved as it should.

    \b
    Example:
        dlquiz demo
    """
    app: App = ctx.obj
    if keep:
        ctx.exit(_give(app, Path(tempfile.mkdtemp(prefix="dlquiz-demo-")), keep=True))
    with tempfile.TemporaryDirectory(prefix="dlquiz-demo-") as folder:
        code = _give(app, Path(folder), keep=False)
    ctx.exit(code)


def _give(app: "App", folder: Path, *, keep: bool) -> int:
    from dlquiz.cli._tour import Tour

    tour = Tour(app, folder)
    tour.run()
    if keep:
        app.say(f"The folder of this demo: {folder}")
    for surprise in tour.surprises:
        app.warn(f"Not as it should be: {surprise}.")
    if tour.surprises:
        app.say_next("dlquiz doctor", "says what this machine cannot do")
        return 4
    app.say("\nThat is dlquiz: lesson, edit, grade, and a reason for every lost point.")
    app.say_next("dlquiz start", "makes your own folder")
    return 0
