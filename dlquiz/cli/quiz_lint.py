"""``dlquiz quiz lint``: rules for good questions."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._quiz_findings import FORMAT, Told, number, tell
from dlquiz.errors import ContentError, UnknownName

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.quiz.lint.rule import Sheet
    from dlquiz.quiz.lint.run import Broken
    from dlquiz.yamlfile import Document


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
    from dlquiz.cli._quiz_files import paths
    from dlquiz.quiz.lint.registry import RULES
    from dlquiz.quiz.lint.rule import Bank
    from dlquiz.quiz.lint.run import lint

    app: App = ctx.obj
    for name in (*ignored, *([explained] if explained and explained != "all" else [])):
        if name not in RULES:
            raise UnknownName(f"There is no rule '{name}'.", next_step="dlquiz quiz lint --explain all")
    if explained:
        _explain(app, list(RULES) if explained == "all" else [explained])
        return
    sheets: list[Sheet] = []
    documents: dict[str, Document] = {}
    told: list[Told] = []
    lines: dict[tuple[str, str], int] = {}
    for path in paths(app, quizzes):
        try:
            sheet, document = _read(path, lines)
        except ContentError as error:
            told += map(Told.mistake, error.findings)
            continue
        sheets.append(sheet)
        if document is not None:
            documents[sheet.name] = document
    unread = bool(told)
    broken = lint(Bank(tuple(sheets), whole=not quizzes), ignored=ignored)
    if run and "code-output-stale" not in ignored:
        broken += _stale(sheets)
    told += [_told(one, documents, lines) for one in broken]
    order = {(sheet.name, one.id): place for sheet in sheets for place, one in enumerate(sheet.quiz.questions)}
    told.sort(key=lambda one: (one.file, one.line, one.column, order.get((one.file, one.question), 0)))
    questions = sum(len(sheet.quiz.questions) for sheet in sheets)
    counts = {"files": len(sheets), "questions": questions}
    summed = f"{number(questions, 'question')} in {number(len(sheets), 'file')}: {number(len(told), 'finding')}."
    tell(app, form, told, counts, summed)
    if told:
        again = " ".join(["dlquiz quiz lint", *quizzes])
        app.say_next(again, "when you have repaired it; --explain RULE says why a rule exists", err=True)
    elif len(quizzes) == 1:
        app.say_next(f"dlquiz quiz preview {quizzes[0]}", "as learners will see it", err=True)
    ctx.exit(3 if unread else 1 if told else 0)


def _read(path: Path, lines: dict[tuple[str, str], int]) -> "tuple[Sheet, Document | None]":
    """Read a quiz of ours with the places in its file, or one of another program."""
    from dlquiz.cli._quiz_files import is_ours
    from dlquiz.content import load_quiz
    from dlquiz.quiz.lint.foreign import read_foreign
    from dlquiz.quiz.lint.rule import Sheet
    from dlquiz.yamlfile import read_document, shown_path

    if is_ours(path):
        quiz = load_quiz(path)
        return Sheet(shown_path(path), quiz), read_document(path)
    sheet, found = read_foreign(path)
    lines |= {(sheet.name, name): line for name, line in found.items()}
    return sheet, None


def _stale(sheets: "list[Sheet]") -> "tuple[Broken, ...]":
    from dlquiz.quiz.lint.registry import RULES
    from dlquiz.quiz.lint.rule import Hit
    from dlquiz.quiz.lint.run import Broken
    from dlquiz.quiz.running import Runner, stale

    rule = RULES["code-output-stale"]
    broken = []
    with Runner() as runner:
        for sheet in sheets:
            wanted = [question for question in sheet.quiz.questions if rule.id not in question.ignore]
            for one in stale(wanted, runner):
                path = ("code" if one.failed else "answer",)
                broken.append(Broken(sheet.name, rule, Hit(one.message, "", path, question=one.question.id)))
    return tuple(broken)


def _told(one: "Broken", documents: "dict[str, Document]", lines: dict[tuple[str, str], int]) -> Told:
    from dlquiz.model.codes import Code
    from dlquiz.quiz.lint.places import find
    from dlquiz.quiz.lint.registry import link

    hit, rule = one.hit, one.rule
    line, column, excerpt = lines.get((one.sheet, hit.question), 0), 0, ""
    document = documents.get(one.sheet)
    if document is not None:
        place = find(document, hit.question, hit.path, at_key=hit.at_key)
        line, column = place.line, place.column
        excerpt = document.finding(place, Code.OTHER, "").excerpt
    elif line:
        column = 1
    return Told(
        one.sheet, line, column, rule.severity, rule.id, hit.question, hit.message, hit.help, link(rule.id), excerpt
    )


def _explain(app: "App", names: list[str]) -> None:
    from dlquiz.cli._quiz_asking import look_of
    from dlquiz.quiz.lint.registry import RULES
    from dlquiz.render.quiz import flow

    look = look_of(app)
    for name in names:
        rule = RULES[name]
        app.say(f"{rule.id} ({rule.severity})", bold=True)
        for line in (
            *flow(rule.what, look, first="  "),
            *flow(rule.why, look, first="  Why: ", rest="    "),
            *flow(rule.source, look, first="  Source: ", rest="    "),
        ):
            app.say(line)
