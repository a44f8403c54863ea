"""``dlquiz grade``: the main thing."""

from typing import TYPE_CHECKING

import click

from dlquiz.data.catalog import NAMES

if TYPE_CHECKING:
    from pathlib import Path

    from dlquiz.cli._app import App
    from dlquiz.model.feedback import Feedback


@click.command()
@click.argument("exercise", required=False)
@click.option(
    "--file", "named", metavar="FILE", help="Grade this file, notebook, folder or archive; nothing is stored."
)
@click.option("--keep", "kept", is_flag=True, help="With --file: count the result as your own progress.")
@click.option("--case", metavar="PATTERN", help="Only the checks whose name fits; nothing is stored.")
@click.option("--seed", type=click.IntRange(min=0), help="Repeat a grading exactly: the seed that a report names.")
@click.option(
    "--data", metavar="SET", type=click.Choice(NAMES), help="Which of its data sets to train on.  [default: the first]"
)
@click.option("--isolation", type=click.Choice(["kernel", "process"]), help="How strong the wall must be.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.option(
    "--format", "form", type=click.Choice(["junit", "github", "gradescope", "classroom50"]),
    help="Print the result for another program: JUnit XML, annotations of GitHub Actions, results.json of Gradescope, "
    "result.json of Classroom 50.",
)  # fmt: skip
@click.option(
    "--feedback", "level", type=click.Choice(["full", "public", "points"]), default="full", show_default=True,
    help="With --format: how much is shown of hidden checks.",
)  # fmt: skip
@click.option("--verbose", is_flag=True, help="Show every failure in full, and all that your code printed.")
@click.pass_context
def grade(
    ctx: click.Context,
    exercise: str | None,
    named: str | None,
    kept: bool,
    case: str | None,
    seed: int | None,
    data: str | None,
    isolation: str | None,
    as_json: bool,
    form: str | None,
    level: str,
    verbose: bool,
) -> None:
    """Grade an exercise: hidden tests, points, and what is wrong.

    Without a name: the next exercise that is not done. Exit code 0 means that
    every check passes.

    \b
    Example:
        dlquiz grade exercise3
        dlquiz grade 3 --file other.py --json
        dlquiz grade 3 --file my-notebook.ipynb --keep
        dlquiz grade 3 --format junit > report.xml
    """
    if as_json and form is not None:
        raise click.UsageError("--json and --format are different outputs: give one of them")
    quiet = as_json or form is not None
    from dlquiz.study.grading import Wish, is_untouched, keep, read, started_early

    # Before anything heavy: its imports run beside ours.
    ctx.with_resource(started_early())
    from dlquiz.cli._grading import grade_live, say_next, show, warn_not_stored
    from dlquiz.errors import SubmissionError
    from dlquiz.model.feedback import FeedbackLevel, feedback_of, not_graded

    app: App = ctx.obj
    course = app.desk.course
    exercise_id = app.desk.exercise_id(exercise)
    path = app.desk.learner_file(exercise_id, named)
    own = named is None or kept or app.desk.is_own(exercise_id, path)
    wish = Wish(seed, case, data, isolation, own)
    try:
        submission = read(course, exercise_id, path)
    except SubmissionError as error:
        if form is None:
            raise
        shown = not_graded(exercise_id, error.message, course.exercise(exercise_id).points)
        _say_ci(app, shown, form, path)
        ctx.exit(1)
    if is_untouched(course, exercise_id, submission):
        if form is not None:
            told = "The file is still the start file; it was not graded."
            _say_ci(app, not_graded(exercise_id, told, course.exercise(exercise_id).points), form, path)
        else:
            say_untouched(app, exercise_id, path, as_json=as_json)
        ctx.exit(1)
    report = grade_live(app, exercise_id, submission, wish, live=not quiet)
    trouble = keep(app.desk, report, wish)
    if as_json:
        app.echo(report.model_dump_json(indent=2))
    elif form is not None:
        _say_ci(app, feedback_of(report, FeedbackLevel(level)), form, path)
    else:
        show(app, report, path, wish, named=named, verbose=verbose)
    warn_not_stored(app, trouble)
    say_next(app, report, own=own, named=named, err=quiet)
    ctx.exit(report.exit_code)


def _say_ci(app: "App", shown: "Feedback", form: str, path: "Path") -> None:
    from dlquiz.cli._ci import ci_document

    app.echo(ci_document(shown, form, path))


def say_untouched(app: "App", exercise_id: str, path: "Path", *, as_json: bool = False) -> None:
    """Say that there is nothing to grade yet, and what to do."""
    if as_json:
        from dlquiz.cli._grading import untouched_document

        app.say_json(untouched_document(exercise_id, path))
    else:
        app.say(f"{exercise_id} has not been begun: the file is still as you got it, so it was not graded.")
        app.say(f"1. Read the lesson:       dlquiz lesson {exercise_id}")
        app.say(f"2. Open and edit:         {path}   (look for TODO)")
        app.say(f"3. Try it:                dlquiz run {exercise_id}")
        app.say(f"4. Grade it:              dlquiz grade {exercise_id}")
    app.say_next(f"dlquiz lesson {exercise_id}", err=as_json)
