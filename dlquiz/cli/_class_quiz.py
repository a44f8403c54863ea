"""``dlquiz class quiz``: a variant for everybody, and the answers of a class marked in one place."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON
from dlquiz.cli._class_rules import read_rules
from dlquiz.errors import UsageError, cannot_write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlquiz.classroom.quiz_files import QuizMark
    from dlquiz.classroom.rules import KnownRules
    from dlquiz.classroom.scores import QuizScore
    from dlquiz.cli._app import App
    from dlquiz.model.quiz import Quiz


@click.command("quiz")
@click.argument("quiz", metavar="QUIZ")
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option(
    "--rules", "rules", metavar="FILE", required=True, help="The rules of the class: class.yaml, with a seed."
)
@click.option("--roster", metavar="FILE", help="People, in the place of those that the rules name.")
@click.option(
    "--sheets", "sheets", metavar="DIR", help="Write a sheet for everybody into this new folder; mark nothing."
)
@click.option("--times", "times", metavar="FILE", help="A CSV of who handed in when.")
@click.option("--csv", "table", metavar="FILE", help="Write the scores here; class grades takes them in.")
@click.option(
    "--items", "items", metavar="FILE", help="Write every answer with its score here, without names, for quiz analyse."
)
@AS_JSON
@click.pass_context
def quiz_(
    ctx: click.Context,
    quiz: str,
    paths: tuple[str, ...],
    rules: str,
    roster: str | None,
    sheets: str | None,
    times: str | None,
    table: str | None,
    items: str | None,
    as_json: bool,
) -> None:
    """Give everybody a variant of a quiz, and mark the answers.

    Everybody gets other numbers and other orders, drawn from the seed of the
    class. A sheet is a file to fill in and hand in; PATH is a folder or an
    archive of them, as an LMS packs it. What a learner's own progress says is
    never looked at. Exit code 1 means that a file could not be marked.

    \b
    Example:
        dlquiz class quiz training-words --rules class.yaml --sheets sheets
        dlquiz class quiz training-words answers.zip --rules class.yaml --csv scores.csv
        dlquiz class quiz training-words answers.zip --rules class.yaml --items items.json
    """
    from dlquiz.classroom.scores import COLUMNS, ITEM_BEGINNING, item_bytes, score_bytes
    from dlquiz.cli._class_grading import own_table, write_table
    from dlquiz.content.course import load_quiz

    app: App = ctx.obj
    known = read_rules(app, rules, roster)
    found = load_quiz(app.desk.course.quiz_path(quiz))
    if known.said.seed is None or known.roster is None:
        what = "no 'seed'" if known.said.seed is None else "no people"
        raise UsageError(
            f"{rules} has {what}, so there are no variants.", next_step="Write seed: and any number, and roster:"
        )
    if (sheets is None) == (not paths):
        raise UsageError("Give either answers to mark, or --sheets DIR.", next_step="dlquiz class quiz --help")
    if sheets is not None:
        names = _write_sheets(quiz, found, known, sheets)
        if as_json:
            app.say_json({"format_version": 1, "sheets": names})
        else:
            app.say(f"{len(names):,} sheets: {sheets}")
        return
    to = None if table is None else own_table(table, COLUMNS)
    items_to = None if items is None else own_table(items, (ITEM_BEGINNING,))
    marks, scores = _marked(quiz, found, known, paths, times)
    if to is not None:
        write_table(to, score_bytes(scores))
    if items_to is not None:
        write_table(items_to, item_bytes(scores, marks))
    if as_json:
        app.say_json({"format_version": 1, "quiz": quiz, "rows": [_row(one) for one in scores]})
    else:
        _say(app, marks, table)
    ctx.exit(1 if not marks or any(one.earned is None for one in marks) else 0)


def _write_sheets(quiz_id: str, quiz: "Quiz", known: "KnownRules", folder: str) -> list[str]:
    from dlquiz.atomic import create_file
    from dlquiz.classroom.quiz_files import sheet_name, sheet_text

    assert known.roster is not None
    names = []
    for person in known.roster.people:
        name = sheet_name(person, quiz_id, known)
        path = Path(folder).expanduser() / name
        try:
            made = create_file(path, sheet_text(quiz_id, quiz, person, known).encode("utf-8", "replace"))
        except OSError as error:
            raise cannot_write(path, error) from error
        if not made:
            raise UsageError(f"{path} is there already.", next_step="Name another folder with --sheets.")
        names.append(name)
    return names


def _marked(
    quiz_id: str, quiz: "Quiz", known: "KnownRules", paths: "Sequence[str]", times: str | None
) -> "tuple[list[QuizMark], list[QuizScore]]":
    from dlquiz.classroom.quiz_files import answer_files, mark_files
    from dlquiz.classroom.scores import scored
    from dlquiz.classroom.times import TimeTable, read_times

    works = [*known.said.exercises, *known.said.quizzes, quiz_id]
    said = TimeTable() if times is None else read_times(times, known.zone, works, known.roster)
    marks = mark_files(quiz_id, quiz, answer_files([Path(path).expanduser() for path in paths], quiz_id), known)
    return marks, scored(quiz_id, marks, said, known)


def _say(app: "App", marks: "Sequence[QuizMark]", table: str | None) -> None:
    from dlquiz.render.findings import counted
    from dlquiz.text import one_line

    marked = [one for one in marks if one.earned is not None and one.possible]
    app.say(f"{counted(len(marks), 'file')} of answers, {len(marked)} marked.", bold=True)
    if marked:
        mean = sum((one.earned or 0) / one.possible for one in marked) / len(marked)
        app.say(f"  {mean:.0%} of the points on average")
    for one in marks:
        if one.problem:
            app.say(
                f"  {one_line(one.person.name, 60)} ({one_line(one.file.label, 120)}): {one_line(one.problem, 300)}"
            )
    if table is not None:
        app.say(f"The scores: {table}")


def _row(one: "QuizScore") -> dict[str, object]:
    from dlquiz.text import one_line

    made = one.attempt
    return {
        "learner": one_line(one.person.name, 500),
        "id": one_line(one.person.id, 500),
        "points": made.points,
        "possible": made.possible,
        "handed_in_at": made.at.isoformat() if made.at else None,
        "source": made.source or None,
        "problem": one_line(made.problem, 2000) or None,
        "file": one_line(made.label, 2000),
    }
