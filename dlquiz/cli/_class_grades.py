"""``dlquiz class grades``: from points, rules and people to grades and totals."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, KEPT
from dlquiz.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlquiz.classroom.rules import KnownRules
    from dlquiz.classroom.work_grades import LearnerGrades
    from dlquiz.cli._app import App
    from dlquiz.cli._class_by_rules import RuledClass


@click.command("grades")
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option("--rules", "rules", metavar="FILE", required=True, help="The rules of the class: class.yaml.")
@click.option("--roster", metavar="FILE", help="People, in the place of those that the rules name.")
@click.option("--times", metavar="FILE", help="A CSV of who handed in when.")
@click.option(
    "--manual", metavar="FILE", help="Points of people.  [default: manual.csv beside the rules, if it is there]"
)
@click.option("--scores", metavar="FILE", multiple=True, help="Scores of class quiz; may be repeated.")
@KEPT
@click.option("--csv", "table", metavar="FILE", help="Write your table here: a row for each learner, and the total.")
@click.option("--works", metavar="FILE", help="Write every grade with its whole reckoning here.")
@click.option("--public", metavar="FILE", help="Write the table for learners here, from the release on.")
@click.option("--bom", is_flag=True, help="Begin tables with a mark that some spreadsheets need for UTF-8.")
@click.option("--learner", metavar="ID", help="Show this learner's grades, and how each came about.")
@AS_JSON
@click.pass_context
def grades(
    ctx: click.Context,
    paths: tuple[str, ...],
    rules: str,
    roster: str | None,
    times: str | None,
    manual: str | None,
    scores: tuple[str, ...],
    book: str,
    table: str | None,
    works: str | None,
    public: str | None,
    bom: bool,
    learner: str | None,
    as_json: bool,
) -> None:
    """Give grades by the rules of the class, and totals.

    PATH is what was handed in, as for `class grade`, which must have graded it
    already: here nothing is run. Points by hand and scores of quizzes are
    added; weights and lowest shares are as class.yaml says. Before the release
    date there is no table for learners. Exit code 1 means that a person has to
    decide something first.

    \b
    Example:
        dlquiz class grades submissions.zip --rules class.yaml --csv totals.csv
        dlquiz class grades submissions.zip --rules class.yaml --learner 7
        dlquiz class grades submissions.zip --rules class.yaml --public grades.csv
    """
    from dlquiz.classroom.engine import HereEngine
    from dlquiz.classroom.grading import HowGraded
    from dlquiz.cli import _class_by_rules as by_rules
    from dlquiz.cli import _class_grading as work
    from dlquiz.model.report import Isolation

    app: App = ctx.obj
    if not paths and not scores:
        raise UsageError("Name what was handed in, or --scores FILE.", next_step="dlquiz class grades --help")
    if paths and "://" not in book and not Path(book).expanduser().is_file():
        raise UsageError(f"There are no gradings in {book} yet.", next_step="dlquiz class grade PATH...")
    targets = work.targets_of(app, None)
    ruled = by_rules.ruled_class(app, by_rules.RuledWishes(rules, paths, targets, False, roster, times, manual, scores))
    places = _places(app, ruled.rules, {"csv": table, "works": works, "public": public})
    with ruled.found():
        how = HowGraded(None, Isolation.KERNEL, HereEngine(1))
        ruled.look_at(work.ClassWork(app, book, how, as_json), grade=False)
    found = ruled.grades(quizzes=True)
    _write(places, found, ruled.rules, bom=bom)
    if as_json:
        app.say_json(_document(app, ruled.rules, found))
    elif learner is not None:
        by_rules.say_learner(app, ruled.rules, found, learner)
    else:
        _say(app, ruled, found, places)
    ctx.exit(1 if any(one.open for one in found) or not found else 0)


def _places(app: "App", rules: "KnownRules", named: dict[str, str | None]) -> dict[str, Path]:
    """Return where tables go, if they may."""
    from dlquiz.classroom.grade_tables import PUBLIC_COLUMNS, TOTAL_COLUMNS, WORK_COLUMNS
    from dlquiz.classroom.reckoning import moment, shown
    from dlquiz.cli._class_grading import own_table

    if named["public"] is not None and rules.said.release is not None and not rules.released(app.now()):
        day = shown(moment(rules.said.release, rules.zone), rules.zone)
        raise UsageError(
            f"Learners may see their grades from {day} on.", next_step="Until then --csv writes your own table."
        )
    columns = {"csv": TOTAL_COLUMNS, "works": WORK_COLUMNS, "public": PUBLIC_COLUMNS}
    return {kind: own_table(name, columns[kind]) for kind, name in named.items() if name is not None}


def _write(places: dict[str, Path], found: "Sequence[LearnerGrades]", rules: "KnownRules", *, bom: bool) -> None:
    from dlquiz.classroom.grade_tables import public_bytes, total_bytes, work_bytes
    from dlquiz.cli._class_grading import write_table

    made = {
        "csv": lambda: total_bytes(found, rules, bom=bom),
        "works": lambda: work_bytes(found, rules, bom=bom),
        "public": lambda: public_bytes(found, rules, bom=bom),
    }
    for kind, path in places.items():
        write_table(path, made[kind]())


def _say(app: "App", ruled: "RuledClass", found: "Sequence[LearnerGrades]", places: dict[str, Path]) -> None:
    from dlquiz.classroom.grade_tables import percent
    from dlquiz.cli._class_by_rules import say_by_rules, say_times
    from dlquiz.render.findings import counted

    shares = [one.total.share for one in found if one.total.share is not None]
    mean = f"; {percent(sum(shares) / len(shares))} % on average" if shares else ""
    app.say(f"{counted(len(found), 'learner')}, {len(shares)} with a total{mean}.", bold=True)
    say_times(app, ruled)
    say_by_rules(app, found)
    for path in places.values():
        app.say(f"Written: {path}")


def _document(app: "App", rules: "KnownRules", found: "Sequence[LearnerGrades]") -> dict[str, object]:
    from dlquiz.classroom.grade_tables import grade_document

    return {"format_version": 1, "released": rules.released(app.now()), "learners": grade_document(found, rules)}
