"""``dlquiz watch``: grade at each save."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.data.catalog import NAMES
from dlquiz.errors import SubmissionError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.study.grading import Spare, Wish
    from dlquiz.submission import Submission


_AWAY_S = 0.5
"""A file that is away for so long has not just been replaced by an editor."""


@click.command()
@click.argument("exercise", required=False)
@click.option(
    "--data", metavar="SET", type=click.Choice(NAMES), help="Which of its data sets to train on.  [default: the first]"
)
@click.option("--verbose", is_flag=True, help="Show every failure in full, and all that your code printed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document for each grading, on a line of its own.")
@click.pass_obj
def watch(app: "App", exercise: str | None, data: str | None, verbose: bool, as_json: bool) -> None:
    """Grade again each time you save the file.

    Ends by itself, with exit code 0, when every check passes. Ctrl-C stops it before that. With --json every grading
    is one line of standard output: the document that 'dlquiz grade --json' prints.

    \b
    Example:
        dlquiz watch exercise3
    """
    from dlquiz.study.grading import Spare, Wish

    exercise_id = app.desk.exercise_id(exercise)
    path = app.desk.learner_file(exercise_id)
    wish = Wish(data=data)
    app.warn(f"Watching {path}. Ctrl-C stops.")
    with Spare(app.desk.course, exercise_id, wish) as spare:
        _follow(app, exercise_id, path, wish, spare, verbose=verbose, as_json=as_json)


def _follow(
    app: "App", exercise_id: str, path: Path, wish: "Wish", spare: "Spare", *, verbose: bool, as_json: bool
) -> None:
    """Grade at each save until everything passes."""
    from dlquiz.study.grading import is_untouched, read

    grade_once = _grade_for_a_program if as_json else partial(_grade, verbose=verbose)
    last = b""
    for there in saves(path):
        try:
            submission = read(app.desk.course, exercise_id, path)
        except SubmissionError as error:
            # An editor replaces the file: it may be half for a moment. The next save comes. One that has gone since it
            # was seen is told of when it stays away.
            if there and not path.exists():
                continue
            app.warn(f"{error.message} {error.next_step}")
            continue
        if submission.source == last:
            continue
        last = submission.source
        if is_untouched(app.desk.course, exercise_id, submission):
            _say_untouched(app, exercise_id, path, as_json=as_json)
        elif grade_once(app, exercise_id, submission, wish, spare):
            return


def _say_untouched(app: "App", exercise_id: str, path: Path, *, as_json: bool) -> None:
    if as_json:
        from dlquiz.cli._grading import untouched_document

        app.say_json(untouched_document(exercise_id, path), one_line=True)
    else:
        app.say(f"The file is still as you got it. Edit and save it: {path}")


def saves(path: Path) -> Iterator[bool]:
    """Yield once at the beginning, and then after each save of the file; False: it is gone, and does not come back."""
    from watchfiles import watch as changes

    # Watching begins before the first grading, so that a save during it is not missed. The folder is
    # watched, not the file: editors write a new file and rename it.
    stream = changes(
        path.parent,
        watch_filter=lambda _, changed: Path(changed).name == path.name,
        recursive=False,
        # An editor that writes in two steps does so within some milliseconds; a second grading is the worst.
        debounce=100,
        step=15,
        rust_timeout=200,
        yield_on_timeout=True,
    )
    return settled(stream, path.exists, time.monotonic)


def settled(
    batches: Iterable[Collection[object]], is_there: Callable[[], bool], now: Callable[[], float]
) -> Iterator[bool]:
    """Yield at the first of these ``batches`` of changes, and at each that is not empty: whether the file is there.

    Many editors save by deleting the file and writing it anew, so it is gone only if it stays away for a moment.
    """
    changed, gone_at = True, None
    for batch in batches:
        changed = changed or bool(batch)
        if not changed:
            continue
        there = is_there()
        if not there:
            gone_at = now() if gone_at is None else gone_at
            if now() - gone_at < _AWAY_S:
                continue
        changed, gone_at = False, None
        yield there


def _grade(
    app: "App", exercise_id: str, submission: "Submission", wish: "Wish", spare: "Spare", *, verbose: bool
) -> bool:
    from dlquiz.cli._grading import grade_live, say_next, show, warn_not_stored
    from dlquiz.study.grading import keep

    app.say(f"\n--- {app.now().astimezone():%H:%M:%S} {exercise_id} ---", bold=True)
    report = grade_live(app, exercise_id, submission, wish, live=True, spare=spare)
    trouble = keep(app.desk, report, wish)
    show(app, report, app.desk.need_workspace().file(exercise_id), wish, verbose=verbose)
    warn_not_stored(app, trouble)
    if report.exit_code == 0:
        say_next(app, report)
        return True
    app.warn(f"Watching again. A hint: dlquiz hint {exercise_id} (in another terminal). Ctrl-C stops.")
    return False


def _grade_for_a_program(app: "App", exercise_id: str, submission: "Submission", wish: "Wish", spare: "Spare") -> bool:
    """Grade, and print the report on one line: whoever reads it knows that a line is a whole document."""
    from dlquiz.cli._grading import grade_live, warn_not_stored
    from dlquiz.study.grading import keep

    report = grade_live(app, exercise_id, submission, wish, live=False, spare=spare)
    trouble = keep(app.desk, report, wish)
    app.echo(report.model_dump_json())
    warn_not_stored(app, trouble)
    return report.exit_code == 0
