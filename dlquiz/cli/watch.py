"""``dlquiz watch``: grade at each save."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.errors import SubmissionError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.cli._grading import Spare, Wish
    from dlquiz.submission import Submission


@click.command()
@click.argument("exercise", required=False)
@click.option("--data", type=click.Choice(["digits", "mnist"]), help="Which images to train on.")
@click.option("--verbose", is_flag=True, help="Show the cases that pass, too.")
@click.pass_obj
def watch(app: "App", exercise: str | None, data: str | None, verbose: bool) -> None:
    """Grade again each time you save the file.

    Ends by itself, with exit code 0, when every case passes. Ctrl-C stops it before that.

    \b
    Example:
        dlquiz watch exercise3
    """
    from dlquiz.cli import _grading

    exercise_id = app.exercise_id(exercise)
    path = app.learner_file(exercise_id)
    wish = _grading.Wish(data=data)
    app.warn(f"Watching {path}. Ctrl-C stops.")
    with _grading.Spare(app, exercise_id, wish) as spare:
        _follow(app, exercise_id, path, wish, spare, verbose=verbose)


def _follow(app: "App", exercise_id: str, path: Path, wish: "Wish", spare: "Spare", *, verbose: bool) -> None:
    """Grade at each save until everything passes."""
    from dlquiz.cli import _grading

    last = b""
    for _ in saves(path):
        try:
            submission = _grading.read(app, exercise_id, path)
        except SubmissionError as error:
            # An editor replaces the file: it may be gone or half for a moment. The next save comes.
            app.warn(f"{error.message} {error.next_step}")
            continue
        if submission.source == last:
            continue
        last = submission.source
        if _grading.is_untouched(app, exercise_id, submission):
            app.say(f"The file is still as you got it. Edit and save it: {path}")
        elif _grade(app, exercise_id, submission, wish, spare, verbose=verbose):
            return
        spare.refill()


def saves(path: Path) -> Iterator[None]:
    """Yield once at the beginning, and then after each save of the file."""
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
    first = True
    for batch in stream:
        if batch or first:
            first = False
            yield


def _grade(
    app: "App", exercise_id: str, submission: "Submission", wish: "Wish", spare: "Spare", *, verbose: bool
) -> bool:
    from dlquiz.cli import _grading

    app.say(f"\n--- {app.now().astimezone():%H:%M:%S} {exercise_id} ---", bold=True)
    report = _grading.grade_once(app, exercise_id, submission, wish, live=True, spare=spare)
    trouble = _grading.store(app, report, wish)
    _grading.show(app, report, verbose=verbose)
    if trouble:
        app.warn(trouble)
    if report.exit_code == 0:
        app.say_next(*_grading.next_command(app, report))
        return True
    app.warn(f"Watching again. A hint: dlquiz hint {exercise_id} (in another terminal). Ctrl-C stops.")
    return False
