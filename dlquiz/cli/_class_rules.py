"""``dlquiz class rules``: whether the rules of a class can be used, and what they mean."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dlquiz.cli._class_options import AS_JSON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlquiz.classroom.rules import KnownRules
    from dlquiz.cli._app import App
    from dlquiz.model.class_rules import LatePolicy


def read_rules(app: "App", name: str, roster: str | None = None) -> "KnownRules":
    """Read the rules of a class for the course in use."""
    from dlquiz.classroom.rules import load_rules
    from dlquiz.cli._class_grading import open_roster

    people = None if roster is None else open_roster(roster)
    return load_rules(Path(name).expanduser(), app.desk.course, people)


@click.command("rules")
@click.argument("file", metavar="FILE")
@click.option("--roster", metavar="FILE", help="A CSV of the people, in the place of the one that the rules name.")
@AS_JSON
@click.pass_obj
def rules(app: "App", file: str, roster: str | None, as_json: bool) -> None:
    """Check the rules of a class, and say what they mean.

    FILE is a class.yaml: roster, groups, due dates, extensions, what being
    late costs, weights. All mistakes are told at once, each with its line.

    \b
    Example:
        dlquiz class rules class.yaml
        dlquiz dev schema class -o class.schema.json
    """
    known = read_rules(app, file, roster)
    if as_json:
        app.say_json(_document(known))
        return
    for line in _lines(known):
        app.say(line)


def _document(known: "KnownRules") -> dict[str, object]:
    from dlquiz.classroom.reckoning import moment

    said = known.said
    works = {**said.exercises, **said.quizzes}
    return {
        "format_version": 1,
        "title": said.title,
        "timezone": said.timezone,
        "learners": len(known.roster.people) if known.roster else None,
        "work": {
            name: {
                "due": moment(one.due, known.zone).isoformat() if one.due else None,
                "due_in": {section: moment(due, known.zone).isoformat() for section, due in one.due_in.items()},
                "weight": one.weight,
                "attempts": one.attempts or said.attempts,
            }
            for name, one in works.items()
        },
        "release": moment(said.release, known.zone).isoformat() if said.release else None,
    }


def _lines(known: "KnownRules") -> "Iterator[str]":
    from dlquiz.classroom.reckoning import moment, shown
    from dlquiz.render.findings import counted

    said, zone = known.said, known.zone
    people = counted(len(known.roster.people), "learner") if known.roster else "no roster"
    extensions = counted(len(said.extensions), "extension")
    yield f"{said.title}: {people}, {counted(len(said.groups), 'group')}, {extensions}."
    yield f"All times are those of the clock of {said.timezone}."
    for name, one in {**said.exercises, **said.quizzes}.items():
        due = f"due {shown(moment(one.due, zone), zone)}" if one.due else "no due date"
        others = "".join(f"; {section}: {shown(moment(at, zone), zone)}" for section, at in one.due_in.items())
        counts = {"last": "the last attempt counts", "best": "the best attempt counts"}
        attempts = counts.get(one.attempts or said.attempts, "the average of the attempts counts")
        yield f"  {name}: {due}{others}; weight {one.weight:g}; {attempts}"
        yield f"    {_late(one.late or said.late)}"
    if said.drop_lowest:
        yield f"Left out of each total: {counted(said.drop_lowest, 'lowest share')}."
    if said.release:
        yield f"Learners may see their grades from {shown(moment(said.release, zone), zone)} on."


def _late(policy: "LatePolicy") -> str:
    from dlquiz.classroom.reckoning import span

    grace = f"After {span(policy.grace)} of grace " if policy.grace else ""
    if policy.percent_per_day:
        cost = f"−{policy.percent_per_day:g} % of the points {policy.of} for each day begun, at most −{policy.cap:g} %"
        told = f"{grace}{cost}." if grace else f"Late: {cost}."
    else:
        told = "Late: nothing is taken off."
    closed = f" Nothing is accepted later than {span(policy.closes_after)}." if policy.closes_after is not None else ""
    return told + closed
