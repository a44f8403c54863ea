"""The roll of a class: one row for each exercise of each learner, whether there is anything to grade or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dlquiz.classroom.collect import Harvest
from dlquiz.classroom.handin import HandedIn, Unread
from dlquiz.classroom.names import Learner
from dlquiz.classroom.roster import Enrolled, Roster, squashed

NOTHING = "nothing handed in"
NOT_GRADED = "not graded"
"""How a reason begins that is none of the learner's."""
_NOT_ENROLLED = "not on the roster"


@dataclass(slots=True)
class RollRow:
    """One exercise of one learner. ``handin`` is None where ``reason`` says why there is nothing to grade."""

    person: Enrolled
    exercise: str
    handin: HandedIn | None = None
    labels: tuple[str, ...] = ()
    late: bool = False
    when: str = ""
    reason: str = ""
    remarks: list[str] = field(default_factory=list)
    digest: str = ""


def call_roll(collected: Harvest, roster: Roster | None, exercises: Sequence[str]) -> list[RollRow]:
    """Make the rows, by learner and exercise; everybody of a team has rows of their own.

    Of several attempts at one exercise the latest counts; the others are named in its remarks.
    """
    rows = [_latest(person, attempts, roster) for person, attempts in _attempts(collected.handins, roster)]
    rows += [_unread(one, person, roster) for one in collected.unread for person in whose(one.learner, roster)]
    if roster is not None:
        rows += _missing(roster, rows, exercises)
    place = {name: number for number, name in enumerate(exercises)}
    return sorted(rows, key=lambda row: (row.person.name.casefold(), row.person.id, place.get(row.exercise, -1)))


def whose(learner: Learner, roster: Roster | None) -> tuple[Enrolled, ...]:
    """Return the people of a hand-in, as the roster knows them; at least whom the LMS names."""
    return (roster.members(learner) if roster is not None else ()) or (Enrolled(learner.name, learner.id),)


def _attempts(handins: Iterable[HandedIn], roster: Roster | None) -> Iterable[tuple[Enrolled, list[HandedIn]]]:
    found: dict[tuple[object, str], tuple[Enrolled, list[HandedIn]]] = {}
    for handin in handins:
        for person in whose(handin.learner, roster):
            who = (person.id, squashed(person.name) or person.name)
            found.setdefault((who, handin.exercise), (person, []))[1].append(handin)
    return found.values()


def _latest(person: Enrolled, attempts: list[HandedIn], roster: Roster | None) -> RollRow:
    *earlier, last = sorted(attempts, key=lambda one: one.order)
    row = RollRow(person, last.exercise, last, last.labels, last.late, last.when)
    row.remarks += [*last.notes, *(f"an earlier attempt, not graded: {one.piece.label}" for one in earlier)]
    row.remarks += [f"with {path}" for path in last.beside]
    return remarked(row, whose(last.learner, roster), roster)


def _unread(one: Unread, person: Enrolled, roster: Roster | None) -> RollRow:
    row = RollRow(person, one.exercise, None, one.labels, one.late, one.when, one.reason)
    return remarked(row, whose(one.learner, roster), roster)


def remarked(row: RollRow, people: Sequence[Enrolled], roster: Roster | None) -> RollRow:
    """Say in a row who is not on the roster, and who handed in together."""
    if roster is not None and people[0] not in roster.people:
        row.remarks.append(_NOT_ENROLLED)
    if len(people) > 1:
        row.remarks.append(f"together with {', '.join(one.name for one in people if one != row.person)}")
    return row


def _missing(roster: Roster, rows: Sequence[RollRow], exercises: Sequence[str]) -> list[RollRow]:
    """Return a row for everybody who handed in nothing, of each exercise that anybody did."""
    wanted = [name for name in exercises if any(row.exercise == name for row in rows)] or exercises[:1]
    # What could not be told to be of an exercise may be of any.
    there = {(row.person, row.exercise) for row in rows}
    return [
        RollRow(person, name, reason=NOTHING)
        for person in roster.people
        for name in wanted
        if (person, name) not in there and (person, "") not in there
    ]
