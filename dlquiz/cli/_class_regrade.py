"""What ``dlquiz class grade --regrade`` says: who would change, and why; then it asks."""

from itertools import groupby
from typing import TYPE_CHECKING

import click

from dlquiz.classroom.regrade import UNKNOWN_REASON, ChangedCheck, ChangedGrading, Regrading
from dlquiz.render.findings import counted
from dlquiz.text import one_line

if TYPE_CHECKING:
    from dlquiz.classroom.roll import RollRow
    from dlquiz.cli._app import App

_MOST_CHECKS = 6


class Decision:
    """Show what would change, and let a person decide; where nobody can be asked, ``yes`` does."""

    def __init__(self, app: "App", *, yes: bool, as_json: bool) -> None:
        self._app, self._yes, self._as_json = app, yes, as_json

    def __call__(self, found: Regrading) -> bool:
        """Return whether the new gradings are to count."""
        if not self._as_json:
            _show(self._app, found)
        if self._yes:
            return True
        if not self._as_json and self._app.interactive:
            return click.confirm("Let the new gradings count?", err=True)
        return False


def _show(app: "App", found: Regrading) -> None:
    total = len(found.changed) + found.same
    app.say(f"Graded anew: {counted(total, 'hand-in')}; {len(found.changed)} would change.", bold=True)
    for (exercise, why), group in groupby(sorted(found.changed, key=_by_reason), key=_by_reason):
        app.say(f"{exercise} ({'; '.join(why) or UNKNOWN_REASON}):")
        for row, one in group:
            app.say(f"  {one_line(row.person.name, 60)}: {points(one)}")
            for check in one.checks[:_MOST_CHECKS]:
                app.say(f"      {told(check)}")
            if len(one.checks) > _MOST_CHECKS:
                app.say(f"      and {len(one.checks) - _MOST_CHECKS} more checks")


def _by_reason(changed: "tuple[RollRow, ChangedGrading]") -> tuple[str, tuple[str, ...]]:
    row, one = changed
    return row.exercise, one.why


def points(one: ChangedGrading) -> str:
    """Return the points before and after."""
    (earned, possible), (now, possible_now) = one.before, one.after
    if possible == possible_now:
        return f"{earned:g} → {now:g} of {possible:g} points" if earned != now else f"{now:g} of {possible:g} points"
    return f"{earned:g} of {possible:g} → {now:g} of {possible_now:g} points"


def told(check: ChangedCheck) -> str:
    """Return a check on one line."""
    return f"{one_line(check.title, 100)}: {check.before} → {check.after}"


def say_decision(app: "App", found: Regrading) -> None:
    """Say what counts now."""
    if found.failed:
        app.say(f"Not graded anew, so that what was still counts: {counted(len(found.failed), 'hand-in')}.")
    if not found.changed:
        app.say(f"Graded anew: {counted(found.same, 'hand-in')}, with the same results. The new gradings count.")
    elif found.counts:
        app.say("The new gradings count. The old ones stay in the book.")
    else:
        app.say("What was still counts. Typed again with --yes, the command lets the new gradings count.")


def as_document(found: Regrading) -> dict[str, object]:
    """Return the answer for programs."""
    return {
        "counts": found.counts,
        "same": found.same,
        "changed": [
            {
                "learner": one_line(row.person.name, 500),
                "id": one_line(row.person.id, 500),
                "section": one_line(row.person.section, 500),
                "exercise": row.exercise,
                "why": list(one.why),
                "before": side(one.before) | {"grading": one.numbers[0]},
                "after": side(one.after) | {"grading": one.numbers[1]},
                "checks": [check_document(check) for check in one.checks],
            }
            for row, one in found.changed
        ],
        "not_graded": [one_line(label, 2000) for row in found.failed for label in row.labels[:1]],
    }


def side(earned: tuple[float, float]) -> dict[str, object]:
    """Return the points of one side for programs."""
    return {"points": earned[0], "possible": earned[1]}


def check_document(check: ChangedCheck) -> dict[str, str]:
    """Return a check for programs."""
    return {"id": check.id, "title": check.title, "before": check.before, "after": check.after}
