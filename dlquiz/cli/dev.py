"""``dlquiz dev``: what authors of a course need."""

import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.group()
def dev() -> None:
    """For authors: check a course, begin a quiz.

    \b
    Example:
        dlquiz dev check exercise3
        dlquiz dev new quiz my-quiz
    """


@dev.group()
def new() -> None:
    """Begin something new.

    \b
    Example:
        dlquiz dev new quiz my-quiz
    """


@new.command("quiz")
@click.argument("quiz_id", metavar="ID")
@click.pass_obj
def new_quiz(app: "App", quiz_id: str) -> None:
    """Write a quiz to begin with: one question of each kind, with comments.

    With --course DIR it becomes DIR/quizzes/ID.yaml, and the course has it at once. Without, it is written into the
    current folder, or into quizzes/ if this is the folder of the course. A file that is there is left alone.

    \b
    Example:
        dlquiz dev new quiz my-quiz
    """
    from pathlib import Path

    from dlquiz.authoring.new_quiz import write_quiz
    from dlquiz.cli.quiz import quiz
    from dlquiz.yamlfile import shown_path

    here = Path.cwd()
    own = not app.course.builtin or app.course.root == here.resolve()
    commands = frozenset(quiz.list_commands(click.get_current_context())) | {"take"}
    path = write_quiz(app.course.root / "quizzes" if own else here, quiz_id, commands)
    name = quiz_id if own else shown_path(path)
    app.say(f"Wrote {shown_path(path)}.")
    app.say()
    for command, why in (
        (f"dlquiz quiz check {name}", "finds every mistake"),
        (f"dlquiz quiz lint {name}", "rules for good questions"),
        (f"dlquiz quiz preview {name}", "as learners will see it"),
    ):
        app.say(f"  {command.ljust(34)} {why}")
    app.say_next(f"dlquiz quiz {name}", "take it")


@dev.command()
@click.argument("exercises", metavar="[ID]...", nargs=-1)
@click.option(
    "--seeds", type=click.IntRange(1, 1000), default=5, show_default=True, help="Grade the reference so often."
)
@click.option("--data", type=click.Choice(["digits", "mnist"]), help="Train on these images.  [default: digits]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def check(ctx: click.Context, exercises: tuple[str, ...], seeds: int, data: str | None, as_json: bool) -> None:
    """Prove that exercises are fair and their graders catch what they claim.

    The stub must fail politely, the reference and every right solution must get
    full points, and every wrong solution must lose exactly the cases that its
    docstring names. Without an ID: the whole course, quizzes included. Exit code
    3 means that there is something to repair.

    \b
    Example:
        dlquiz dev check
        dlquiz dev check exercise3 --seeds 20
    """
    from dlquiz.authoring.check import check_course
    from dlquiz.authoring.listing import as_document, as_text
    from dlquiz.cli._live import LiveLine

    app: App = ctx.obj
    ids = [app.exercise_id(text) for text in exercises]
    line = LiveLine(sys.stderr, enabled=app.live)

    def on_progress(done: int, total: int, text: str) -> None:
        line.show(f"{done} of {total} gradings: {text}")

    try:
        result = check_course(app.course, ids, seeds=seeds, data=data, on_progress=on_progress)
    finally:
        line.clear()
    if as_json:
        app.say_json(as_document(result))
    else:
        app.say(as_text(result))
    advice = ("dlquiz start", "try it as a learner would") if result.exit_code == 0 else _again(ids)
    app.say_next(*advice, err=as_json)
    ctx.exit(result.exit_code)


def _again(ids: list[str]) -> tuple[str, str]:
    return " ".join(["dlquiz dev check", *ids]), "when you have repaired it"
