"""``dlquiz class``: what a whole class handed in."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli import (
    _class_autograders,
    _class_grades,
    _class_manual,
    _class_quiz,
    _class_remove,
    _class_report,
    _class_returned,
    _class_rules,
    _class_show,
    _class_similar,
    _class_worker_check,
)
from dlquiz.cli._class_options import AS_JSON, EVERYTHING_FOR, ROSTER

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
@EVERYTHING_FOR
@ROSTER
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
@AS_JSON
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


class_.add_command(_class_rules.rules)
class_.add_command(_class_manual.manual)
class_.add_command(_class_quiz.quiz_)
class_.add_command(_class_grades.grades)
class_.add_command(_class_similar.similar)
class_.add_command(_class_report.report)
class_.add_command(_class_show.show)
class_.add_command(_class_remove.remove)
class_.add_command(_class_worker_check.worker_check)
class_.add_command(_class_returned.feedback)
class_.add_command(_class_returned.fill)
class_.add_command(_class_returned.questions)
class_.add_command(_class_autograders.gradescope)
class_.add_command(_class_autograders.classroom50)
