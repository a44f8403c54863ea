"""One grading on the command line: used by ``grade`` and ``watch``."""

import shutil
import sys
from typing import TYPE_CHECKING

from dlquiz.cli._advice import command, file_option, words
from dlquiz.cli._app import ink_for
from dlquiz.cli._live import LiveLine
from dlquiz.study.advice import Do, after_grading
from dlquiz.study.grading import Event, Spare, Wish, grade
from dlquiz.text import shell_word

if TYPE_CHECKING:
    from pathlib import Path

    from dlquiz.cli._app import App
    from dlquiz.errors import StoreError
    from dlquiz.model.report import Report
    from dlquiz.submission import Submission


_PICTURE_ROWS = 5
_TALL = 16
"""Rows that a terminal has at least if a picture is drawn while something runs; on a smaller one it is a line."""


def grade_live(
    app: "App", exercise_id: str, submission: "Submission", wish: Wish, *, live: bool, spare: Spare | None = None
) -> "Report":
    """Grade with a live line on a terminal, and with the curve of a training above it."""
    line = LiveLine(sys.stderr, enabled=live and app.live)
    line.show(f"Grading {exercise_id} ...")
    try:
        return grade(app.desk.course, exercise_id, submission, wish, on_event=_Watching(line), spare=spare)
    finally:
        line.clear()


class _Watching:
    """Shows what happens while a submission is graded."""

    def __init__(self, line: LiveLine) -> None:
        from dlquiz.render.training import Following

        self._line = line
        self._following = Following()
        self._ink = ink_for(sys.stderr)
        self._done = 0
        self._text = ""

    def __call__(self, event: "Event") -> None:
        from dlquiz.grading.messages import Live
        from dlquiz.model.metrics import Curve
        from dlquiz.model.report import CaseResult
        from dlquiz.render.metrics import words_of
        from dlquiz.render.terminal import live_line

        if isinstance(event, CaseResult):
            self._done += 1
            self._following.ended()
            self._text = f"{self._done} checks done: {event.title}"
        elif isinstance(event, Live):
            self._following.heard(event.text, event.elapsed_s)
            self._text = live_line(event.text, event.elapsed_s, event.budget_s)
        elif isinstance(event.metric, Curve):
            self._following.recorded(words_of(event.name), event.metric)
        self._show()

    def _show(self) -> None:
        columns, rows = shutil.get_terminal_size()
        if rows >= _TALL and self._ink is not None:
            self._line.show(self._text, self._following.picture(columns - 1, self._ink, _PICTURE_ROWS))
        else:
            self._line.show(" | ".join(part for part in (self._following.brief(), self._text) if part))


def show(app: "App", report: "Report", path: "Path", wish: Wish, *, named: str | None = None, verbose: bool) -> None:
    """Print the report for a person; ``named`` is the file as it was named, ``path`` where it is."""
    from dlquiz.content.yamlfile import shown_path
    from dlquiz.render.terminal import report_text

    text = report_text(
        report,
        verbose=verbose,
        colour=app.colour,
        width=app.width,
        plain=app.plain,
        ink=app.ink,
        path=shown_path(path.absolute()),
        again=app.typed(_again(report, wish, named)),
    )
    app.echo(text.rstrip("\n"))


def untouched_document(exercise_id: str, path: "Path") -> dict[str, object]:
    """Return what stands in the place of a report where there was nothing to grade yet."""
    return {
        "format_version": 1,
        "exercise": exercise_id,
        "outcome": "untouched",
        "message": "The file is still the start file; it was not graded.",
        "file": str(path),
    }


def _again(report: "Report", wish: Wish, named: str | None) -> str:
    """Return the command that grades the same file with the same numbers."""
    asked = (("--data", wish.data), ("--case", wish.case), ("--isolation", wish.isolation))
    options = "".join(f" {name} {shell_word(value)}" for name, value in asked if value)
    return f"dlquiz grade {report.exercise}{file_option(named)}{options} --seed {report.seed}"


def warn_not_stored(app: "App", trouble: "StoreError | None") -> None:
    """Say under a report that it could not be stored."""
    if trouble is not None:
        message = f"the report above is right, but it was not stored. {trouble.message} {trouble.next_step}"
        app.warn(f"\nWarning: {message}")


def say_next(app: "App", report: "Report", *, own: bool = True, named: str | None = None, err: bool = False) -> None:
    """Say what to do after a report of an ``own`` file, or of one that was ``named``."""
    advice = after_grading(app.desk, report, own=own)
    if advice.do is Do.START and app.desk.workspace is None:
        app.say_start(words(advice), err=err)
        return
    app.say_next(command(advice, named), words(advice, named), err=err)
