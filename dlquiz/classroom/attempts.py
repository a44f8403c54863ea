"""Every attempt of a class with who handed it in and when; nothing is chosen yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dlquiz.classroom.collect import Harvest
from dlquiz.classroom.handin import HandedIn
from dlquiz.classroom.names import Learner
from dlquiz.classroom.reckoning import ClassAttempt
from dlquiz.classroom.roll import RollRow, remarked
from dlquiz.classroom.roster import Enrolled
from dlquiz.classroom.rules import KnownRules
from dlquiz.classroom.table import FOUND, GRADED, INCOMPLETE, GradeRow
from dlquiz.classroom.times import HandInTime, TimeTable, time_of


@dataclass(frozen=True, slots=True)
class SharedAttempt:
    """One attempt, the row in which it is graded, and everybody for whom it counts.

    ``time`` is None if nobody says when it was; the larger ``place``, the later the attempt, as far as the LMS says.
    """

    row: RollRow
    people: tuple[Enrolled, ...]
    time: HandInTime | None = None
    place: int = 0

    def graded(self, one: GradeRow) -> ClassAttempt:
        """Return the attempt as it is reckoned, with what the grading of its row gave."""
        points = one.points if one.state == GRADED else None
        return ClassAttempt(
            self.row.labels[0] if self.row.labels else self.row.exercise,
            self.place,
            points,
            one.possible,
            self.time.at if self.time else None,
            self.time.source if self.time else "",
            self.row.late,
            "" if points is not None else f"{one.state}{f': {one.problem}' if one.problem else ''}",
            one.state in (INCOMPLETE, FOUND),
        )


def everybody(learner: Learner, exercise: str, rules: KnownRules) -> tuple[Enrolled, ...]:
    """Return everybody for whom a hand-in counts: whom the LMS names, and who hands in together with them."""
    named = rules.roster.members(learner) if rules.roster is not None else ()
    named = named or rules.group_called(learner.name) or (Enrolled(learner.name, learner.id),)
    return tuple(dict.fromkeys(one for person in named for one in rules.partners(person, exercise)))


def call_attempts(found: Harvest, rules: KnownRules, times: TimeTable) -> list[SharedAttempt]:
    """Return all attempts, in the order of the LMS, and what cannot be read of a class."""
    handins = sorted(found.handins, key=lambda one: one.order)
    people = [everybody(one.learner, one.exercise, rules) for one in handins]
    newest = {(frozenset(who), one.exercise): one for who, one in zip(people, handins, strict=True)}
    attempts = []
    for place, (who, one) in enumerate(zip(people, handins, strict=True)):
        last = newest[frozenset(who), one.exercise] is one
        time = time_of(one, who, times, rules.zone, newest=last)
        attempts.append(SharedAttempt(_row(one, who, time, rules), who, time, place))
    for unread in found.unread:
        who = everybody(unread.learner, unread.exercise, rules)
        row = RollRow(who[0], unread.exercise, None, unread.labels, unread.late, unread.when, unread.reason)
        attempts.append(SharedAttempt(remarked(row, who, rules.roster), who))
    return attempts


def _row(one: HandedIn, people: Sequence[Enrolled], time: HandInTime | None, rules: KnownRules) -> RollRow:
    when = time.at.astimezone(rules.zone).isoformat() if time is not None else ""
    row = RollRow(people[0], one.exercise, one, one.labels, one.late, when)
    row.remarks += [*one.notes, *(f"with {path}" for path in one.beside)]
    return remarked(row, people, rules.roster)


def people_of(attempts: Iterable[SharedAttempt], rules: KnownRules) -> list[Enrolled]:
    """Return the people of a class: those of the roster, then who handed in besides, by name."""
    enrolled = rules.roster.people if rules.roster is not None else []
    others = {one for attempt in attempts for one in attempt.people} - set(enrolled)
    return [*enrolled, *sorted(others, key=lambda one: (one.name.casefold(), one.id))]
