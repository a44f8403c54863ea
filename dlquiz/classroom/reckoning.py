"""From the attempts at one piece of work, and the rules, to its grade with the whole reckoning; pure.

All times are aware. They are compared by the minute: handed in at 23:59:30, work due at 23:59 is on time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from dlquiz.model.class_rules import AttemptPolicy, LatePolicy, UnknownTime

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for one piece of work of one learner, or of those who hand in together.

    ``due`` is None where there is no date; ``extended`` says that it is a later one than that of the class.
    """

    due: datetime | None
    zone: tzinfo
    late: LatePolicy
    attempts: AttemptPolicy
    unknown_time: UnknownTime
    extended: bool = False
    excused: bool = False


@dataclass(frozen=True, slots=True)
class ClassAttempt:
    """One hand-in. ``points`` are with bonus; None if there are none, and ``problem`` says why.

    The larger ``place``, the later the attempt, as far as the LMS says; ``at`` is None if no time is known. ``source``
    says where the time comes from, ``said_late`` that the LMS calls it late, ``pending`` that it may still get points.
    """

    label: str
    place: int
    points: float | None
    possible: float | None = None
    at: datetime | None = None
    source: str = ""
    said_late: bool = False
    problem: str = ""
    pending: bool = False


@dataclass(frozen=True, slots=True)
class JudgedAttempt:
    """An attempt with what its time costs. ``grade`` is None if it does not count."""

    attempt: ClassAttempt
    grade: float | None
    percent: float = 0
    late_by: timedelta = timedelta()
    flag: str = ""
    told: tuple[str, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A grade. ``points`` is None where there is nothing to count; ``flags`` are for the teacher to decide.

    ``told`` are sentences for the learner.
    """

    points: float | None
    possible: float | None
    counted: tuple[JudgedAttempt, ...]
    told: tuple[str, ...]
    flags: tuple[str, ...] = ()
    excused: bool = False


def reckon(attempts: Iterable[ClassAttempt], terms: Terms) -> Reckoned:
    """Return the grade of the attempts; their order does not matter."""
    judged = [judge(one, terms) for one in in_order(attempts)]
    graded = [(one, one.grade) for one in judged if one.grade is not None]
    possible = max((one.attempt.possible or 0 for one in judged), default=0) or None
    # What can never get points is for the teacher only where nothing else counts.
    telling = [one for one in judged if one.grade is not None or one.attempt.pending or not graded]
    flags = tuple(dict.fromkeys(one.flag for one in telling if one.flag))
    if terms.excused:
        return Reckoned(None, possible, (), ("Excused: this does not count.",), excused=True)
    if not graded:
        told = tuple(sentence for one in judged for sentence in one.told)
        points = 0.0 if any(one.refused for one in judged) else None
        return Reckoned(points, possible, (), told or ("Nothing was handed in.",), flags)
    counted = [one for one, _ in graded]
    points = sum(grade for _, grade in graded) / len(graded)
    if terms.attempts == "last":
        counted = counted[-1:]
        points = graded[-1][1]
    elif terms.attempts == "best":
        # Of two equal ones the first: nobody is worse off for having tried again.
        best = max(range(len(graded)), key=lambda place: (graded[place][1], -place))
        counted, points = [graded[best][0]], graded[best][1]
    lines = _which(counted, judged, terms.attempts)
    several = len(counted) > 1
    for one in counted:
        lines += [f"{one.attempt.label}: {sentence}" if several else sentence for sentence in one.told]
    return Reckoned(round(points, 4), possible, tuple(counted), tuple(lines), flags)


def _which(counted: Sequence[JudgedAttempt], judged: Sequence[JudgedAttempt], policy: AttemptPolicy) -> list[str]:
    """Say which of several attempts counts."""
    if len(judged) < 2:
        return []
    told = f"Of {len(judged)} attempts "
    if policy == "average":
        told += f"the average of {len(counted)} counts."
    else:
        told += f"the {'best' if policy == 'best' else 'latest'} counts: {counted[0].attempt.label}."
    return [told, *(f"{one.attempt.label}: {' '.join(one.told)}" for one in judged if one.grade is None)]


def in_order(attempts: Iterable[ClassAttempt]) -> list[ClassAttempt]:
    """Return attempts from the first to the last: by their times if all are known, else as the LMS says."""
    found = list(attempts)
    timed = all(one.at is not None for one in found)
    return sorted(found, key=lambda one: ((one.at if timed else None) or _BEGINNING, one.place, one.label, repr(one)))


_BEGINNING = datetime.min.replace(tzinfo=UTC)


def judge(one: ClassAttempt, terms: Terms) -> JudgedAttempt:
    """Return what the time of one attempt costs, and say it."""
    if one.points is None:
        reason = one.problem or "it was not graded"
        return JudgedAttempt(one, None, told=(f"No points: {reason.rstrip('.')}.",), flag=reason)
    if terms.due is None:
        return JudgedAttempt(one, one.points, told=(*_handed_in(one, terms), "There is no due date."))
    if one.at is None:
        return _untimed(one, one.points, terms)
    late = _minute(one.at) - _minute(terms.due)
    told = [*_handed_in(one, terms), f"Due {shown(terms.due, terms.zone)}{' (extended)' if terms.extended else ''}."]
    policy = terms.late
    if late <= timedelta():
        return JudgedAttempt(one, one.points, told=(*told, "On time: nothing is taken off."))
    if policy.closes_after is not None and late > policy.closes_after:
        told.append(
            f"{span(late)} late: nothing is accepted later than {span(policy.closes_after)} after the due date."
        )
        return JudgedAttempt(one, None, late_by=late, told=tuple(told), refused=True)
    if late <= policy.grace:
        told.append(f"{span(late)} late, within {span(policy.grace)} of grace: nothing is taken off.")
        return JudgedAttempt(one, one.points, late_by=late, told=tuple(told))
    days = days_begun(_minute(terms.due) + policy.grace, _minute(one.at), terms.zone)
    percent = min(days * policy.percent_per_day, policy.cap)
    told.append(_deduction(late, days, percent, policy))
    return JudgedAttempt(one, _after(one, percent, policy), percent, late, told=tuple(told))


def _after(one: ClassAttempt, percent: float, policy: LatePolicy) -> float:
    points = one.points or 0.0
    base = points if policy.of == "earned" else one.possible or 0.0
    return max(points - base * percent / 100, 0.0)


def _deduction(late: timedelta, days: int, percent: float, policy: LatePolicy) -> str:
    grace = f", after {span(policy.grace)} of grace" if policy.grace else ""
    if not percent:
        return f"{span(late)} late{grace}: nothing is taken off."
    capped = ", the most that is taken off" if percent == policy.cap < days * policy.percent_per_day else ""
    begun = f"{days} {'day' if days == 1 else 'days'} begun"
    return f"{span(late)} late{grace}: {begun}, −{percent:g} % of the points {policy.of}{capped}."


def _untimed(one: ClassAttempt, points: float, terms: Terms) -> JudgedAttempt:
    """Follow the rules where no time is known: nothing is guessed."""
    unknown = "It is not known when this was handed in"
    if one.said_late:
        unknown += "; the LMS says late, and not by how much"
    if terms.unknown_time == "refuse":
        return JudgedAttempt(
            one, None, told=(f"{unknown}: by the rules of the class it does not count.",), refused=True
        )
    flag = "" if terms.unknown_time == "accept" and not one.said_late else f"{one.label}: no time is known"
    if one.said_late:
        flag += ", and the LMS says late"
    return JudgedAttempt(one, points, flag=flag, told=(f"{unknown}: nothing is taken off.",))


def _handed_in(one: ClassAttempt, terms: Terms) -> tuple[str, ...]:
    if one.at is None:
        return ()
    return (f"Handed in {shown(one.at, terms.zone)}{f' ({one.source})' if one.source else ''}.",)


def _minute(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def days_begun(end: datetime, at: datetime, zone: tzinfo) -> int:
    """Return how many days were begun between two moments: a day ends at the same time of the clock in ``zone``.

    So a day on which the clock is changed has 23 or 25 hours, as for the learner who looks at it.
    """
    days = max((at - end) // _DAY - 1, 0)
    clock = end.astimezone(zone).replace(tzinfo=None)
    while at > (moment(clock + days * _DAY, zone) if days else end):
        days += 1
    return days


def moment(clock: datetime, zone: tzinfo) -> datetime:
    """Return when a clock in ``zone`` shows this; the later one if it does so twice, or never.

    A datetime that has a zone of its own is that moment.
    """
    if clock.tzinfo is not None:
        return clock.astimezone(UTC)
    return max(clock.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def shown(at: datetime, zone: tzinfo) -> str:
    """Return a moment for people, by the clock in ``zone``."""
    local = at.astimezone(zone)
    return f"{_WEEKDAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"


# Not of the locale: a table made on one machine is compared with that of another.
_WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def span(length: timedelta) -> str:
    """Return a length of time for people: ``2 days and 3 hours``."""
    minutes = length // _MINUTE
    parts = [(minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    if not words:
        return "less than a minute"
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
