"""What every command needs: the learner's desk, and how to print.

A command gets it with ``@click.pass_obj``.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO

import click

from dlquiz.cli._shell import pasteable
from dlquiz.errors import UntrustedCourse, UsageError, WorkError
from dlquiz.render.layout import filled, visible
from dlquiz.text import hidden_passwords, shell_words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from dlquiz.render.ink import Ink
    from dlquiz.study.desk import Desk


def colour_wanted(stream: IO[str], *, plain: bool = False) -> bool:
    """Decide about colour; the only place that reads NO_COLOR and FORCE_COLOR."""
    if plain or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def ink_for(stream: TextIO, *, plain: bool = False) -> "Ink | None":
    """Decide what pictures on a stream are drawn with; None: they are told in words."""
    from dlquiz.render.ink import Ink

    if plain:
        return None
    colour, term = colour_wanted(stream, plain=plain), os.environ.get("TERM", "")
    shades = "256" in term or bool(os.environ.get("COLORTERM"))
    # The console of Linux has a font of 256 or 512 signs: blocks and frames are among them, braille is not.
    return Ink(_prints(stream, "▀█░│┼"), _prints(stream, "⣿") and term != "linux", colour, colour and shades)


def _prints(stream: TextIO, signs: str) -> bool:
    try:
        signs.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


class App:
    """The state of one run of the program.

    Parameters
    ----------
    options : mapping
        ``course`` (str), ``trust_course`` (bool), ``plain`` (bool); read when needed,
        because they may also stand after the command's name.
    commands : iterable of str
        The names of the program's commands.
    arguments : sequence of str
        What was typed, for the advice to type it again.
    """

    def __init__(self, options: Mapping[str, Any], commands: Iterable[str] = (), arguments: Sequence[str] = ()) -> None:
        self._options = options
        self._commands = tuple(commands)
        self._arguments = tuple(arguments)

    # Printing: the answer goes to stdout, everything else to stderr.

    @property
    def plain(self) -> bool:
        """No colours and no drawing were asked for (``--plain``)."""
        return bool(self._options.get("plain"))

    @property
    def colour(self) -> bool:
        """Whether stdout gets colours."""
        return colour_wanted(sys.stdout, plain=self.plain)

    @property
    def ink(self) -> "Ink | None":
        """What pictures on stdout are drawn with; None for ``--plain``."""
        return ink_for(sys.stdout, plain=self.plain)

    @property
    def columns(self) -> int:
        """How many columns a line may take: the terminal's; 80 in a pipe."""
        return shutil.get_terminal_size().columns

    @property
    def width(self) -> int:
        """How many columns prose may take: those that there are, at most 100, because longer lines tire the eye."""
        return min(self.columns, 100)

    @property
    def filling(self) -> int | None:
        """How many columns a finding may take: None where a program may read it, line by line."""
        return self.width if sys.stdout.isatty() else None

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: both ends are a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def live(self) -> bool:
        """Whether a line that rewrites itself may be drawn on stderr."""
        return sys.stderr.isatty() and not self.plain and os.environ.get("TERM") != "dumb"

    @property
    def paged(self) -> bool:
        """Whether what is longer than the screen goes to a pager: a person sits here, and asked for nothing plain."""
        ends = (sys.stdin, sys.stdout)
        return not self.plain and os.environ.get("TERM") != "dumb" and all(one.isatty() for one in ends)

    def drawn(self, thing: "RenderableType") -> str:
        """Return what rich draws of a thing for this terminal, as text."""
        from rich.console import Console
        from rich.theme import Theme

        from dlquiz.render.code import STYLES

        console = Console(
            width=self.width,
            color_system="auto" if self.colour else None,
            no_color=not self.colour,
            force_terminal=self.colour,
            highlight=False,
            theme=Theme(STYLES),
        )
        with console.capture() as captured:
            console.print(thing)
        return captured.get()

    def echo(self, text: str, *, err: bool = False, end: str = "\n") -> None:
        """Print a text as it is."""
        # The stream is named: without one, click replaces what a locale of pure ASCII lacks by bytes of UTF-8.
        stream = sys.stderr if err else sys.stdout
        click.echo(text + end, file=stream, nl=False, color=None if err else self.colour)

    def say(self, text: str = "", *, bold: bool = False) -> None:
        """Print a line of the answer; what is wider than the terminal is broken between words."""
        text = self._filled(text)
        self.echo(click.style(text, bold=True) if bold and self.colour else text)

    def say_prose(self, text: str) -> None:
        """Print paragraphs, broken between words in a pipe, too: a program has them from ``--json``."""
        self.echo("\n".join(filled(line, self.width) for line in self.typed(text).split("\n")))

    def warn(self, text: str) -> None:
        """Print a line that is not the answer (stderr)."""
        self.echo(self._filled(text, err=True), err=True)

    def say_next(self, command: str, why: str = "", *, err: bool = False) -> None:
        """End a command with the next useful one, which is never broken; ``err`` when stdout holds a document."""
        text = self.typed(f"Next: {command}")
        beside = f"{text}   ({why})" if why else text
        if why and beside != self._filled(beside, err=err):
            beside = text + "\n" + self._filled(f"      ({why})", err=err)
        self.echo(f"\n{beside}", err=err)

    def say_start(self, why: str = "makes the folder for your work", *, err: bool = False) -> None:
        """End a command, where there is no folder yet, with the way to one: an earlier one may have been moved."""
        try:
            self.desk.need_workspace()
        except WorkError as error:
            step, _, known = error.next_step.partition("   (")
            self.say_next(step, known.removesuffix(")") or why, err=err)

    def read(self, text: str) -> None:
        """Print a text to be read from its beginning: on a screen that is too short for it, in a pager."""
        from dlquiz.cli._pager import show_paged

        rows = sum(max(1, -(-visible(line) // self.columns)) for line in text.rstrip("\n").split("\n"))
        # The command's own last lines (the file, what comes next) and the prompt want to be seen with a short text.
        if not (self.paged and rows > shutil.get_terminal_size().lines - 6 and show_paged(text)):
            self.echo(text, end="" if text.endswith("\n") else "\n")

    def typed(self, text: str) -> str:
        """Return a text whose commands can be pasted where this one was typed."""
        return pasteable(text, self._commands, self._options.get("course"))

    def _filled(self, text: str, *, err: bool = False) -> str:
        """Break lines between words, for a terminal would break them anywhere; in a pipe a program may read them."""
        text = self.typed(text)
        if not ((sys.stderr if err else sys.stdout).isatty() or "COLUMNS" in os.environ):
            return text
        return "\n".join(filled(line, self.columns, self.width) for line in text.split("\n"))

    def say_json(self, document: object, *, one_line: bool = False) -> None:
        """Print one JSON document; on one line where others follow."""
        self.echo(json.dumps(document, ensure_ascii=False, indent=None if one_line else 2))

    def now(self) -> datetime:
        """Return the time, aware, UTC: the program's only clock for stored times."""
        return datetime.now(UTC)

    # What the learner works with.

    @property
    def named_course(self) -> Path | None:
        """The course that was asked for (``--course``, ``DLQUIZ_COURSE``), before anybody confirmed it."""
        text = self._options.get("course") or os.environ.get("DLQUIZ_COURSE")
        return Path(text).expanduser().resolve() if text else None

    @cached_property
    def desk(self) -> "Desk":
        """The course, the workspace and the store; it says on stderr what has to be said."""
        from dlquiz.study.desk import Desk

        return Desk(course=self.named_course, confirm=self._confirm, tell=self.warn)

    def close(self) -> None:
        """Close what was opened."""
        if "desk" in self.__dict__:
            self.desk.close()

    def _confirm(self, course: Path) -> None:
        """Let a course pass by ``--trust-course``, or because a person says yes."""
        if self._options.get("trust_course"):
            return
        again = shell_words("dlquiz", "--trust-course", *map(hidden_passwords, self._arguments))
        advice = f"{again}   (once, if you trust it: read {course}/graders first)"
        unknown = UntrustedCourse(course, next_step=advice)
        if not self.interactive:
            raise unknown
        self.warn(unknown.message)
        if not click.confirm("Do you trust this course?", err=True):
            raise UsageError("The course was not used.", next_step=advice)
