"""``dlquiz class report``: what the gradings of a class say together."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, KEPT
from dlquiz.errors import UsageError

if TYPE_CHECKING:
    from dlquiz.cli._app import App
    from dlquiz.model.insight import ClassInsight, HandInCounts


@click.command("report")
@click.option("--exercise", metavar="EXERCISE", help="This exercise alone.")
@KEPT
@click.option("--html", "page", metavar="FILE", help="Write one page with pictures here; it needs no network.")
@AS_JSON
@click.pass_context
def report(ctx: click.Context, exercise: str | None, book: str, page: str | None, as_json: bool) -> None:
    """Say what was hard for a class, and which mistakes were made by how many.

    Of each exercise the last run of `class grade` is read, with the gradings
    that count. Shown are the points, the hardest checks, the diagnoses with the
    share of learners who got them, also by week, and runs that a person should
    look at. Nothing is graded here. The page names learners.

    \b
    Example:
        dlquiz class report
        dlquiz class report --exercise exercise3 --html report.html
    """
    from dlquiz.classroom.book import Book
    from dlquiz.classroom.kept_handins import all_handins, count_handins, latest_handins, tally_class
    from dlquiz.cli._class_grading import kept_book, write_table
    from dlquiz.render.insight import class_report_html, class_report_text

    app: App = ctx.obj
    wanted = None if exercise is None else app.desk.exercise_id(exercise)
    kept_book(book)
    to = None if page is None else _own_page(page)
    with Book(book) as opened:
        rows = [one for one in latest_handins(all_handins(opened)) if wanted in (None, one.exercise)]
        found = tally_class(opened, rows).result(app.desk.course.exercise_ids())
    counts = count_handins(rows)
    if not found.exercises:
        what = f"of {wanted} " if wanted else ""
        raise UsageError(f"Nothing {what}has been graded yet.", next_step="dlquiz class grade PATH...")
    if to is not None:
        title = f"Report of a class: {app.desk.course.manifest.title}"
        write_table(to, class_report_html(found, counts, title).encode("utf-8", "replace"))
    if as_json:
        app.say_json(_document(found, counts))
        return
    app.echo(class_report_text(found, counts, min(app.columns, 120)), end="")
    if to is not None:
        app.say(f"\nThe page: {to}")


def _own_page(name: str) -> Path:
    """Return where the page goes, if it may."""
    from dlquiz.cli._own_files import own_output
    from dlquiz.render.insight import GENERATOR

    return own_output(name, lambda beginning: GENERATOR.encode() in beginning, "report", "--html")


def _document(found: "ClassInsight", counts: "dict[str, HandInCounts]") -> dict[str, object]:
    from dataclasses import asdict

    exercises = []
    for one in found.exercises:
        shown = {**asdict(one), "hand_ins": asdict(counts[one.exercise])}
        shown["checks"] = [
            {**asdict(check), "share": round(check.share, 4), "causes": dict(check.causes)} for check in one.checks
        ]
        exercises.append(shown)
    weeks = [{**asdict(week), "monday": week.monday.isoformat()} for week in found.weeks]
    return {
        "format_version": 1,
        "exercises": exercises,
        "weeks": weeks,
        "timed": found.timed,
        "untimed": found.untimed,
    }
