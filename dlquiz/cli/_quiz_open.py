"""Open a quiz so that its first question is shown at once; the quiz itself is read while the person reads that.

Reading and validating a quiz takes longer than everything else, so what is seen of it is kept from the last time
(``dlquiz.quiz.cache``). Answers are only ever marked with the quiz itself.
"""

import select
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dlquiz.quiz import cache
from dlquiz.workspace import state_folder

if TYPE_CHECKING:
    from threading import Thread

    from dlquiz.model.quiz import Quiz
    from dlquiz.model.sheet import Sheet


class Source(Protocol):
    """Where the quiz of a question comes from."""

    def prepare(self) -> None:
        """Begin to read it: a person has something else to read now."""

    def quiz(self) -> "Quiz":
        """Return it; ContentError if it is broken."""

    @property
    def changed(self) -> bool:
        """Whether the quiz asks something else than what was shown."""


class Loaded:
    """A quiz that is there already."""

    changed = False

    def __init__(self, quiz: "Quiz") -> None:
        self._quiz = quiz

    def prepare(self) -> None:
        """Do nothing."""

    def quiz(self) -> "Quiz":
        """Return the quiz."""
        return self._quiz


class Opened:
    """A quiz file: its ``sheet`` at once, the quiz itself when it is needed.

    Raises
    ------
    ContentError
        The file was not read before, and has mistakes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = state_folder() / "cache" / "quizzes"
        self._quiz: Quiz | None = None
        self._thread: Thread | None = None
        self._error: BaseException | None = None
        found = cache.find(self._folder, path)
        if found is None:
            self._now = self._read(None)
        self.sheet: Sheet = self._now if found is None else found

    def prepare(self) -> None:
        """Read the quiz beside the person, unless a line waits already: then there is nothing to do meanwhile."""
        if self._quiz is not None or self._thread is not None or _line_waits():
            return
        from threading import Thread

        # No daemon: killed in the middle of an import it could take the whole program down with it.
        self._thread = Thread(target=self._read_beside)
        self._thread.start()

    def quiz(self) -> "Quiz":
        """Return the quiz, read and validated.

        Raises
        ------
        ContentError
            It has mistakes.
        """
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._error is not None:
            raise self._error
        if self._quiz is None:
            self._now = self._read(self.sheet)
        assert self._quiz is not None
        return self._quiz

    @property
    def changed(self) -> bool:
        """Whether the quiz, once it was read, asks something else than the sheet."""
        return self._quiz is not None and self._now != self.sheet

    def renew(self) -> None:
        """Show from now on what the quiz asks."""
        self.sheet = self._now

    def _read_beside(self) -> None:
        try:
            self._now = self._read(self.sheet)
            # The first answer needs it.
            import dlquiz.quiz.marking  # noqa: F401
        except BaseException as error:  # noqa: BLE001 - raised where the quiz is asked for
            self._error = error

    def _read(self, shown: "Sheet | None") -> "Sheet":
        """Read the quiz and return its sheet; keep that if it is not what was shown."""
        from dlquiz.content import load_quiz
        from dlquiz.quiz.sheet import sheet_of

        content = self._bytes()
        quiz = load_quiz(self._path)
        now = sheet_of(quiz)
        # Somebody may write the file at this moment.
        if now != shown and content is not None and content == self._bytes():
            cache.keep(self._folder, content, now)
        self._quiz = quiz
        return now

    def _bytes(self) -> bytes | None:
        try:
            return self._path.read_bytes()
        except OSError:
            return None


def _line_waits() -> bool:
    try:
        return sys.stdin is None or bool(select.select([sys.stdin], [], [], 0)[0])
    except (OSError, ValueError):
        return True
