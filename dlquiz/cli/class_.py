"""``dlquiz class``: what a whole class handed in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli import (
    _class_grades,
    _class_manual,
    _class_quiz,
    _class_remove,
    _class_report,
    _class_rules,
    _class_show,
    _class_similar,
    _class_worker_check,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlquiz.classroom.matching import Target
    from dlquiz.cli._app import App


@click.group(name="class")
def class_() -> None:
    """For teachers: grade what a whole class handed in.

    \b
    Example:
        dlquiz class grade submissions.zip --csv grades.csv
    """


@class_.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--exercise", metavar="EXERCISE", help="Everything is for this exercise, whatever the files are called.")
@click.option("--roster", metavar="FILE", help="A CSV of the people: name, id, email, login, section.")
@click.option("--rules", metavar="FILE", help="The rules of the class: class.yaml; every attempt is graded then.")
@click.option("--times", metavar="FILE", help="With --rules: a CSV of who handed in when.")
@click.option("--csv", "table", metavar="FILE", help="Write the table of points here.")
@click.option("--bom", is_flag=True, help="Begin the table with a mark that some spreadsheets need for UTF-8.")
@click.option(
    "--db", "book", metavar="FILE", default="class.sqlite3", show_default=True,
    help="Where the gradings are kept: a SQLite file or a URL.",
)  # fmt: skip
@click.option(
    "--jobs", type=click.IntRange(1, 256), help="Gradings at the same time.  [default: one for each processor]"
)
@click.option("--cluster", metavar="ADDRESS", help="Grade on the workers of a Dask cluster: its scheduler's address.")
@click.option("--seed", type=click.IntRange(min=0, max=2**53 - 1), help="The same numbers as another time.")
@click.option(
    "--isolation", type=click.Choice(["kernel", "process"]), default="kernel", show_default=True,
    help="How strong the wall must be.",
)  # fmt: skip
@click.option(
    "--regrade", is_flag=True,
    help="Grade everything anew, show who would change and why, and ask whether that is to count.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="With --regrade: let the new gradings count without asking.")
@click.option(
    "--replay", metavar="NUMBER", type=click.IntRange(1, 2**31 - 1),
    help="Repeat one grading exactly and compare; --json names the gradings.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what is there and how long it may take; run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def grade(
    ctx: click.Context,
    paths: tuple[str, ...],
    exercise: str | None,
    roster: str | None,
    rules: str | None,
    times: str | None,
    table: str | None,
    bom: bool,
    book: str,
    jobs: int | None,
    cluster: str | None,
    seed: int | None,
    isolation: str,
    regrade: bool,
    yes: bool,
    replay: int | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Grade what a class handed in, each different submission once.

    PATH is a folder, an archive or a file: of one learner, or of a class, as
    Canvas, Moodle, Gradescope and Blackboard pack it. Everybody gets the same
    numbers. Each grading is kept when it is done; typed again, the command
    grades only what is missing, and what was graded counts until --regrade.
    Exit code 1 means that something could not be read, or was not let count, 4
    that a grading is incomplete.

    \b
    Example:
        dlquiz class grade submissions.zip --dry-run
        dlquiz class grade submissions.zip --roster people.csv --csv grades.csv
        dlquiz class grade handed-in --exercise exercise3 --jobs 2
        dlquiz class grade submissions.zip --regrade
        dlquiz class grade submissions.zip --replay 12
        dlquiz class grade submissions.zip --rules class.yaml --csv grades.csv
        dlquiz class grade submissions.zip --cluster tcp://head:8786
    """
    from dlquiz.classroom.collect import collect
    from dlquiz.classroom.grading import HowGraded
    from dlquiz.classroom.roll import call_roll
    from dlquiz.classroom.table import csv_bytes
    from dlquiz.cli import _class_grading as work
    from dlquiz.cli._class_regrade import Decision
    from dlquiz.model.report import Isolation

    app: App = ctx.obj
    others = dry_run or table is not None or seed is not None
    _demand_one_task(yes=yes, regrade=regrade, times=times, rules=rules, replay=replay is not None, others=others)
    targets = work.targets_of(app, exercise)
    if replay is not None:
        ctx.exit(_replay(app, replay, book, paths, targets, only=exercise is not None, as_json=as_json))
    engine = ctx.with_resource(work.open_engine(app, cluster, jobs, quiet=as_json))
    how = HowGraded(seed, Isolation(isolation), engine, regrade)
    decide = Decision(app, yes=yes, as_json=as_json) if regrade and not dry_run else None
    if rules is not None:
        from dlquiz.cli._class_by_rules import RuledWishes
        from dlquiz.cli._class_ruled_grade import grade_by_rules

        wishes = RuledWishes(rules, paths, targets, exercise is not None, roster, times)
        run = work.ClassWork(app, book, how, as_json)
        ctx.exit(grade_by_rules(run, wishes, None if dry_run else table, decide, bom=bom, dry_run=dry_run))
    people = None if roster is None else work.open_roster(roster)
    to = None if table is None or dry_run else work.own_table(table)
    with collect([Path(path).expanduser() for path in paths], targets, only=exercise is not None) as found:
        rows = call_roll(found, people, [target.exercise for target in targets])
        run = work.ClassWork(app, book, how, as_json)
        graded = run.look(rows) if dry_run else run.grade(rows, decide)
    if to is not None:
        work.write_table(to, csv_bytes(graded, bom=bom))
    if as_json:
        app.say_json(work.as_document(graded, found, run, dry_run=dry_run))
    else:
        work.say(app, graded, found, run, dry_run=dry_run)
        if to is not None:
            app.say(f"The table: {to}")
    ctx.exit(work.exit_code(graded, run.regrading))


