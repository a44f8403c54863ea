"""``dlquiz quiz check``: every mistake of a quiz file at once, and what its code really prints."""

from typing import TYPE_CHECKING

import click

from dlquiz.cli._quiz_findings import FORMAT, tell
from dlquiz.text import shell_words

if TYPE_CHECKING:
    from dlquiz.authoring.quiz_check import Checked
    from dlquiz.cli._app import App


@click.command("check")
@click.argument("quizzes", metavar="[FILE|ID]...", nargs=-1)
@click.option("--no-run", is_flag=True, help="Do not run the code of output questions.")
@FORMAT
@click.pass_context
def command(ctx: click.Context, quizzes: tuple[str, ...], no_run: bool, form: str) -> None:
    """Find every mistake in quiz files.

    Every variant of every question is made, and the code of every output question is run in the sandbox (10 s at
    most) and compared with its answer. Without a name: all quizzes of the course. Exit code 3 means that there is
    something to repair, 4 that some code could not be run here.

    \b
    Example:
        dlquiz quiz check my-quiz.yaml
        dlquiz quiz check training-words --no-run --format json
    """
    from dlquiz.authoring.quiz_check import check_quizzes
    from dlquiz.authoring.quiz_files import quiz_files
    from dlquiz.quiz.code_runner import left_undone

    app: App = ctx.obj
    checked = check_quizzes(quiz_files(app.desk.course, quizzes), run=not no_run)
    tell(app, form, checked.found, _counts(checked), _sentence(checked))
    for text in checked.doubts:
        app.warn(f"Note: {text}")
    undone = left_undone(checked.not_run)
    for text in filter(None, (undone, checked.machine)):
        app.warn(f"Not checked: {text}")
    if checked.found:
        app.say_next(shell_words("dlquiz", "quiz", "check", *quizzes), "when you have repaired it", err=True)
    elif checked.files:
        app.say_next(shell_words("dlquiz", "quiz", "lint", *quizzes), "rules for good questions", err=True)
    else:
        app.say_next("dlquiz dev new quiz my-quiz", "writes a quiz to begin with", err=True)
    ctx.exit(3 if checked.found else 4 if undone or checked.machine else 0)


def _counts(checked: "Checked") -> dict[str, int]:
    return {
        "files": checked.files,
        "questions": checked.questions,
        "variants": checked.variants,
        "outputs_run": checked.ran,
        "outputs_not_run": checked.not_run.total(),
        **{f"kind_{kind}": count for kind, count in sorted(checked.kinds.items())},
    }


def _sentence(checked: "Checked") -> str:
    from dlquiz.render.findings import counted

    kinds = ", ".join(f"{count:,} {kind}" for kind, count in checked.kinds.most_common())
    if not checked.files:
        return "This course has no quizzes."
    if checked.found:
        return f"{counted(len(checked.found), 'mistake')} in {counted(checked.files, 'file')}."
    text = f"{counted(checked.files, 'file')}, {counted(checked.questions, 'question')} fine: {kinds}."
    if checked.parametric:
        text += f" With their parameters they are {counted(checked.variants, 'question')}."
    if checked.ran:
        text += f" {counted(checked.ran, 'program')} printed what the answer says."
    return text
