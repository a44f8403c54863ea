"""``dlquiz quiz check``: every mistake of a quiz file at once, and what its code really prints."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._quiz_findings import FORMAT, Told, number, tell
from dlquiz.errors import ContentError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.quiz.running import Runner


@dataclass
class Tally:
    """What was read, and what was found."""

    found: list[Told] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    files: int = 0
    variants: int = 0
    parametric: int = 0
    ran: int = 0

    @property
    def questions(self) -> int:
        """How many questions could be read."""
        return self.kinds.total()


@click.command("check")
@click.argument("quizzes", metavar="[FILE|ID]...", nargs=-1)
@click.option("--no-run", is_flag=True, help="Do not run the code of output questions.")
@FORMAT
@click.pass_context
def command(ctx: click.Context, quizzes: tuple[str, ...], no_run: bool, form: str) -> None:
    """Find every mistake in quiz files.

    Every variant of every question is made, and the code of every output question is run in the sandbox (10 s at
    most) and compared with its answer. Without a name: all quizzes of the course. Exit code 3 means that there is
    something to repair.

    \b
    Example:
        dlquiz quiz check my-quiz.yaml
        dlquiz quiz check training-words --no-run --format json
    """
    from dlquiz.cli._quiz_files import paths
    from dlquiz.quiz.running import Runner

    app: App = ctx.obj
    tally = Tally()
    listed = paths(app, quizzes)
    with Runner() as runner:
        for path in listed:
            _check(path, tally, None if no_run else runner)
    tell(app, form, tally.found, _counts(tally), _sentence(tally))
    names = " ".join(quizzes)
    if tally.found:
        app.say_next(" ".join(["dlquiz quiz check", *quizzes]), "when you have repaired it", err=True)
    elif len(quizzes) == 1:
        app.say_next(f"dlquiz quiz lint {names}", "rules for good questions", err=True)
    else:
        app.say_next(f"dlquiz quiz lint {names}".rstrip(), "rules for good questions", err=True)
    ctx.exit(3 if tally.found else 0)


def _check(path: Path, tally: Tally, runner: "Runner | None") -> None:
    from dlquiz.content import load_quiz
    from dlquiz.model.params import variants

    tally.files += 1
    try:
        quiz = load_quiz(path)
    except ContentError as error:
        tally.found += map(Told.mistake, error.findings)
        return
    for question in quiz.questions:
        tally.kinds[question.kind] += 1
        tally.parametric += bool(question.params)
        tally.variants += len(variants(question))
    if runner is not None and any(question.kind == "output" for question in quiz.questions):
        tally.found += _run(path, quiz, tally, runner)


def _run(path: Path, quiz: "Quiz", tally: Tally, runner: "Runner") -> list[Told]:
    from dlquiz.model.codes import Code
    from dlquiz.model.params import variants
    from dlquiz.quiz.lint.places import find
    from dlquiz.quiz.running import stale
    from dlquiz.yamlfile import read_document

    document = read_document(path)
    found = []
    tally.ran += sum(len(variants(question)) for question in quiz.questions if question.kind == "output")
    for one in stale(quiz.questions, runner):
        place = find(document, one.question.id, ("code" if one.failed else "answer",))
        simple = not one.failed and not one.variant and "\n" not in one.printed.strip()
        help = f"write answer: {one.printed.strip()}" if simple else ""
        finding = document.finding(place, Code.OUTPUT, f"question '{one.question.id}': {one.message}", help)
        found.append(Told.mistake(finding))
    return found


def _counts(tally: Tally) -> dict[str, int]:
    return {
        "files": tally.files,
        "questions": tally.questions,
        "variants": tally.variants,
        "outputs_run": tally.ran,
        **{f"kind_{kind}": count for kind, count in sorted(tally.kinds.items())},
    }


def _sentence(tally: Tally) -> str:
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in tally.kinds.most_common())
    if tally.found:
        return f"{number(len(tally.found), 'mistake')} in {number(tally.files, 'file')}."
    text = f"{number(tally.files, 'file')}, {number(tally.questions, 'question')} fine: {kinds}."
    if tally.parametric:
        text += f" With their parameters they are {number(tally.variants, 'question')}."
    if tally.ran:
        text += f" {number(tally.ran, 'program')} printed what the answer says."
    return text
