"""``dlquiz demo``: the main job from beginning to end, in a folder that is thrown away."""

import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._tour import Tour


@click.command()
@click.option("--keep", is_flag=True, help="Keep the folder and say where it is.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document; the demo goes to standard error.")
@click.pass_context
def demo(ctx: click.Context, keep: bool, as_json: bool) -> None:
    """See the whole thing work: a mistake, its diagnosis, the fix, full points.

    Nothing is asked, nothing of yours is touched. Exit code 0 means that every
    step behaved as it should.

    \b
    Example:
        dlquiz demo
    """
    app: App = ctx.obj
    if keep:
        ctx.exit(_give(app, Path(tempfile.mkdtemp(prefix="dlquiz-demo-")), keep=True, as_json=as_json))
    with tempfile.TemporaryDirectory(prefix="dlquiz-demo-") as folder:
        code = _give(app, Path(folder), keep=False, as_json=as_json)
    ctx.exit(code)


def _give(app: "App", folder: Path, *, keep: bool, as_json: bool) -> int:
    from dlquiz.cli._tour import Tour

    tour = Tour(app, folder, aside=as_json)
    tour.run()
    if as_json:
        _say_json(app, tour, folder if keep else None)
        return 4 if tour.surprises else 0
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


def _say_json(app: "App", tour: "Tour", kept: Path | None) -> None:
    app.say_json(
        {
            "format_version": 1,
            "passed": not tour.surprises,
            "commands": [asdict(one) for one in tour.commands],
            "surprises": tour.surprises,
            "folder": None if kept is None else str(kept),
            "next": "dlquiz doctor" if tour.surprises else "dlquiz start",
        }
    )
