"""What ``dlquiz class grade --replay`` does: one grading of the book, repeated exactly."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dlquiz.classroom.book import Book, KeptGrading
from dlquiz.classroom.collect import collect
from dlquiz.classroom.matching import Target
from dlquiz.classroom.replay import Replayed, replay
from dlquiz.cli._class_grading import kept_book
from dlquiz.cli._class_regrade import check_document, points, side, told
from dlquiz.errors import UsageError
from dlquiz.text import hidden_passwords, one_line

if TYPE_CHECKING:
    from dlquiz.cli._app import App


def replay_one(
    app: "App", book: str, number: int, paths: Sequence[Path], targets: Sequence[Target], *, only: bool
) -> Replayed:
    """Repeat a grading: its file is looked for in ``paths``."""
    kept_book(book)
    with Book(book) as opened:
        kept = opened.find_number(number)
    if kept is None:
        raise UsageError(
            f"There is no grading {number} in {hidden_passwords(book)}.",
            next_step="dlquiz class grade PATH... --json   (the rows name their gradings)",
        )
    app.desk.exercise_id(kept.key.exercise)  # it may be another course's book
    with collect(paths, targets, only=only) as found:
        return replay(app.desk.course, kept, found)


def say_replay(app: "App", done: Replayed) -> None:
    """Say what it was, what it is, and what around it is no longer the same."""
    kept, now = done.kept, done.changed
    app.say(_title(kept, done), bold=True)
    if now:
        app.say(f"Repeated: {points(now)}.")
        for check in now.checks:
            app.say(f"  {told(check)}")
    else:
        app.say(f"Repeated: {points(now)}, and every check as it was.")
    if now.why:
        app.say(f"No longer as it was: {'; '.join(now.why)}.")
    else:
        app.say("Graders, numbers, versions and the wall are as they were.")


def _title(kept: KeptGrading, done: Replayed) -> str:
    who, where = one_line(done.handin.learner.name, 60), one_line(done.handin.labels[0], 120)
    when = f"{kept.report.started_at:%Y-%m-%d %H:%M} UTC"
    return f"Grading {kept.number}: {kept.key.exercise}, {who} ({where}), {when}, seed {kept.key.seed}."


def replay_document(done: Replayed) -> dict[str, object]:
    """Return the answer for programs, with the new report."""
    changed = done.changed
    return {
        "format_version": 1,
        "grading": done.kept.number,
        "exercise": done.kept.key.exercise,
        "learner": one_line(done.handin.learner.name, 500),
        "file": one_line(done.handin.labels[0], 2000),
        "graded_at": done.kept.report.started_at.isoformat(),
        "same": not changed,
        "differences": list(changed.why),
        "before": side(changed.before),
        "after": side(changed.after),
        "checks": [check_document(check) for check in changed.checks],
        "report": done.report.model_dump(mode="json"),
    }


def replay_code(done: Replayed) -> int:
    """Return 4 if it could not be repeated wholly, 1 if it ended in another way, else 0."""
    return 4 if not done.report.complete else int(bool(done.changed))
