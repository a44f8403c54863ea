"""A line on the terminal that rewrites itself while something takes long."""

import shutil
from collections.abc import Sequence
from typing import IO

from dlquiz.text import one_line


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
