"""``dlquiz class similar``: which hand-ins of a class are alike. It states likeness, and judges nobody."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON, EVERYTHING_FOR, ROSTER

if TYPE_CHECKING:
    from dlquiz.classroom.similar import LikenessFound, NotCompared, SameProgram
    from dlquiz.cli._app import App

_MOST_LISTED = 20
_MOST_SHOWN = 50
"""Pairs of an exercise that a page shows side by side."""


@click.command("similar")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@EVERYTHING_FOR
@ROSTER
@click.option("--html", "page", metavar="FILE", help="Write a page with the pairs side by side: a new file.")
@click.option(
    "--threshold", metavar="X", type=click.FloatRange(0.01, 1),
    help="List pairs from this likeness on, 0.01 to 1.  [default: measured for each exercise]",
)  # fmt: skip
@AS_JSON
@click.pass_obj
def similar(
    app: "App",
    paths: tuple[str, ...],
    exercise: str | None,
    roster: str | None,
    page: str | None,
    threshold: float | None,
    as_json: bool,
) -> None:
    """List hand-ins that are alike, whatever their names and comments.

    PATH is what `class grade` takes; nothing is run. Likeness 1 means that all
    operations of the shorter file stand in the other one, too. Pairs are listed
    that are more alike than the course's own right solutions are. That is no
    verdict, and so the exit code is 0, with or without pairs.

    \b
    Example:
        dlquiz class similar submissions.zip --html alike.html
        dlquiz class similar handed-in --exercise exercise3 --threshold 0.8
    """
    from dlquiz.atomic import create_file
    from dlquiz.classroom.collect import collect
    from dlquiz.classroom.roll import call_roll
    from dlquiz.classroom.similar import compare_class_files, unread_files
    from dlquiz.cli import _class_grading as work
    from dlquiz.errors import UsageError, cannot_write

    targets = work.targets_of(app, exercise)
    people = None if roster is None else work.open_roster(roster)
    with collect([Path(path).expanduser() for path in paths], targets, only=exercise is not None) as collected:
        rows = call_roll(collected, people, [target.exercise for target in targets])
        found = compare_class_files(app.desk.course, rows, threshold)
    if not found:
        raise UsageError("Nothing of this is a hand-in of an exercise.", next_step="Name an exercise with --exercise.")
    if page is not None:
        to = Path(page).expanduser()
        try:
            if not create_file(to, _page(found).encode("utf-8", "replace")):
                raise UsageError(f"{to} is there already.", next_step="Name another file with --html.")
        except OSError as error:
            raise cannot_write(to, error) from error
    if as_json:
        app.say_json(_document(found, unread_files(rows)))
        return
    _say(app, found, unread_files(rows))
    if page is not None:
        app.say(f"Side by side: {page}")


def _say(app: "App", found: "Sequence[LikenessFound]", unread: "Sequence[NotCompared]") -> None:
    from dlquiz.render.alike import LIMITS

    for one in found:
        app.say(f"{one.known.exercise}: {_compared(one)}", bold=True)
        for line in _facts(one):
            app.say(f"  {line}")
        for pair in one.pairs[:_MOST_LISTED]:
            left, right = one.programs[pair.first], one.programs[pair.second]
            app.say(f"  {pair.likeness:.2f}  {_who(left)} | {_who(right)}")
        if len(one.pairs) > _MOST_LISTED:
            app.say(f"  and {len(one.pairs) - _MOST_LISTED} more pairs (--json lists them)")
        _say_not_compared(app, one.not_compared)
    _say_not_compared(app, unread)
    if any(one.pairs or one.same for one in found):
        app.say()
        for sentence in LIMITS:
            app.say(sentence)


def _say_not_compared(app: "App", rows: "Sequence[NotCompared]") -> None:
    from dlquiz.text import one_line

    for row in rows[:_MOST_LISTED]:
        where = f" ({one_line(row.file, 120)})" if row.file else ""
        app.say(f"  Not compared: {one_line(row.who, 60)}{where}: {one_line(row.reason, 200)}")
    if len(rows) > _MOST_LISTED:
        app.say(f"  Not compared: {len(rows) - _MOST_LISTED} more (--json lists them)")


def _compared(one: "LikenessFound") -> str:
    from dlquiz.render.findings import counted

    return f"{counted(len(one.programs), 'different program')} compared, {counted(len(one.pairs), 'pair')} listed."


def _facts(one: "LikenessFound") -> list[str]:
    """Return what is to be known of an exercise before its pairs."""
    facts = []
    if one.known.reason:
        facts.append(f"Not judged: {one.known.reason}." if one.threshold is None else f"Note: {one.known.reason}.")
    if one.threshold is not None:
        facts.append(
            f"Listed from likeness {one.threshold:.2f} on. "
            f"The most alike of {one.known.programs} honest solutions of the course: {one.known.best:.2f}."
        )
    facts += [f"Identical files: {_who(program)}" for program in one.same]
    return facts


def _who(program: "SameProgram") -> str:
    from dlquiz.cli._class_grading import shortened
    from dlquiz.text import one_line

    return shortened([one_line(name, 60) for name in program.who])


def _page(found: "Sequence[LikenessFound]") -> str:
    from dlquiz.classroom.likeness import alike_parts
    from dlquiz.render.alike import AlikeSection, ProgramSide, SideBySide, alike_html

    sections = []
    for one in found:
        pairs = []
        for pair in one.pairs[:_MOST_SHOWN]:
            left, right = one.programs[pair.first], one.programs[pair.second]
            if left.fingerprint is None or right.fingerprint is None:
                continue
            parts = [(part.left, part.right) for part in alike_parts(left.fingerprint, right.fingerprint)]
            first, second = (ProgramSide(_who(program), _text(program.texts)) for program in (left, right))
            pairs.append(SideBySide(pair.likeness, first, second, parts))
        more = len(one.pairs) - len(pairs)
        facts = [_compared(one), *_facts(one), *([f"{more} more pairs are not shown here."] if more else [])]
        sections.append(AlikeSection(one.known.exercise, facts, pairs))
    return alike_html(sections)


def _text(sources: Sequence[str]) -> str:
    return "".join(source if source.endswith("\n") else f"{source}\n" for source in sources)


def _document(found: "Sequence[LikenessFound]", unread: "Sequence[NotCompared]") -> dict[str, object]:
    """Return the answer for programs."""
    return {
        "format_version": 1,
        "exercises": [
            {
                "exercise": one.known.exercise,
                "threshold": one.threshold,
                "judged": one.known.threshold is not None,
                "reason": one.known.reason,
                "best_honest_pair": {"likeness": one.known.best, "files": list(one.known.pair)},
                "shortest_solution": one.known.shortest,
                "compared": len(one.programs),
                "identical": [_program(program) for program in one.same],
                "pairs": [
                    {
                        "likeness": round(pair.likeness, 4),
                        "left": _program(one.programs[pair.first]),
                        "right": _program(one.programs[pair.second]),
                    }
                    for pair in one.pairs
                ],
                "not_compared": _not_compared(one.not_compared),
            }
            for one in found
        ],
        "not_compared": _not_compared(unread),
    }


def _program(program: "SameProgram") -> dict[str, object]:
    from dlquiz.text import one_line

    return {
        "learners": [one_line(name, 200) for name in program.who],
        "files": [one_line(name, 2000) for name in program.files],
    }


def _not_compared(rows: "Sequence[NotCompared]") -> list[dict[str, str]]:
    from dlquiz.text import one_line

    return [
        {"learner": one_line(row.who, 200), "file": one_line(row.file, 2000), "reason": one_line(row.reason, 500)}
        for row in rows
    ]
