"""``dlquiz next``: one line that says what to do."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command("next")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def next(app: "App", as_json: bool) -> None:
    """Say what to do next.

    \b
    Example:
        dlquiz next
    """
    from dlquiz.cli._journey import advise

    if app.workspace is None:
        kind, subject, command, why = "start", "", "dlquiz start", "makes the folder for your work"
    else:
        advice = advise(app.course, app.progress)
        kind, subject, command, why = advice.kind, advice.subject, advice.command, advice.why
    if as_json:
        app.say_json({"format_version": 1, "kind": kind, "subject": subject, "command": command, "why": why})
        return
    if kind == "exercise":
        app.say(click.wrap_text(f"Exercise {subject}: {app.course.exercise(subject).summary.strip()}", width=app.width))
        app.say(f"Your file: {app.need_workspace().file(subject)}")
    elif kind == "quiz":
        app.say(f"Quiz {subject}: {app.course.quiz(subject).title}")
    app.say_next(command, why)
