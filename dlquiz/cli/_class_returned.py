"""``dlquiz class feedback``, ``fill`` and ``questions``: what goes back to learners and to the LMS."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, EVERYTHING_FOR, FEEDBACK, KEPT, ROSTER

if TYPE_CHECKING:
    from dlquiz.cli._app import App


@click.command("feedback")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--to", "folder", metavar="DIR", required=True, help="A new folder for the pages.")
@FEEDBACK
@click.option("--moodle", is_flag=True, help="Write DIR/moodle.zip, too: feedback files as Moodle takes them back.")
@EVERYTHING_FOR
@ROSTER
@KEPT
@AS_JSON
@click.pass_context
def feedback(
    ctx: click.Context,
    paths: tuple[str, ...],
    folder: str,
    level: str,
    moodle: bool,
    exercise: str | None,
    roster: str | None,
    book: str,
    as_json: bool,
) -> None:
    """Write a page of feedback for each learner, in HTML and in Markdown.

    PATH is what was graded with `class grade`; nothing is graded here. With
    `public`, hidden checks are named by a number alone; `full` shows what
    `dlquiz grade` shows; `points` shows the sum.

    \b
    Example:
        dlquiz class grade submissions.zip
        dlquiz class feedback submissions.zip --to feedback --moodle
    """
    from dlquiz.classroom.collect import collect
    from dlquiz.classroom.pages import new_folder
    from dlquiz.classroom.roll import call_roll
    from dlquiz.cli import _class_feedback as pages
    from dlquiz.cli import _class_grading as work
    from dlquiz.model.feedback import FeedbackLevel

    app: App = ctx.obj
    targets = work.targets_of(app, exercise)
    people = None if roster is None else work.open_roster(roster)
    with collect([Path(path).expanduser() for path in paths], targets, only=exercise is not None) as found:
        rows = call_roll(found, people, [target.exercise for target in targets])
        told = pages.whose(app, rows, work.kept_book(book), FeedbackLevel(level))
    to = new_folder(folder)
    written = pages.write_pages(told, to, moodle=moodle)
    if as_json:
        app.say_json({"format_version": 1, "feedback": level, "pages": written})
        return
    app.say(f"Pages for {len(written)} learners: {to}")
    if moodle:
        app.say(f"For Moodle (Upload multiple feedback files in a zip): {to / pages.MOODLE_ZIP}")


@click.command("fill")
@click.argument("gradebook", metavar="GRADEBOOK")
@click.option("--grades", metavar="FILE", required=True, help="The table of points: class grade --csv.")
@click.option("--to", "target", metavar="FILE", required=True, help="Where the filled gradebook goes.")
@click.option("--exercise", metavar="EXERCISE", help="Which exercise of the table.")
@click.option("--column", metavar="NAME", help="The column to fill: its header, its title or its number.")
@click.option("--scale", is_flag=True, help="Convert the points to what the column is out of.")
@click.option("--replace", is_flag=True, help="Replace other values that stand there. Who is excused stays so.")
@AS_JSON
@click.pass_context
def fill(
    ctx: click.Context,
    gradebook: str,
    grades: str,
    target: str,
    exercise: str | None,
    column: str | None,
    scale: bool,
    replace: bool,
    as_json: bool,
) -> None:
    """Fill points into a gradebook that Canvas, Moodle or Blackboard exported.

    GRADEBOOK is Canvas's or Blackboard's export, or Moodle's grading worksheet.
    The copy can be imported there. No column and no person is ever added, and
    what is there already stays, unless --replace is given.

    \b
    Example:
        dlquiz class grade submissions.zip --csv grades.csv
        dlquiz class fill export.csv --grades grades.csv --exercise exercise3 --to filled.csv
    """
    from dlquiz.cli import _class_fill as work

    app: App = ctx.obj
    name = None if exercise is None else app.desk.exercise_id(exercise)
    found = work.fill_in(app, gradebook, grades, target, exercise=name, column=column, scale=scale, replace=replace)
    if as_json:
        app.say_json(work.as_document(found, target))
    else:
        work.say(app, found, target)
    ctx.exit(1 if found.unknown or found.kept else 0)


@click.command("questions")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--to", "folder", metavar="DIR", required=True, help="A new folder for the pages.")
@EVERYTHING_FOR
@ROSTER
@KEPT
@AS_JSON
@click.pass_context
def questions(
    ctx: click.Context,
    paths: tuple[str, ...],
    folder: str,
    exercise: str | None,
    roster: str | None,
    book: str,
    as_json: bool,
) -> None:
    """Write questions about each learner's own file, for those with full points.

    A program that passes may be somebody else's. For each hand-in to which
    `class grade` gave full points, a page asks two or three questions about
    this very file, and a second page in DIR/answers has the right answers.
    They were measured, behind the wall.

    \b
    Example:
        dlquiz class grade submissions.zip
        dlquiz class questions submissions.zip --to questions
    """
    from dlquiz.classroom.book import Book
    from dlquiz.classroom.collect import collect
    from dlquiz.classroom.engine import HereEngine
    from dlquiz.classroom.grading import HowGraded
    from dlquiz.classroom.pages import new_folder
    from dlquiz.classroom.roll import call_roll
    from dlquiz.cli import _class_grading as work
    from dlquiz.cli import _class_questions as pages
    from dlquiz.errors import UsageError
    from dlquiz.model.report import Isolation

    app: App = ctx.obj
    targets = work.targets_of(app, exercise)
    people = None if roster is None else work.open_roster(roster)
    work.kept_book(book)
    with collect([Path(path).expanduser() for path in paths], targets, only=exercise is not None) as found:
        rows = call_roll(found, people, [target.exercise for target in targets])
        with Book(book) as kept:
            full = pages.full_marks(app, rows, kept, HowGraded(None, Isolation.KERNEL, HereEngine(1)))
        if not full:
            raise UsageError("No hand-in has full points in these gradings.", next_step="dlquiz class grade PATH...")
        to = new_folder(folder, pages.KEYS)
        written = pages.write_pages(app, full, to, shown=not as_json)
    if as_json:
        app.say_json({"format_version": 1, "pages": written})
        return
    asked = sum(one["file"] is not None for one in written)
    app.say(f"Pages for {asked} of {len(written)} hand-ins with full points: {to}")
    app.say(f"The right answers: {to / pages.KEYS}")
