"""``dlquiz doctor``: what this machine can do, what is missing, and what to install."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.checkup import Point


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Check this machine: what works, what is missing, what to install.

    Exit code 1 means that something which dlquiz needs is missing; what is only
    useful does not count.

    \b
    Example:
        dlquiz doctor
        dlquiz doctor --json
    """
    from dlquiz.study.checkup import checkup

    app: App = ctx.obj
    points = checkup(app.desk)
    missing = [point for point in points if point.needed and not point.ok]
    if as_json:
        app.say_json({"format_version": 1, "ok": not missing, "checks": [asdict(point) for point in points]})
    else:
        _print(app, points)
        app.say("Something that dlquiz needs is missing." if missing else "\nEverything that dlquiz needs is here.")
        app.say_next("dlquiz next" if _has_workspace(app) else "dlquiz start")
    ctx.exit(1 if missing else 0)


def _has_workspace(app: "App") -> bool:
    """Say whether there is a workspace; a broken one counts as none here, because its own line says so."""
    from dlquiz.errors import DlquizError

    try:
        return app.desk.workspace is not None
    except DlquizError:
        return False


def _print(app: "App", points: "list[Point]") -> None:
    from dlquiz.render.layout import filled

    width = max(len(point.name) for point in points)
    for point in points:
        mark, colour = ("ok", "green") if point.ok else ("MISSING", "red") if point.needed else ("-", "yellow")
        styled = click.style(f"{mark:<7}", fg=colour) if app.colour else f"{mark:<7}"
        beside = width + 11
        if max(map(len, point.detail.split()), default=0) > app.width - beside:
            # A path that no column holds: below the name there is room for it.
            app.echo(f"{styled}  {point.name}")
            lines, beside = filled(point.detail, app.width - 9).split("\n"), 9
        else:
            first, *lines = filled(point.detail, app.width - beside).split("\n")
            app.echo(f"{styled}  {point.name.ljust(width)}  {first}")
        for line in lines:
            app.echo(" " * beside + line)
        if point.fix and not point.ok:
            app.say(" " * beside + point.fix)
