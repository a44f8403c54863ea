"""A line on the terminal that rewrites itself while something takes long."""

import shutil
import sys
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

from dlquiz.text import one_line

if TYPE_CHECKING:
    from dlquiz.cli._app import App


class LiveLine:
    """One line at the bottom of a terminal, or a few with a picture above; does nothing unless ``enabled``."""

    def __init__(self, stream: IO[str], *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self._rows = 0

    def show(self, text: str, picture: Sequence[str] = ()) -> None:
        """Replace what is shown.

        Control characters are removed from ``text``, and it is cut to the terminal's width. The lines of ``picture``
        are ours: they are written as they are, and must be narrower than the terminal.
        """
        if not self._enabled:
            return
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(self._erased() + "".join(f"{line}\n" for line in picture) + one_line(text, width))
        self._stream.flush()
        self._rows = len(picture) + 1

    def clear(self) -> None:
        """Remove what is shown."""
        if self._rows:
            self._stream.write(self._erased())
            self._stream.flush()
            self._rows = 0

    def _erased(self) -> str:
        """Return what moves to the first line of ours and erases everything from there."""
        return f"\r\x1b[{self._rows - 1}A\x1b[J" if self._rows > 1 else "\r\x1b[2K"


class LiveChecks:
    """The line of a grading that runs, on a terminal: how many checks are done."""

    def __init__(self, app: "App", exercise_id: str, *, shown: bool) -> None:
        self._line = LiveLine(sys.stderr, enabled=shown and app.live)
        self._title = f"Running {exercise_id} ..."
        self._done = 0

    def __enter__(self) -> "LiveChecks":
        self._line.show(self._title)
        return self

    def __exit__(self, *_: object) -> None:
        self._line.clear()

    def __call__(self, event: object) -> None:
        from dlquiz.model.report import CaseResult

        self._done += isinstance(event, CaseResult)
        self._line.show(f"{self._title} {self._done} checks done")
