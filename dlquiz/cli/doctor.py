"""``dlquiz doctor``: what this machine can do, what is missing, and what to install."""

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._checkup import Finding


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
    from dlquiz.cli import _checkup

    app: App = ctx.obj
    findings = [
        *_checkup.python(),
        *_checkup.packages(),
        *_checkup.machine(),
        *_checkup.data_sets(),
        *_about(app),
    ]
    missing = [finding for finding in findings if finding.needed and not finding.ok]
    if as_json:
        rows = [asdict(finding) for finding in findings]
        app.say_json({"format_version": 1, "ok": not missing, "checks": rows})
    else:
        _print(app, findings)
        app.say("Something that dlquiz needs is missing." if missing else "\nEverything that dlquiz needs is here.")
        app.say_next("dlquiz next" if app_has_workspace(app) else "dlquiz start")
    ctx.exit(1 if missing else 0)


def app_has_workspace(app: "App") -> bool:
    """Say whether there is a workspace; a broken one counts as none here, because its own line says so."""
    from dlquiz.errors import DlquizError

    try:
        return app.workspace is not None
    except DlquizError:
        return False


def _print(app: "App", findings: "list[Finding]") -> None:
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        mark, colour = ("ok", "green") if finding.ok else ("MISSING", "red") if finding.needed else ("-", "yellow")
        styled = click.style(f"{mark:<7}", fg=colour) if app.colour else f"{mark:<7}"
        click.echo(f"{styled}  {finding.name.ljust(width)}  {finding.detail}", color=app.colour)
        if finding.fix and not finding.ok:
            app.say(f"{'':<{width + 11}}{finding.fix}")


def _about(app: "App") -> "list[Finding]":
    from dlquiz.cli._checkup import Finding
    from dlquiz.errors import DlquizError

    def probe(name: str, look: Callable[[], str], *, needed: bool) -> Finding:
        try:
            return Finding(name, True, look(), needed=needed)
        except DlquizError as error:
            return Finding(name, False, error.message, error.next_step, needed=needed)

    def course() -> str:
        return f"{app.course.manifest.title} {app.course.manifest.version}, {len(app.course.exercise_ids())} exercises"

    def workspace() -> str:
        return f"{app.workspace.root}" if app.workspace else "none yet; dlquiz start makes it"

    def store() -> str:
        if app.workspace is None:
            return "none yet"
        from dlquiz.progress import Progress

        with Progress(app.workspace.store) as progress:
            return " ".join(progress.notes) or "readable and writable"

    return [
        probe("course", course, needed=True),
        probe("workspace", workspace, needed=False),
        probe("progress", store, needed=False),
    ]
