"""``dlquiz quiz lint``: rules for good questions."""

from typing import TYPE_CHECKING

import click

from dlquiz.cli._quiz_findings import FORMAT, tell
from dlquiz.text import shell_words

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command("lint")
@click.argument("quizzes", metavar="[FILE|ID]...", nargs=-1)
@click.option("--ignore", "ignored", metavar="RULE", multiple=True, help="Leave this rule out; may be repeated.")
@click.option("--run", is_flag=True, help="Also run the code of output questions and compare (code-output-stale).")
@click.option("--explain", "explained", metavar="RULE", help="Say what a rule finds and why, or 'all'; read no quiz.")
@FORMAT
@click.pass_context
def command(
    ctx: click.Context, quizzes: tuple[str, ...], ignored: tuple[str, ...], run: bool, explained: str | None, form: str
) -> None:
    """Apply the rules for good questions.

    A rule is switched off for one question with ignore: [RULE] in the file. Files of other programs are read as
    'dlquiz quiz import' reads them. Without a name: all quizzes of the course. Exit code 1 means that something was
    found, 3 that a file cannot be read.

    \b
    Example:
        dlquiz quiz lint
        dlquiz quiz lint my-quiz.yaml --ignore key-longest
        dlquiz quiz lint --explain clang
    """
    from dlquiz.authoring.quiz_files import quiz_files
    from dlquiz.authoring.quiz_lint import lint_quizzes, want_rules
    from dlquiz.exchange.foreign import read_foreign
    from dlquiz.quiz.code_runner import left_undone
    from dlquiz.render.findings import counted

    app: App = ctx.obj
    want_rules((*ignored, *([explained] if explained and explained != "all" else ())))
    if explained:
        _explain(app, explained)
        return
    linted = lint_quizzes(
        quiz_files(app.desk.course, quizzes), read_foreign=read_foreign, ignored=ignored, run=run, whole=not quizzes
    )
    read = f"{counted(linted.questions, 'question')} in {counted(linted.files, 'file')}"
    summed = f"{read}: {counted(len(linted.found), 'finding')}."
    tell(app, form, linted.found, {"files": linted.files, "questions": linted.questions}, summed)
    if undone := left_undone(linted.not_run):
        app.warn(f"Not checked: {undone}")
    if linted.found:
        again = shell_words("dlquiz", "quiz", "lint", *quizzes)
        app.say_next(again, "when you have repaired it; --explain RULE says why a rule exists", err=True)
    elif len(quizzes) == 1:
        app.say_next(shell_words("dlquiz", "quiz", "preview", quizzes[0]), "as learners will see it", err=True)
    ctx.exit(3 if linted.unread else 1 if linted.found else 0)


def _explain(app: "App", explained: str) -> None:
    """Say what a rule finds and why, or ``all`` of them."""
    from dlquiz.cli._quiz_asking import look_of
    from dlquiz.quiz.lint.registry import RULES
    from dlquiz.render.quiz import flow

    look = look_of(app)
    for rule in RULES.values() if explained == "all" else [RULES[explained]]:
        app.say(f"{rule.id} ({rule.severity})", bold=True)
        for line in (
            *flow(rule.what, look, first="  "),
            *flow(rule.why, look, first="  Why: ", rest="    "),
            *flow(rule.source, look, first="  Source: ", rest="    "),
        ):
            app.say(line)
