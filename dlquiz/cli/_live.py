"""A line on the terminal that rewrites itself while something takes long."""

import shutil
import unicodedata
from typing import IO


class LiveLine:
    """One line at the bottom of a terminal; does nothing unless ``enabled``."""

    def __init__(self, stream: IO[str], *, enabled: bool) -> None:
        self._stream = stream
        self._enabled = enabled
        self._shown = False

    def show(self, text: str) -> None:
        """Replace the line. Control characters are removed and the line is cut to the terminal's width."""
        if not self._enabled:
            return
        width = shutil.get_terminal_size().columns - 1
        self._stream.write(f"\r\x1b[2K{clean(text)[:width]}")
        self._stream.flush()
        self._shown = True

    def clear(self) -> None:
        """Remove the line."""
        if self._shown:
            self._stream.write("\r\x1b[2K")
            self._stream.flush()
            self._shown = False


def clean(text: str) -> str:
    """Remove what could move the cursor or change the terminal: a learner's print is a stranger's text."""
    return "".join(sign for sign in text if sign == " " or unicodedata.category(sign)[0] not in "CZ")


def live_text(printed: str, elapsed_s: float, budget_s: float, *, columns: int = 20) -> str:
    """Return the line for a long call: a bar, the times, and what the learner's code printed last."""
    share = min(max(elapsed_s / budget_s, 0.0), 1.0) if budget_s > 0 else 1.0
    full = round(share * columns)
    line = f"[{'#' * full}{'-' * (columns - full)}] {elapsed_s:.0f} s of at most {budget_s:.0f} s"
    lines = [part for part in printed.splitlines() if part.strip()]
    return f"{line} | your code printed: {lines[-1].strip()}" if lines else line
