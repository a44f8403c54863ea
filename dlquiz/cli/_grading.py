"""One grading from the command line: used by ``grade`` and ``watch``."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._live import LiveLine, live_text
from dlquiz.errors import StoreError
from dlquiz.submission import Submission, read_submission
from dlquiz.workspace import same_text

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.grading.events import CaseDone, Live
    from dlquiz.grading.run import Prepared
    from dlquiz.model.report import Report


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; None means "you choose"."""

    seed: int | None = None
    case: str | None = None
    data: str | None = None
    isolation: str | None = None


def read(app: "App", exercise_id: str, path: Path) -> Submission:
    """Read the learner's file, notebook, folder or archive under the module name of the stub."""
    packages = app.course.exercise(exercise_id).packages
    return read_submission(path, module_name=app.course.stub_path(exercise_id).stem, packages=packages)


def is_untouched(app: "App", exercise_id: str, submission: Submission) -> bool:
    """Say whether the learner has not begun: the file is still the stub."""
    return same_text(submission.source, app.course.stub_path(exercise_id).read_bytes())


def prepare(app: "App", exercise_id: str, wish: Wish) -> "Prepared":
    """Start a grader process now, for a grading that comes later or at once."""
    from dlquiz.grading.run import Prepared
    from dlquiz.model.report import Isolation

    isolation = None if wish.isolation is None else Isolation(wish.isolation)
    return Prepared(app.course, exercise_id, data=wish.data, case=wish.case, isolation=isolation)


class Spare:
    """Keeps one grader process ready, whose server waits and whose cases are collected. For ``watch``."""

    def __init__(self, app: "App", exercise_id: str, wish: Wish) -> None:
        self._app, self._exercise_id, self._wish = app, exercise_id, wish
        self._ready: Prepared | None = None
        self.refill()

    def refill(self) -> None:
        """Start the next one; each is used once."""
        if self._ready is None:
            self._ready = prepare(self._app, self._exercise_id, self._wish)

    def take(self) -> "Prepared":
        """Return the one that waits, or a new one if the graders were edited since it started."""
        ready, self._ready = self._ready, None
        if ready is not None and ready.grader_sha256 == self._app.course.grader_digest(self._exercise_id):
            return ready
        if ready is not None:
            ready.close()
        return prepare(self._app, self._exercise_id, self._wish)

    def __enter__(self) -> "Spare":
        return self

    def __exit__(self, *exc: object) -> None:
        if self._ready is not None:
            self._ready.close()


def grade_once(
    app: "App", exercise_id: str, submission: Submission, wish: Wish, *, live: bool, spare: Spare | None = None
) -> "Report":
    """Grade behind the wall, with a live line on a terminal."""
    from dlquiz.grading import events

    line = LiveLine(sys.stderr, enabled=live and app.live)
    done = 0

    def on_event(event: "CaseDone | Live") -> None:
        nonlocal done
        if isinstance(event, events.Live):
            line.show(live_text(event.text, event.elapsed_s, event.budget_s))
        else:
            done += 1
            line.show(f"{done} cases done: {event.result.title}")

    line.show(f"Grading {exercise_id} ...")
    try:
        prepared = prepare(app, exercise_id, wish) if spare is None else spare.take()
        return next(prepared.reports([submission], seed=wish.seed, on_event=on_event))
    finally:
        line.clear()


def show(app: "App", report: "Report", *, verbose: bool) -> None:
    """Print the report for a person."""
    from dlquiz.render.terminal import report_text

    text = report_text(report, verbose=verbose, colour=app.colour, width=app.width)
    click.echo(text.rstrip("\n"), color=app.colour)


def store(app: "App", report: "Report", wish: Wish) -> str:
    """Keep the report; return what is to be said after it if that failed, "" if not.

    Called before the report is shown: whoever has read it can rely on it, also if we are ended in between.
    """
    # Some of the cases are not a grading of the exercise: they would look like fewer points.
    if wish.case is not None or app.progress is None:
        return ""
    try:
        app.progress.record_report(report)
    except StoreError as error:
        return f"\nWarning: the report above is right, but it was not stored. {error.message} {error.next_step}"
    return ""


def next_command(app: "App", report: "Report") -> tuple[str, str]:
    """Return the next useful command after a report, and why."""
    from dlquiz.cli._journey import advise
    from dlquiz.model.report import Outcome

    if not report.complete:
        return "dlquiz doctor", "something of ours or of this machine broke; it cost you no points"
    if report.outcome is Outcome.PASSED:
        if app.progress is None:
            return "dlquiz start", "keeps your points and brings the next exercise"
        advice = advise(app.course, app.progress)
        return advice.command, advice.why
    return f"dlquiz hint {report.exercise}", f"then edit, and: dlquiz grade {report.exercise}"
