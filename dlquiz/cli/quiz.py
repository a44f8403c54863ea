"""``dlquiz quiz``: take a quiz, or list them."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.errors import UsageError

if TYPE_CHECKING:
    from dlquiz.cli._app import App

_FLAGS = ("--plain", "--trust-course")

SUBCOMMANDS = {
    "analyse": "Say how well the questions of a quiz work, from the answers of a class.",
    "check": "Find every mistake in quiz files.",
    "export": "Write a quiz in the format of another program.",
    "import": "Turn a quiz file of another program into one of ours.",
    "lint": "Apply the rules for good questions.",
    "parsons": "Make puzzles of lines from the solution of an exercise.",
    "preview": "Show a quiz as learners will see it, with every answer.",
    "schema": "Print the JSON Schema of the quiz file.",
    "stats": "Show what you know, and what is due for review.",
}
"""Every subcommand with a module of its own, ``quiz_<name>.py`` with a click command called ``command``, and its one
sentence: so that help imports none of them. A test compares the sentences."""

_ELSEWHERE = {"import": ("quiz_exchange", "import_"), "export": ("quiz_exchange", "export")}
"""Subcommands that share a module: its name, and the name of the command in it."""


class QuizGroup(click.Group):
    """``dlquiz quiz ID`` beside ``dlquiz quiz list``: what is no subcommand is the id of a quiz."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return ``list``, and the subcommands that have modules of their own."""
        return [name for name in self.commands if not self.commands[name].hidden] + list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one subcommand."""
        if cmd_name not in SUBCOMMANDS:
            return super().get_command(ctx, cmd_name)
        from dlquiz.cli import add_common_options

        module, attribute = _ELSEWHERE.get(cmd_name, (f"quiz_{cmd_name}", "command"))
        command: click.Command = getattr(import_module(f"dlquiz.cli.{module}"), attribute)
        add_common_options(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the subcommands without importing them."""
        own = [(name, command.get_short_help_str(80)) for name, command in self.commands.items() if not command.hidden]
        with formatter.section("Commands"):
            formatter.write_dl([*own, *SUBCOMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send everything that names no subcommand to ``take``."""
        words = iter(args)
        # `--course` takes the next word with it.
        named = next(
            (word for word in words if word not in _FLAGS and (word != "--course" or not next(words, ""))), None
        )
        if named not in (*self.commands, *SUBCOMMANDS) and named not in ctx.help_option_names:
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
    In an exam, > leaves a question for later, < and #3 go back, and answers can be changed until the end. A quiz that
    is called like one of the commands below is taken by its path.

    \b
    Example:
        dlquiz quiz list
        dlquiz quiz training-words
        dlquiz quiz training-words --exam --minutes 10
        dlquiz quiz training-words --answers my-answers.yaml --json
    """


@quiz.command(cls=TakeCommand, hidden=True)
@click.argument("quiz_id", metavar="[ID]", required=False)
@click.option("--seed", metavar="N", type=click.IntRange(0, 2**63 - 1), help="Draw and shuffle as this seed does.")
@click.option("--new", is_flag=True, help="Begin anew, also if a sitting is open.")
@click.option("--exam", is_flag=True, help="No hints, and no feedback before the end.")
@click.option("--minutes", metavar="N", type=click.IntRange(1, 10_000), help="With --exam: the time limit.")
@click.option("--no-sure", is_flag=True, help="Do not ask how sure you are of an answer.")
@click.option(
    "--answers",
    "answers",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Mark the answers in this JSON or YAML file: {question id: answer}.",
)
@click.option("--json", "as_json", is_flag=True, help="With --answers: print one JSON document.")
@click.pass_obj
def take(
    app: "App",
    quiz_id: str | None,
    seed: int | None,
    new: bool,
    exam: bool,
    minutes: int | None,
    no_sure: bool,
    answers: Path | None,
    as_json: bool,
) -> None:
    """Take a quiz on the words and ideas.

    \b
    Example:
        dlquiz quiz training-words
    """
    if as_json and answers is None:
        raise UsageError("--json needs --answers FILE.", next_step="dlquiz quiz list --json   (lists the quizzes)")
    if answers is not None and (quiz_id is None or new or exam):
        raise UsageError("--answers needs the id of a quiz, and neither --new nor --exam.")
    if minutes is not None and not exam:
        raise UsageError(
            "--minutes needs --exam.", next_step=f"dlquiz quiz {quiz_id or 'ID'} --exam --minutes {minutes}"
        )
    from dlquiz.content.course import load_quiz
    from dlquiz.study.quizzes import find_quiz, next_quiz

    if quiz_id is None:
        quiz_id = next_quiz(app.desk)
        if quiz_id is None:
            _print_list(app)
            return
    key, path = find_quiz(app.desk, quiz_id)
    if answers is not None:
        from dlquiz.cli._quiz_file import mark_file

        raise SystemExit(mark_file(app, quiz_id, load_quiz(path), answers, seed, as_json=as_json))
    from dlquiz.cli._quiz_sitting import take as take_sitting
    from dlquiz.study.taking import Wishes

    raise SystemExit(take_sitting(app, key, load_quiz(path), Wishes(seed, new, exam, minutes, signs=not no_sure)))


@quiz.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_obj
def list_(app: "App", as_json: bool) -> None:
    """List the quizzes, with your best score.

    \b
    Example:
        dlquiz quiz list
    """
    from dlquiz.study.quizzes import quiz_rows

    if not as_json:
        _print_list(app)
        return
    rows, broken = quiz_rows(app.desk)
    quizzes = [
        {"id": r.id, "title": r.title, "questions": r.questions, "best": r.best, "started": r.started} for r in rows
    ]
    app.say_json({"format_version": 1, "quizzes": quizzes})
    if broken:
        raise broken


def _print_list(app: "App") -> None:
    from dlquiz.cli._quiz_asking import look_of
    from dlquiz.render.quiz import list_lines
    from dlquiz.study.quizzes import quiz_rows

    rows, broken = quiz_rows(app.desk)
    for line in list_lines(rows, look_of(app)):
        app.say(line)
    if broken:
        raise broken
    if not rows:
        app.say("This course has no quizzes.")
        return
    first = next((row for row in rows if row.started or row.best is None), rows[0])
    app.say_next(f"dlquiz quiz {first.id}")
