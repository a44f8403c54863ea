"""From the reports of a class to its statistics (pure). A report is held only while it is counted.

Everything is counted by learner: of several attempts at an exercise the last one, so that nobody is counted twice, and
the order in which reports come does not matter.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import fsum
from statistics import median, quantiles
from typing import Final

from dlquiz.model.insight import (
    BINS,
    CheckRate,
    ClassInsight,
    ExerciseInsight,
    Misconception,
    PointsSpread,
    UnusualRun,
    WeekOfClass,
)
from dlquiz.model.known_mistake import KNOWN_MISTAKE
from dlquiz.model.report import CaseResult, Cause, Outcome, Report

WRONG_VALUE: Final = "wrong value"
LEFT_OUT: Final = "left out"
_NUMBER = re.compile(r"[-−]?(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?:e[+-]?\d+)?(?!\w)")
_CALL = re.compile(r"\bYour (\w+)(?:\([^()]*\)| of [-\d., ]+)(?=\s)")
"""What a diagnosis says of: ``Your flatten(images)``, ``Your flatten of 153 51``. It is one function."""
_ANY: Final = "…"
"""What stands in the name of a misconception for a number."""
_STRANGE: Final = {
    Cause.TIMEOUT: "ran into the time limit",
    Cause.MEMORY: "ran out of memory",
    Cause.CRASHED: "its process crashed",
    Cause.FORBIDDEN: "tried what is forbidden",
    Cause.OUTPUT: "printed too much",
    Cause.PROTOCOL: "broke the talk with the grader",
}
_FAR, _FAR_S, _FEWEST = 5.0, 1.0, 5
"""Far above the median are so many times as many seconds, at least so many; of fewer gradings nothing is said."""


@dataclass(frozen=True, slots=True)
class CountedHandIn:
    """Whose grading is counted. ``learner`` is a key, ``name`` is shown; the larger ``attempt``, the later it was."""

    learner: str
    name: str
    exercise: str
    attempt: int
    grading: int
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    id: str
    title: str
    judged: bool
    lost: str
    """Why it was lost; empty if it was not."""
    earned: float
    possible: float
    diagnosis: tuple[str, str] | None
    """Its name, and the sentence itself."""


@dataclass(frozen=True, slots=True)
class _Glance:
    """What is kept of a report."""

    whose: CountedHandIn
    complete: bool
    points: float
    possible: float
    seconds: float
    cases: tuple[_Case, ...]
    strange: tuple[str, ...]

    def names(self) -> set[str]:
        """Return the diagnoses, each once."""
        return {case.diagnosis[0] for case in self.cases if case.diagnosis is not None}


class ClassTally:
    """Counts reports, one at a time."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], _Glance] = {}

    def add(self, whose: CountedHandIn, report: Report) -> None:
        """Count a report; of one learner and exercise the last attempt counts."""
        key = (whose.learner, whose.exercise)
        known = self._seen.get(key)
        order = (whose.attempt, whose.grading)
        if known is None or (known.whose.attempt, known.whose.grading) < order:
            self._seen[key] = _glance(whose, report)

    def result(self, exercises: Iterable[str] = ()) -> ClassInsight:
        """Return the statistics; ``exercises`` says in which order, all others follow."""
        by_exercise: dict[str, list[_Glance]] = {name: [] for name in exercises}
        for _, one in sorted(self._seen.items()):
            by_exercise.setdefault(one.whose.exercise, []).append(one)
        found = tuple(_exercise(name, some) for name, some in by_exercise.items() if some)
        timed = [one for one in self._seen.values() if one.whose.at is not None]
        return ClassInsight(found, tuple(_weeks(timed)), len(timed), len(self._seen) - len(timed))


def misconception(diagnosis: str) -> str:
    """Return the name under which a diagnosis is counted: the known mistake, or its words without numbers."""
    _, known, sentence = diagnosis.rpartition(KNOWN_MISTAKE)
    name = sentence if known else _NUMBER.sub(_ANY, _CALL.sub(rf"Your \1({_ANY})", diagnosis))
    return " ".join(name.split())


def _glance(whose: CountedHandIn, report: Report) -> _Glance:
    points = report.points
    same = _same_mistakes(report.cases)
    return _Glance(
        whose,
        report.complete,
        points.earned + points.bonus,
        points.possible,
        report.usage.wall_s,
        tuple(_case(case, same) for case in report.cases),
        tuple(_strange(report)),
    )


def _same_mistakes(cases: Iterable[CaseResult]) -> dict[str, str]:
    """Return the known mistakes by what was said before them: a report names a mistake only once."""
    found: dict[str, set[str]] = {}
    for case in cases:
        before, known, _ = (case.diagnosis or "").rpartition(KNOWN_MISTAKE)
        if known and before.strip():
            found.setdefault(misconception(before), set()).add(misconception(case.diagnosis or ""))
    return {said: names.pop() for said, names in found.items() if len(names) == 1}


