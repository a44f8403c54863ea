"""``dlquiz quiz``: take a quiz, or list them."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.errors import ContentError, UsageError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz
    from dlquiz.render.quiz import QuizRow

_FLAGS = ("--plain", "--trust-course")


class QuizGroup(click.Group):
    """``dlquiz quiz ID`` beside ``dlquiz quiz list``: what is no subcommand is the id of a quiz."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send everything that names no subcommand to ``take``."""
        named = next((arg for arg in args if arg not in _FLAGS), None)
        if named not in self.commands and named not in ctx.help_option_names:
            args = ["take", *args]
        return super().parse_args(ctx, args)

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the form that people type."""
        formatter.write_usage(ctx.command_path, "[ID] [OPTIONS]")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the options of taking a quiz here too: nobody looks for them behind a hidden name."""
        with formatter.section("Options"):
            records = (p.get_help_record(ctx) for p in take.get_params(ctx) if isinstance(p, click.Option))
            formatter.write_dl([record for record in records if record is not None])
        self.format_commands(ctx, formatter)


class TakeCommand(click.Command):
    """The command behind ``dlquiz quiz ID``; its own name is not shown."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the form that people type."""
        formatter.write_usage(ctx.command_path.removesuffix(" take"), "[ID] [OPTIONS]")


@click.group(cls=QuizGroup)
def quiz() -> None:
    """Take a quiz on the words and ideas.

    ID is the id of a quiz, or the path of a quiz file (FILE.yaml). Without ID: the quiz that you have begun, else the
    next one that you have not finished. Stop at any time with q or Ctrl-C; the same command goes on where you stopped.

    \b
    Example:
        dlquiz quiz list
        dlquiz quiz training-words
        dlquiz quiz training-words --answers my-answers.yaml --json
    """


@quiz.command(cls=TakeCommand, hidden=True)
@click.argument("quiz_id", metavar="[ID]", required=False)
@click.option("--seed", metavar="N", type=click.IntRange(0, 2**63 - 1), help="Draw and shuffle as this seed does.")
@click.option("--new", is_flag=True, help="Begin anew, also if a sitting is open.")
@click.option(
    "--answers",
    "answers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Mark the answers in this JSON or YAML file: {question id: answer}.",
)
@click.option("--json", "as_json", is_flag=True, help="With --answers: print one JSON document.")
@click.pass_obj
def take(app: "App", quiz_id: str | None, seed: int | None, new: bool, answers: Path | None, as_json: bool) -> None:
    """Take a quiz on the words and ideas.

    \b
    Example:
        dlquiz quiz training-words
    """
    if as_json and answers is None:
        raise UsageError("--json needs --answers FILE.", next_step="dlquiz quiz list --json   (lists the quizzes)")
    if answers is not None and (quiz_id is None or new or seed is not None):
        raise UsageError("--answers needs the id of a quiz, and neither --seed nor --new.")
    if quiz_id is None:
        quiz_id = _next_quiz(app)
        if quiz_id is None:
            _print_list(app)
            return
    key, found = _load(app, quiz_id)
    if answers is not None:
        from dlquiz.cli._quiz_file import mark_file

        raise SystemExit(mark_file(app, quiz_id, found, answers, as_json=as_json))
    from dlquiz.cli._quiz_sitting import take as take_sitting

    raise SystemExit(take_sitting(app, key, found, seed, new=new))


@quiz.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def list_(app: "App", as_json: bool) -> None:
    """List the quizzes, with your best score.

    \b
    Example:
        dlquiz quiz list
    """
    if not as_json:
        _print_list(app)
        return
    rows, broken = _rows(app)
    quizzes = [
        {"id": r.id, "title": r.title, "questions": r.questions, "best": r.best, "started": r.started} for r in rows
    ]
    app.say_json({"format_version": 1, "quizzes": quizzes})
    if broken:
        raise broken


def _print_list(app: "App") -> None:
    from dlquiz.cli._quiz_sitting import look_of
    from dlquiz.render.quiz import list_lines

    rows, broken = _rows(app)
    for line in list_lines(rows, look_of(app)):
        app.say(line)
    if broken:
        raise broken
    if not rows:
        app.say("This course has no quizzes.")
        return
    first = next((row for row in rows if row.started or row.best is None), rows[0])
    app.say_next(f"dlquiz quiz {first.id}")


def _rows(app: "App") -> "tuple[list[QuizRow], ContentError | None]":
    """Return one row per quiz that can be read, and what is wrong with the first that cannot."""
    from dlquiz.render.quiz import QuizRow

    rows: list[QuizRow] = []
    broken: ContentError | None = None
    for quiz_id in app.course.quiz_ids():
        try:
            found = app.course.quiz(quiz_id)
        except ContentError as error:
            # One author's mistake must not hide the other quizzes.
            broken = broken or error
            continue
        started = bool(app.progress and app.progress.open_sitting(quiz_id))
        rows.append(QuizRow(quiz_id, found.title, len(found.questions), _best(app, quiz_id, found), started))
    return rows, broken


def _best(app: "App", quiz_id: str, found: "Quiz") -> float | None:
    """Return the best share of points of a finished sitting, from the stored answers."""
    if app.progress is None:
        return None
    points = {question.id: question.points for question in found.questions}
    earned: dict[str, tuple[float, float, int]] = {}
    for answer in app.progress.answers(quiz_id):
        worth = points.get(answer.question_id, 1.0)
        got, of, count = earned.get(answer.sitting_id, (0.0, 0.0, 0))
        earned[answer.sitting_id] = (got + answer.score * worth, of + worth, count + 1)
    # A sitting that was broken off says little: only whole ones count.
    whole = found.draw or len(found.questions)
    return max((got / of for got, of, count in earned.values() if count >= whole), default=None)


def _next_quiz(app: "App") -> str | None:
    """Return the quiz that was begun, else the first unfinished one; None without a workspace or when all are done."""
    if app.progress is None:
        return None
    ids = app.course.quiz_ids()
    finished = app.progress.finished_quizzes()
    begun = next((i for i in ids if app.progress.open_sitting(i)), None)
    return begun or next((i for i in ids if i not in finished), None)


def _load(app: "App", quiz_id: str) -> "tuple[str, Quiz]":
    """Return the quiz and the key of its sittings: a quiz file is kept apart from a course's quiz of the same name."""
    if quiz_id.endswith((".yaml", ".yml")) or "/" in quiz_id:
        from dlquiz.content import load_quiz

        path = Path(quiz_id)
        if not path.is_file():
            raise UsageError(f"There is no file {quiz_id}.", next_step="dlquiz quiz list   (lists the quizzes)")
        return str(path.resolve()), load_quiz(path)
    return quiz_id, app.course.quiz(quiz_id)
