"""The grade of each piece of work of each learner, and the totals, by the rules of the class."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from dlquiz.classroom.reckoning import ClassAttempt, Reckoned, Terms, reckon
from dlquiz.classroom.roster import Enrolled
from dlquiz.classroom.rules import KnownRules
from dlquiz.classroom.totals import ClassTotal, CountedWork, total

COUNTED: Final = "counted"
MISSING: Final = "nothing handed in"
EXCUSED: Final = "excused"
NOT_DUE: Final = "not due yet"
OPEN: Final = "to decide"


@dataclass(frozen=True, slots=True)
class MarkedRow:
    """What a person gave for one row of a rubric."""

    name: str
    points: float
    possible: float
    comment: str
    who: str


@dataclass(frozen=True, slots=True)
class GradeOverride:
    """A grade that a person set, in the place of what was reckoned."""

    points: float
    reason: str
    who: str


@dataclass(frozen=True, slots=True)
class ByHand:
    """What people gave for one piece of work of one learner."""

    rows: tuple[MarkedRow, ...] = ()
    override: GradeOverride | None = None


@dataclass(frozen=True, slots=True)
class WorkGrade:
    """One piece of work of one learner. ``points`` is None where there is no grade (yet)."""

    person: Enrolled
    work: str
    state: str
    points: float | None
    possible: float | None
    reckoned: Reckoned
    told: tuple[str, ...]
    flags: tuple[str, ...]
    weight: float

    @property
    def share(self) -> float | None:
        """The part of the possible points that counts in a total; None if it does not count."""
        if self.state == MISSING:
            return 0.0
        if self.points is None or not self.possible or self.state not in (COUNTED, OPEN):
            return None
        return self.points / self.possible


@dataclass(frozen=True, slots=True)
class LearnerGrades:
    """All of one learner. ``open`` names the works about which a person has to decide."""

    person: Enrolled
    works: tuple[WorkGrade, ...]
    total: ClassTotal

    @property
    def open(self) -> tuple[str, ...]:
        """What has to be decided before the total is one."""
        return tuple(one.work for one in self.works if one.state == OPEN)


@dataclass(slots=True)
class ClassWorkbook:
    """What is known of a class when its grades are reckoned."""

    rules: KnownRules
    people: Sequence[Enrolled]
    works: Sequence[str]
    attempts: dict[tuple[Enrolled, str], list[ClassAttempt]] = field(default_factory=dict)
    by_hand: Mapping[tuple[Enrolled, str], ByHand] = field(default_factory=dict)

    def add(self, people: Iterable[Enrolled], work: str, attempt: ClassAttempt) -> None:
        """Note an attempt for everybody who handed it in."""
        for person in people:
            self.attempts.setdefault((person, work), []).append(attempt)

    def grades(self, now: datetime) -> list[LearnerGrades]:
        """Return the grades of everybody; ``now`` says what is not due yet."""
        found = []
        for person in self.people:
            works = tuple(self._grade(person, work, now) for work in self.works)
            counted = [CountedWork(one.work, one.weight, one.share) for one in works]
            found.append(LearnerGrades(person, works, total(counted, self.rules.said.drop_lowest)))
        return found

    def _grade(self, person: Enrolled, work: str, now: datetime) -> WorkGrade:
        attempts = self.attempts.get((person, work), [])
        terms = self.rules.terms(person, work)
        reckoned = reckon(attempts, terms)
        rules = self.rules.said.work(work)
        hand = self.by_hand.get((person, work), ByHand())
        told, flags = list(reckoned.told), list(reckoned.flags)
        points, possible = reckoned.points, reckoned.possible
        # Other rows than those of the rules are none of this class any more.
        rows = [row for row in hand.rows if row.name in rules.rubric]
        if rules.rubric:
            possible = (possible or 0) + sum(rules.rubric.values())
            given = sum(row.points for row in rows)
            points = points + given if points is not None else given if rows else None
            told += [_row_told(row, rules.rubric[row.name]) for row in rows]
            missing = [name for name in rules.rubric if all(row.name != name for row in rows)]
            if missing and (attempts or rows):
                flags.append(f"not marked by a person yet: {', '.join(missing)}")
        state = _state(reckoned, terms, bool(attempts or rows), now)
        if hand.override is not None and state != EXCUSED:
            points, state, flags = hand.override.points, COUNTED, []
            told.append(f"A person set the grade to {points:g}: {hand.override.reason}")
        elif state == COUNTED and (flags or points is None):
            state = OPEN
        rounded = None if points is None or state in (EXCUSED, NOT_DUE) else round(points, 4)
        return WorkGrade(person, work, state, rounded, possible, reckoned, tuple(told), tuple(flags), rules.weight)


def _row_told(row: MarkedRow, possible: float) -> str:
    comment = f": {row.comment}" if row.comment else ""
    return f"{row.name}: {row.points:g} of {possible:g} points{comment}"


def _state(reckoned: Reckoned, terms: Terms, anything: bool, now: datetime) -> str:
    if reckoned.excused:
        return EXCUSED
    if anything:
        return COUNTED
    return NOT_DUE if terms.due is not None and now <= terms.due else MISSING