def _case(case: CaseResult, same: Mapping[str, str]) -> _Case:
    lost = ""
    if case.outcome is Outcome.FAILED:
        lost = case.cause.value if case.cause is not None else WRONG_VALUE
    elif case.outcome is Outcome.SKIPPED:
        lost = LEFT_OUT
    told = None
    if lost and case.diagnosis and case.diagnosis.strip():
        name = misconception(case.diagnosis)
        told = (same.get(name, name), case.diagnosis)
    judged = case.outcome is not Outcome.BROKEN
    return _Case(case.id, case.title, judged, lost, case.points.earned, case.points.possible, told)


def _strange(report: Report) -> Iterable[str]:
    causes = {case.cause for case in report.cases} | {stop.cause for stop in report.stops}
    yield from (text for cause, text in _STRANGE.items() if cause in causes)
    if not report.complete:
        broken = sum(case.outcome is Outcome.BROKEN for case in report.cases)
        yield f"the machine or a check failed, {broken} of {len(report.cases)} checks not judged"


def _exercise(name: str, some: Sequence[_Glance]) -> ExerciseInsight:
    whole = [one for one in some if one.complete]
    lost = [one for one in some if any(case.lost for case in one.cases)]
    return ExerciseInsight(
        exercise=name,
        graded=len(some),
        incomplete=len(some) - len(whole),
        points=_spread([(one.points, one.possible) for one in whole if one.possible]),
        checks=tuple(_checks(some)),
        misconceptions=tuple(_misconceptions(some)),
        unexplained=sum(not one.names() for one in lost),
        unusual=tuple(_unusual(some)),
    )


def _spread(points: Sequence[tuple[float, float]]) -> PointsSpread | None:
    if not points:
        return None
    # Graders of two versions may be out of different numbers of points.
    out_of = max(possible for _, possible in points)
    shares = sorted(earned / possible for earned, possible in points)
    scaled = [share * out_of for share in shares]
    first, middle, third = quantiles(scaled, n=4, method="inclusive") if len(scaled) > 1 else scaled * 3
    bins = Counter(min(int(share * BINS + 1e-9), BINS - 1) for share in shares)
    return PointsSpread(
        out_of,
        fsum(scaled) / len(scaled),
        scaled[0],
        first,
        middle,
        third,
        scaled[-1],
        sum(share >= 1 for share in shares),
        tuple(bins[place] for place in range(BINS)),
    )


def _checks(some: Sequence[_Glance]) -> list[CheckRate]:
    """Return the checks, the hardest first."""
    cases: dict[str, list[_Case]] = {}
    for one in some:
        for case in {case.id: case for case in one.cases if case.judged}.values():
            cases.setdefault(case.id, []).append(case)
    found = []
    for name, each in cases.items():
        causes = Counter(case.lost for case in each if case.lost)
        possible = fsum(case.possible for case in each)
        kept = fsum(min(case.earned, case.possible) for case in each)
        often = tuple(sorted(causes.items(), key=lambda pair: (-pair[1], pair[0])))
        share = max(0.0, 1 - kept / possible) if possible else None
        found.append(CheckRate(name, min(case.title for case in each), len(each), sum(causes.values()), often, share))
    return sorted(found, key=lambda one: (-one.share, -(one.points_lost or 0), one.id))


def _misconceptions(some: Sequence[_Glance]) -> list[Misconception]:
    """Return the diagnoses, the most frequent first. Of equal ones the example of the earliest grading is shown."""
    learners: Counter[str] = Counter()
    examples: dict[str, tuple[int, str]] = {}
    for one in some:
        learners.update(one.names())
        for case in one.cases:
            if case.diagnosis is not None:
                name, said = case.diagnosis
                example = (one.whose.grading, said)
                examples[name] = min(examples.get(name, example), example)
    often = sorted(learners.items(), key=lambda pair: (-pair[1], pair[0]))
    return [
        Misconception(name, count, count / len(some), examples[name][1], examples[name][0]) for name, count in often
    ]


def _unusual(some: Sequence[_Glance]) -> list[UnusualRun]:
    usual = median(one.seconds for one in some)
    slow = max(_FAR * usual, _FAR_S) if len(some) >= _FEWEST else float("inf")
    found = []
    for one in some:
        late = [f"took {one.seconds:.1f} s, the median is {usual:.1f} s"] if one.seconds > slow else []
        whose = one.whose
        if what := "; ".join([*one.strange, *late]):
            found.append(UnusualRun(whose.name, whose.exercise, what, whose.grading))
    return sorted(found, key=lambda run: (run.what, run.learner, run.grading))


def _weeks(timed: Iterable[_Glance]) -> list[WeekOfClass]:
    people: dict[date, set[str]] = {}
    told: dict[date, set[tuple[str, str]]] = {}
    for one in timed:
        assert one.whose.at is not None
        day = one.whose.at.astimezone(UTC).date()
        monday = day - timedelta(days=day.weekday())
        people.setdefault(monday, set()).add(one.whose.learner)
        told.setdefault(monday, set()).update((name, one.whose.learner) for name in one.names())
    return [
        WeekOfClass(monday, len(people[monday]), dict(sorted(Counter(name for name, _ in told[monday]).items())))
        for monday in sorted(people)
    ]
