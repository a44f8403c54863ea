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
    from dlquiz.model.report import Report


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for; None means "you choose"."""

    seed: int | None = None
    case: str | None = None
    data: str | None = None
    isolation: str | None = None


def read(app: "App", exercise_id: str, path: Path) -> Submission:
    """Read the learner's file under the module name of the stub."""
    return read_submission(path, module_name=app.course.stub_path(exercise_id).stem)


def is_untouched(app: "App", exercise_id: str, submission: Submission) -> bool:
    """Say whether the learner has not begun: the file is still the stub."""
    return same_text(submission.source, app.course.stub_path(exercise_id).read_bytes())


def grade_once(app: "App", exercise_id: str, submission: Submission, wish: Wish, *, live: bool) -> "Report":
    """Grade behind the wall, with a live line on a terminal."""
    from dlquiz.grading import events
    from dlquiz.grading.run import grade
    from dlquiz.model.report import Isolation

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
        report = grade(
            app.course,
            exercise_id,
            submission,
            seed=wish.seed,
            data=wish.data,
            case=wish.case,
            isolation=None if wish.isolation is None else Isolation(wish.isolation),
            on_event=on_event,
        )
    finally:
        line.clear()
    return report


def show(app: "App", report: "Report", *, verbose: bool) -> None:
    """Print the report for a person."""
    from dlquiz.render.terminal import report_text

    text = report_text(report, verbose=verbose, colour=app.colour, width=app.width)
    click.echo(text.rstrip("\n"), color=app.colour)


def store(app: "App", report: "Report", wish: Wish) -> None:
    """Keep the report; a store that fails must not lose what the learner has just read."""
    # Some of the cases are not a grading of the exercise: they would look like fewer points.
    if wish.case is not None or app.progress is None:
        return
    try:
        app.progress.record_report(report)
    except StoreError as error:
        app.warn(f"\nWarning: the report above is right, but it was not stored. {error.message} {error.next_step}")


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
