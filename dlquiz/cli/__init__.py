"""The command line: one file per command, imported only when it is used.

``main`` is the entry point. This module imports click and nothing else that is
heavy; the sentence of each command stands here so that ``dlquiz --help`` imports no
command (a test compares them with the commands' own).
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from dlquiz import __version__
from dlquiz.errors import ContentError, DlquizError
from dlquiz.shortage import shortage

COMMANDS = {
    "demo": "See the whole thing work: a mistake, its diagnosis, the fix, full points.",
    "start": "Make a folder for your work, or continue with it.",
    "status": "Show what is done and what comes next.",
    "next": "Say what to do next.",
    "lesson": "Read the lesson of an exercise.",
    "hint": "Show one more hint for an exercise.",
    "grade": "Grade an exercise: hidden tests, points, and what is wrong.",
    "run": "Run your file on the public examples; no points.",
    "watch": "Grade again each time you save the file.",
    "reset": "Start an exercise again; your file is kept as a backup.",
    "solution": "Show the solution, after full points.",
    "quiz": "Take a quiz on the words and ideas.",
    "review": "Repeat the quiz questions that are due today.",
    "doctor": "Check this machine: what works, what is missing, what to install.",
    "data": "Fetch, import or list data sets.",
    "dev": "For authors: check a course, begin a quiz.",
}
"""Every command in the order of ``dlquiz --help``, and its one sentence."""


_OPTIONS = "dlquiz.options"


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called. A command that is not built is not listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands whose modules exist."""
        files = set(os.listdir(os.path.dirname(__file__)))  # noqa: PTH120, PTH208 - pathlib costs 3 ms here
        return [name for name in COMMANDS if f"{name}.py" in files]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = getattr(import_module(f"dlquiz.cli.{cmd_name}"), cmd_name)
        add_common_options(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a wrong name say which was probably meant."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            from difflib import get_close_matches

            close = get_close_matches(name, self.list_commands(ctx), n=1)
            ctx.fail(f"No such command {name!r}." + (f" Did you mean {close[0]!r}?" if close else ""))
        return super().resolve_command(ctx, args)


def _set_common(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    # The three options of the whole program may stand before or after the command's name.
    if value not in (None, False):
        ctx.meta.setdefault(_OPTIONS, {})[parameter.name] = value


def _common_options(*, hidden: bool) -> list[click.Option]:
    def option(name: str, **settings: Any) -> click.Option:
        return click.Option([name], expose_value=False, callback=_set_common, hidden=hidden, **settings)

    return [
        option("--course", metavar="DIR", help="Use the course in this folder.  [env: DLQUIZ_COURSE]"),
        option("--trust-course", is_flag=True, help="Trust that course: its tests are code that runs as you."),
        option("--plain", is_flag=True, help="No colours, no drawing."),
    ]


def add_common_options(command: click.Command) -> None:
    """Let the three options of the whole program stand behind a command's name too."""
    if not any(parameter.name == "trust_course" for parameter in command.params):
        command.params.extend(_common_options(hidden=True))
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            add_common_options(inner)


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, params=_common_options(hidden=False)
)
@click.version_option(__version__, prog_name="dlquiz", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Learn deep learning: small exercises, graded at once, with reasons; and quizzes.

    \b
    Example:
        dlquiz demo
        dlquiz start
    """
    from dlquiz.cli._app import App

    ctx.obj = App(ctx.meta.setdefault(_OPTIONS, {}))


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0 all passed, 1 not passing, 2 wrong usage, 3 course broken, 4 machinery broken, 130 interrupted.
    """
    code = 0
    try:
        code = _run(args)
        sys.stdout.flush()
    except OSError as error:
        # The reader (`| head`) has gone, or the disk is full; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 1
        return 4 if code == 4 else _show_unexpected(error)
    return code


def _run(args: Sequence[str] | None) -> int:
    try:
        result = cli.main(args=None if args is None else list(args), prog_name="dlquiz", standalone_mode=False)
    except DlquizError as error:
        _show(error)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nStopped.", err=True)
        return 130
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the top of the program: a learner gets a sentence, not a traceback
        return _show_unexpected(error)
    return result if isinstance(result, int) else 0


def _show(error: DlquizError) -> None:
    click.echo(f"dlquiz: {error.message}", err=True)
    for finding in error.findings if isinstance(error, ContentError) else ():
        click.echo(str(finding), err=True)
    if error.next_step:
        click.echo(f"Next: {error.next_step}", err=True)


def _show_unexpected(error: Exception) -> int:
    detail = f"{type(error).__name__}: {error}"
    click.echo(f"dlquiz: {shortage(detail) or 'something of ours broke'}: {detail}", err=True)
    if os.environ.get("DLQUIZ_DEBUG") == "1":
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    else:
        click.echo(
            "This is not your fault and costs no points. For details: set DLQUIZ_DEBUG=1 and try again.", err=True
        )
    return 4
