"""``dlquiz class show``: how one grade came about."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, KEPT

if TYPE_CHECKING:
    from dlquiz.classroom.book import KeptGrading
    from dlquiz.classroom.kept_handins import KeptHandIn
    from dlquiz.cli._app import App
    from dlquiz.model.report import CaseResult


@click.command("show")
@click.argument("learner", metavar="LEARNER")
@click.argument("exercise", metavar="EXERCISE")
@KEPT
@AS_JSON
@click.pass_context
def show(ctx: click.Context, learner: str, exercise: str, book: str, as_json: bool) -> None:
    """Explain one grade: the file, the points of each check, and what decided.

    LEARNER is an id or a name; a part of a name is enough if it fits one
    person. Shown is what the last run of `class grade` with this learner says,
    the grading that counts, and the command that repeats it. Exit code 1 means
    that there is no grading.

    \b
    Example:
        dlquiz class show 7 exercise3
        dlquiz class show "Ada Lovelace" 3
    """
    from dlquiz.classroom.book import Book
    from dlquiz.classroom.kept_handins import all_handins, one_learner
    from dlquiz.cli._class_grading import kept_book
    from dlquiz.errors import UsageError
    from dlquiz.text import one_line

    app: App = ctx.obj
    wanted = app.desk.exercise_id(exercise)
    with Book(kept_book(book)) as opened:
        mine = [one for one in one_learner(all_handins(opened), learner) if one.exercise == wanted]
        if not mine:
            raise UsageError(
                f"'{one_line(learner, 60)}' has handed in nothing for {wanted}.", next_step="dlquiz class report"
            )
        attempts = [one for one in mine if one.run == mine[0].run]
        # As in the report: the last attempt that was graded.
        shown = next((one for one in reversed(attempts) if one.grading is not None), attempts[-1])
        kept = None if shown.grading is None else opened.find_number(shown.grading)
    if as_json:
        app.say_json(_document(shown, attempts, kept))
    else:
        _say(app, shown, attempts, kept, book)
    ctx.exit(1 if kept is None else 0)


def _say(app: "App", shown: "KeptHandIn", attempts: "list[KeptHandIn]", kept: "KeptGrading | None", book: str) -> None:
    from dlquiz.text import one_line

    who = " ".join(filter(None, [shown.learner, f"({shown.learner_id})" if shown.learner_id else "", shown.section]))
    app.say(f"{one_line(who, 200)}, {shown.exercise}", bold=True)
    for label in shown.files:
        app.say(f"  file: {one_line(label, 300)}")
    late = ", late" if shown.late else ""
    app.say(f"  handed in: {one_line(shown.handed_in_at, 80) or 'the book knows no time'}{late}")
    if shown.digest:
        app.say(f"  content (SHA-256): {shown.digest}")
    app.say(f"  class grade: run {shown.run}, {shown.begun[:16].replace('T', ' ')}")
    if len(attempts) > 1:
        place = attempts.index(shown) + 1
        app.say(f"  attempt {place} of {len(attempts)} is shown, the last that was graded; class.yaml says what counts")
    if kept is None:
        app.say(f"Not graded: {one_line(shown.reason, 500) or 'class grade has not come so far'}.")
        return
    _say_grading(app, kept)
    _say_again(app, shown, kept, book)


def _say_grading(app: "App", kept: "KeptGrading") -> None:
    from dlquiz.text import one_line

    report, key = kept.report, kept.key
    bonus = f", with {report.points.bonus:g} as a bonus" if report.points.bonus else ""
    whole = "" if report.complete else " This grading is not complete: something of the machine or of a check failed."
    earned = report.points.earned + report.points.bonus
    app.say(f"Grading {kept.number}: {earned:g} of {report.points.possible:g} points{bonus}.{whole}", bold=True)
    if not kept.settled:
        app.say("  it does not count yet: class grade will do it once more")
    for stop in report.stops:
        app.say(f"  the file stopped at {one_line(stop.place, 60)}: {one_line(stop.message, 500)}")
    for case in report.cases:
        app.say(f"  {case.points.earned + case.bonus:g} of {case.points.possible:g}  {_case_line(case)}")
        for name, text in (("problem", case.message), ("likely cause", case.diagnosis)):
            if text and case.outcome != "passed":
                app.say(f"      {name}: {one_line(text, 1000)}")
    app.say("What decided:", bold=True)
    app.say(f"  graded {report.started_at:%Y-%m-%d %H:%M} UTC in {report.usage.wall_s:.1f} s, seed {key.seed}")
    app.say(
        f"  wall: {key.isolation}; graders {key.grader_sha256[:12]} of {report.course.name} {report.course.version}"
    )
    versions = ", ".join(f"{name} {version}" for name, version in sorted(report.versions.items()))
    app.say(f"  versions: {versions or 'none kept'}")
    if key.data:
        app.say(f"  data set: {key.data}")


def _case_line(case: "CaseResult") -> str:
    from dlquiz.text import one_line

    cause = f", {case.cause}" if case.cause is not None else ""
    return f"{one_line(case.title, 300)}: {case.outcome}{cause} ({case.visibility})"


def _say_again(app: "App", shown: "KeptHandIn", kept: "KeptGrading", book: str) -> None:
    app.say_next(_command(shown, kept, book), "repeats it exactly, and compares")


def _command(shown: "KeptHandIn", kept: "KeptGrading", book: str) -> str:
    """Return the command that repeats a grading, with the file, or what holds it: a folder or an archive."""
    from dlquiz.text import hidden_passwords, shell_words

    database = [] if book == "class.sqlite3" else ["--db", hidden_passwords(book)]
    path = Path(shown.files[0]) if shown.files else Path("PATH")
    alone = path.is_file() and len(shown.files) == 1
    holds = path if alone else next((one for one in path.parents if one.exists() and one != Path()), Path("PATH"))
    # A name alone may not say which exercise it is for.
    only = ["--exercise", kept.key.exercise] if alone else []
    return shell_words("dlquiz", "class", "grade", str(holds), *only, *database, "--replay", str(kept.number))


def _document(shown: "KeptHandIn", attempts: "list[KeptHandIn]", kept: "KeptGrading | None") -> dict[str, object]:
    from dlquiz.text import one_line

    return {
        "format_version": 1,
        "learner": one_line(shown.learner, 500),
        "id": one_line(shown.learner_id, 500),
        "section": one_line(shown.section, 500),
        "exercise": shown.exercise,
        "files": [one_line(label, 2000) for label in shown.files],
        "handed_in_at": shown.handed_in_at or None,
        "late": shown.late,
        "sha256": shown.digest or None,
        "reason": one_line(shown.reason, 2000) or None,
        "run": shown.run,
        "attempt": attempts.index(shown) + 1,
        "attempts": len(attempts),
        "grading": None if kept is None else kept.number,
        "settled": None if kept is None else kept.settled,
        "report": None if kept is None else kept.report.model_dump(mode="json"),
    }