def _demand_one_task(
    *, yes: bool, regrade: bool, times: str | None, rules: str | None, replay: bool, others: bool
) -> None:
    """Refuse options of ``class grade`` that ask for different things."""
    from dlquiz.errors import UsageError

    if yes and not regrade:
        raise click.UsageError("--yes is for --regrade.")
    if times is not None and rules is None:
        raise UsageError("--times needs --rules.", next_step="Name a class.yaml with --rules.")
    if replay and (regrade or rules is not None or others):
        raise click.UsageError("--replay repeats one grading as it was: leave out the other options.")


def _replay(
    app: "App",
    number: int,
    book: str,
    paths: "Sequence[str]",
    targets: "Sequence[Target]",
    *,
    only: bool,
    as_json: bool,
) -> int:
    from dlquiz.cli import _class_replay as again

    done = again.replay_one(app, book, number, [Path(path).expanduser() for path in paths], targets, only=only)
    if as_json:
        app.say_json(again.replay_document(done))
    else:
        again.say_replay(app, done)
    return again.replay_code(done)


@class_.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--to", "folder", metavar="DIR", required=True, help="A new folder for the pages.")
@click.option("--exercise", metavar="EXERCISE", help="Everything is for this exercise, whatever the files are called.")
@click.option("--roster", metavar="FILE", help="A CSV of the people: name, id, email, login, section.")
@click.option(
    "--db", "book", metavar="FILE", default="class.sqlite3", show_default=True,
    help="Where class grade has kept the gradings: a SQLite file or a URL.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
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


@class_.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--to", "folder", metavar="DIR", required=True, help="A new folder for the pages.")
@click.option(
    "--feedback", "level", type=click.Choice(["full", "public", "points"]), default="public", show_default=True,
    help="How much is shown of hidden checks.",
)  # fmt: skip
@click.option("--moodle", is_flag=True, help="Write DIR/moodle.zip, too: feedback files as Moodle takes them back.")
@click.option("--exercise", metavar="EXERCISE", help="Everything is for this exercise, whatever the files are called.")
@click.option("--roster", metavar="FILE", help="A CSV of the people: name, id, email, login, section.")
@click.option(
    "--db", "book", metavar="FILE", default="class.sqlite3", show_default=True,
    help="Where class grade has kept the gradings: a SQLite file or a URL.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
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


@class_.command()
@click.argument("gradebook", metavar="GRADEBOOK")
@click.option("--grades", metavar="FILE", required=True, help="The table of points: class grade --csv.")
@click.option("--to", "target", metavar="FILE", required=True, help="Where the filled gradebook goes.")
@click.option("--exercise", metavar="EXERCISE", help="Which exercise of the table.")
@click.option("--column", metavar="NAME", help="The column to fill: its header, its title or its number.")
@click.option("--scale", is_flag=True, help="Convert the points to what the column is out of.")
@click.option("--replace", is_flag=True, help="Replace other values that stand there. Who is excused stays so.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
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


@class_.command()
@click.argument("exercise", metavar="EXERCISE")
@click.option("--to", "target", metavar="FILE", default="autograder.zip", show_default=True, help="A new file.")
@click.option(
    "--feedback", "level", type=click.Choice(["full", "public", "points"]), default="public", show_default=True,
    help="How much is shown of hidden checks.",
)  # fmt: skip
@click.option(
    "--isolation", type=click.Choice(["kernel", "process"]), default="kernel", show_default=True,
    help="How strong the wall must be there; without it nothing is graded.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def gradescope(ctx: click.Context, exercise: str, target: str, level: str, isolation: str, as_json: bool) -> None:
    """Write an autograder for Gradescope: this program and course, in a zip.

    Their container installs it with the versions that are installed here, and
    grades each submission behind our wall. The file holds the hidden checks and
    the solutions: upload it, and give it to nobody.

    \b
    Example:
        dlquiz class gradescope exercise3 --to autograder.zip
    """
    from dlquiz.cli import _class_autograder as work

    app: App = ctx.obj
    size = work.write_gradescope(app, app.desk.exercise_id(exercise), target, level, isolation)
    if as_json:
        app.say_json({"format_version": 1, "file": target, "bytes": size})
        return
    app.say(f"For Gradescope (Configure Autograder, Zip file upload): {target}, {size / 1e6:.1f} MB")


@class_.command()
@click.argument("exercise", metavar="EXERCISE")
@click.option("--to", "target", metavar="DIR", default="autograder", show_default=True, help="A new folder.")
@click.option(
    "--feedback", "level", type=click.Choice(["full", "public", "points"]), default="public", show_default=True,
    help="How much is shown of hidden checks.",
)  # fmt: skip
@click.option(
    "--isolation", type=click.Choice(["kernel", "process"]), default="kernel", show_default=True,
    help="How strong the wall must be there; without it nothing is graded.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def classroom50(ctx: click.Context, exercise: str, target: str, level: str, isolation: str, as_json: bool) -> None:
    """Write an autograder for Classroom 50: autograder.py and what it installs.

    It grades the learner's repository behind our wall and writes result.json,
    with points as whole numbers. The folder holds the hidden checks and the
    solutions: it belongs into the private repository of the classroom.

    \b
    Example:
        dlquiz class classroom50 exercise3 --to autograder
    """
    from dlquiz.cli import _class_autograder as work

    app: App = ctx.obj
    names = work.write_classroom50(app, app.desk.exercise_id(exercise), target, level, isolation)
    if as_json:
        app.say_json({"format_version": 1, "folder": target, "files": names})
        return
    app.say(f"For Classroom 50: {target} ({', '.join(names)})")


class_.add_command(_class_rules.rules)
class_.add_command(_class_manual.manual)
class_.add_command(_class_quiz.quiz_)
class_.add_command(_class_grades.grades)
class_.add_command(_class_similar.similar)
class_.add_command(_class_report.report)
class_.add_command(_class_show.show)
class_.add_command(_class_remove.remove)
class_.add_command(_class_worker_check.worker_check)
