"""What every command needs: the course, the workspace, the store, and how to print.

A command gets it with ``@click.pass_obj``. Everything is looked up when it is asked
for and then kept, so that a command pays only for what it uses.
"""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from dlquiz.errors import StoreError, UsageError, WorkError

if TYPE_CHECKING:
    from rich.console import Console

    from dlquiz.content import Course
    from dlquiz.progress import Progress
    from dlquiz.workspace import Workspace


def colour_wanted(stream: IO[str], *, plain: bool = False) -> bool:
    """Decide about colour; the only place that reads NO_COLOR, FORCE_COLOR and TERM."""
    if plain or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


class App:
    """The state of one run of the program.

    Parameters
    ----------
    options : mapping
        ``course`` (str), ``trust_course`` (bool), ``plain`` (bool); read when needed,
        because they may also stand after the command's name.
    """

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = options

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
    def width(self) -> int:
        """How many columns prose may take: the terminal's, at most 100 (longer lines tire the eye); 80 in a pipe."""
        return min(shutil.get_terminal_size().columns, 100)

    @property
    def interactive(self) -> bool:
        """Whether a person can be asked: both ends are a terminal."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    @property
    def live(self) -> bool:
        """Whether a line that rewrites itself may be drawn on stderr."""
        return sys.stderr.isatty() and not self.plain and os.environ.get("TERM") != "dumb"

    def console(self) -> "Console":
        """Return a rich console on stdout that follows ``colour``."""
        from rich.console import Console

        return Console(
            no_color=not self.colour,
            color_system="auto" if self.colour else None,
            force_terminal=True if self.colour and not sys.stdout.isatty() else None,
            highlight=False,
        )

    def say(self, text: str = "", *, bold: bool = False) -> None:
        """Print a line of the answer."""
        click.echo(click.style(text, bold=True) if bold and self.colour else text, color=self.colour)

    def warn(self, text: str) -> None:
        """Print a line that is not the answer (stderr)."""
        click.echo(text, err=True)

    def say_next(self, command: str, why: str = "", *, err: bool = False) -> None:
        """End a command with the next useful one; ``err`` when stdout holds a document."""
        click.echo(f"\nNext: {command}" + (f"   ({why})" if why else ""), err=err)

    def say_json(self, document: object) -> None:
        """Print one JSON document."""
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))

    def now(self) -> datetime:
        """Return the time, aware, UTC: the program's only clock for stored times."""
        return datetime.now(UTC)

    # The course.

    @cached_property
    def course(self) -> "Course":
        """The course in use, loaded.

        Raises
        ------
        UsageError
            It is a folder that was not confirmed, and nobody can be asked.
        ContentError
            It is not a course, or is broken.
        """
        from dlquiz.content import load_course

        return load_course(self.course_root)

    @cached_property
    def course_root(self) -> Path:
        """The folder of the course in use: ``--course``, ``DLQUIZ_COURSE``, the workspace's, or the built-in one.

        Raises
        ------
        UsageError
            It is a folder that was not confirmed, and nobody can be asked.
        """
        from dlquiz.content import builtin_course

        named = self._named_course
        if named is None and self._found_workspace is not None:
            named = self._found_workspace.course_path
        if named is None:
            return builtin_course()
        if not named.is_dir():
            raise UsageError(f"There is no course folder {named}.", next_step="dlquiz --course DIR ...")
        from dlquiz.cli._trust import confirm

        confirm(named, self)
        return named.resolve()

    @property
    def trust_course(self) -> bool:
        """Whether ``--trust-course`` was given."""
        return bool(self._options.get("trust_course"))

    @cached_property
    def _named_course(self) -> Path | None:
        text = self._options.get("course") or os.environ.get("DLQUIZ_COURSE")
        return Path(text).expanduser().resolve() if text else None

    # The learner's folder and store.

    @cached_property
    def _found_workspace(self) -> "Workspace | None":
        from dlquiz.workspace import Workspace

        return Workspace.find(Path.cwd())

    @cached_property
    def workspace(self) -> "Workspace | None":
        """The workspace around the current folder or the remembered one; None without one.

        A workspace of another course than the one in use does not count.
        """
        found = self._found_workspace
        if found is None:
            return None
        from dlquiz.content import builtin_course

        own = builtin_course() if found.course_path is None else found.course_path
        return found if own == self.course_root else None

    def use(self, workspace: "Workspace") -> None:
        """Work in this workspace from now on (``dlquiz start`` has just made it)."""
        self.__dict__.update(workspace=workspace, _found_workspace=workspace)
        self.__dict__.pop("progress", None)

    def need_workspace(self) -> "Workspace":
        """Return the workspace, or say how to make one.

        Raises
        ------
        WorkError
            There is none for this course.
        """
        if self.workspace is None:
            raise WorkError("There is no folder for your work yet.", next_step="dlquiz start")
        return self.workspace

    @cached_property
    def progress(self) -> "Progress | None":
        """The open store, or None without a workspace or if it cannot be used (then a warning was printed)."""
        if self.workspace is None:
            return None
        from dlquiz.progress import Progress

        try:
            store = Progress(self.workspace.store)
        except StoreError as error:
            self.warn(f"Warning: {error.message} {error.next_step}")
            return None
        for note in store.notes:
            self.warn(f"Note: {note}")
        click.get_current_context().find_root().call_on_close(store.close)
        return store

    # Which exercise.

    def exercise_id(self, text: str | None) -> str:
        """Turn what was typed (id, number, topic, file name, or nothing) into an exercise id.

        Raises
        ------
        UnknownName
            No exercise is called so, or several are.
        """
        from dlquiz.cli._journey import current_exercise
        from dlquiz.cli._names import find_exercise

        return current_exercise(self.course, self.progress) if text is None else find_exercise(self.course, text)

    def learner_file(self, exercise_id: str, named: str | None = None) -> Path:
        """Return the file to work on: the named one, or the workspace's."""
        return Path(named).expanduser() if named else self.need_workspace().file(exercise_id)
