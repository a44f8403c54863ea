"""The command line: one file per command, imported only when it is used.

``main`` is the entry point. This module imports click and nothing else that is
heavy; the sentence of each command stands here so that ``dlquiz --help`` imports no
command (a test compares them with the commands' own).
"""

import gc
import io
import os
import shutil
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from dlquiz import __version__
from dlquiz.errors import ContentError, DlquizError
from dlquiz.sandbox.shortage import shortage

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
    "questions": "Answer two or three questions about your own file, after full points.",
    "repair": "Find and mend the mistake in somebody else's program.",
    "again": "Write one function of a done exercise once more, weeks later.",
    "catch": "Write a check that accepts right solutions and catches wrong ones.",
    "quiz": "Take a quiz on the words and ideas.",
    "review": "Repeat the quiz questions that are due today.",
    "progress": "Show what you have built: points, curves, misread digits, known terms.",
    "doctor": "Check this machine: what works, what is missing, what to install.",
    "data": "Data sets: which are here, fetch or import others.",
    "class": "For teachers: grade what a whole class handed in.",
    "dev": "For authors: begin a course, an exercise or a quiz, and check them.",
}
"""Every command in the order of ``dlquiz --help``, and its one sentence."""

_MODULES = {"class": "class_"}
"""Modules whose commands have names that Python keeps for itself."""

_OPTIONS = "dlquiz.options"
_TYPED = "dlquiz.typed"
_COLLECT_AFTER = 200_000
"""New objects before Python looks for garbage. With its own 700 a start spends a twentieth of its time on looking again
and again through what its imports leave for good."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called. A command that is not built is not listed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands whose modules exist."""
        files = set(os.listdir(os.path.dirname(__file__)))  # noqa: PTH120, PTH208  pathlib costs 3 ms here
        return [name for name in COMMANDS if f"{_MODULES.get(name, name)}.py" in files]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        command: click.Command = getattr(import_module(f"dlquiz.cli.{name}"), name)
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

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Remember what was typed, for the advice to type it again."""
        ctx.meta[_TYPED] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what an error tells to type can be pasted where this command was typed."""
        try:
            return super().invoke(ctx)
        except DlquizError as error:
            if ctx.obj is not None:
                error.message, error.next_step = ctx.obj.typed(error.message), ctx.obj.typed(error.next_step)
            raise


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

    app = App(ctx.meta.setdefault(_OPTIONS, {}), COMMANDS, ctx.meta[_TYPED])
    ctx.call_on_close(app.close)
    ctx.obj = app


def main(args: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    0 all passed, 1 not passing, 2 wrong usage, 3 course broken, 4 machinery broken, 130 interrupted.
    """
    gc.set_threshold(_COLLECT_AFTER)
    # Nothing that another package registers may run inside our documents; looking for it takes a while, too.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    code = 0
    try:
        for stream in (sys.stdout, sys.stderr):
            _forgive(stream)
        code = _run(args)
        sys.stdout.flush()
    except OSError as error:
        # The reader (`| head`) has gone, or the disk is full; Python would complain once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 1
        return 4 if code == 4 else _show_unexpected(error)
    return code


def _forgive(stream: object) -> None:
    """Let no character be a reason to stop: one that a terminal lacks is replaced, and so is half a file name."""
    if not isinstance(stream, io.TextIOWrapper):
        return
    if stream.encoding.lower().replace("-", "") == "utf8":
        stream.reconfigure(errors="replace")
        return
    from dlquiz.cli._signs import forgive

    forgive(stream)


def _run(args: Sequence[str] | None) -> int:
    try:
        result = cli.main(args=None if args is None else list(args), prog_name="dlquiz", standalone_mode=False)
    except DlquizError as error:
        _show(error)
        return error.exit_code
    except click.ClickException as error:
        written = io.StringIO()
        error.show(written)
        _tell(written.getvalue().rstrip("\n"))
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _tell("\nStopped.")
        return 130
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001  the top of the program: a learner gets a sentence, not a traceback
        return _show_unexpected(error)
    return result if isinstance(result, int) else 0


def _show(error: DlquizError) -> None:
    _tell(f"dlquiz: {error.message}")
    for finding in error.findings if isinstance(error, ContentError) else ():
        _tell(str(finding), whole=True)
    if error.next_step:
        command, beside, why = error.next_step.partition("   (")
        # A command is not broken: it could not be pasted. A sentence, which begins with a capital letter, is.
        too_long = len(command) + 6 > shutil.get_terminal_size().columns
        _tell(f"Next: {command}{beside}{why}", whole=too_long and not command[:1].isupper())


def _show_unexpected(error: Exception) -> int:
    detail = f"{type(error).__name__}: {error}"
    _tell(f"dlquiz: {shortage(detail) or 'something of ours broke'}: {detail}")
    if os.environ.get("DLQUIZ_DEBUG") == "1":
        import traceback

        traceback.print_exception(error, file=sys.stderr)
    else:
        _tell("This is not your fault and costs no points. For details: set DLQUIZ_DEBUG=1 and try again.")
    return 4


def _tell(text: str, *, whole: bool = False) -> None:
    """Print a text on stderr, broken between words where it is wider than the terminal; as it is if ``whole``."""
    from dlquiz.render.layout import filled

    whole = whole or not (sys.stderr.isatty() or "COLUMNS" in os.environ)
    columns = shutil.get_terminal_size().columns
    lines = text.split("\n") if whole else [filled(line, columns) for line in text.split("\n")]
    click.echo("\n".join(lines), file=sys.stderr)
