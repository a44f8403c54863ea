"""How far a reference is from the thresholds of its cases: what is measured under many seeds, and what follows."""

import math
import re
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from dlquiz.authoring.gradings import FileKind, Grader, GradingTask
from dlquiz.authoring.materials import read_materials
from dlquiz.content.course import Course
from dlquiz.errors import ContentError, Finding, MissingPackage
from dlquiz.grading.preflight import demand_packages
from dlquiz.model.metrics import Table
from dlquiz.model.report import Outcome, Report

CONFIDENCE = 0.95
TRIES = 3
"""Trainings of which one must reach the threshold: see `dlquiz.grading.check.accuracy`."""

_NUMBERS = re.compile(r"\d+(?:\.\d+)?")

Progress = Callable[[str, int, int], None]
"""Told after each grading: the exercise, how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """One comparison of a case with a threshold, and every value that was compared."""

    case: str
    name: str
    threshold: float
    at_least: bool
    values: tuple[float, ...]

    @property
    def missed(self) -> int:
        """How many values are on the wrong side."""
        return sum(value < self.threshold if self.at_least else value > self.threshold for value in self.values)

    @property
    def margin(self) -> float:
        """The distance of the worst value from the threshold; negative if it is on the wrong side."""
        return min(self.values) - self.threshold if self.at_least else self.threshold - max(self.values)

    @property
    def deviations(self) -> float | None:
        """The distance of the mean from the threshold in standard deviations; None if nothing varies."""
        spread = statistics.pstdev(self.values)
        distance = statistics.fmean(self.values) - self.threshold
        return (distance if self.at_least else -distance) / spread if spread else None

    @property
    def bound(self) -> float:
        """What share of gradings of such a solution may be lost, at most, with 95 % confidence.

        A share is measured in three trainings, and one that reaches the threshold is enough.
        """
        once = upper_bound(self.missed, len(self.values))
        return float(once**TRIES) if self.at_least else once


@dataclass(frozen=True, slots=True)
class Calibration:
    """All thresholds of one exercise, with its reference under ``seeds`` seeds; ``lost`` are cases that it lost."""

    exercise: str
    thresholds: tuple[Threshold, ...] = ()
    lost: tuple[tuple[str, int], ...] = ()
    data: str | None = None
    seeds: int = 0
    seconds: float = 0
    findings: tuple[Finding, ...] = ()
    skipped: str = ""


def upper_bound(missed: int, of: int, confidence: float = CONFIDENCE) -> float:
    """Return the largest share that is not refuted by ``missed`` misses (Clopper and Pearson, one-sided)."""
    if missed >= of:
        return 1.0
    low, high = missed / of, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_most(missed, of, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return high


def _at_most(missed: int, of: int, share: float) -> float:
    """Return the probability of at most ``missed`` misses."""
    return sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(missed + 1))


def calibrate(
    course: Course,
    exercise_ids: Sequence[str] = (),
    *,
    seeds: int = 20,
    data: str | None = None,
    jobs: int | None = None,
    on_progress: Progress | None = None,
) -> tuple[Calibration, ...]:
    """Grade the references under many seeds, and return what their cases compared with thresholds.

    Raises
    ------
    UnknownName
        The course has no such exercise.
    MachineryError
        Nothing can be graded here.
    """
    ids = tuple(exercise_ids) or course.exercise_ids()
    return tuple(_calibrate(course, one, seeds, data, jobs, on_progress) for one in ids)


def _calibrate(
    course: Course, exercise_id: str, seeds: int, data: str | None, jobs: int | None, on_progress: Progress | None
) -> Calibration:
    started = time.monotonic()
    try:
        materials, found = read_materials(course, exercise_id)
        demand_packages(exercise_id, materials.exercise.packages)
    except ContentError as error:
        return Calibration(exercise_id, findings=error.findings)
    except MissingPackage as missing:
        return Calibration(exercise_id, skipped=f"{missing.message} Install it: {missing.next_step}")
    if not materials.gradable or materials.reference is None:
        return Calibration(exercise_id, findings=tuple(found))
    tasks = [
        GradingTask(FileKind.REFERENCE, "solution.py", materials.reference.text, seed) for seed in range(1, seeds + 1)
    ]
    grader = Grader(course, exercise_id, data if materials.exercise.data else None, jobs, measure=True)
    reports = []
    for _, report in grader.grade(tasks):
        reports.append(report)
        if on_progress is not None:
            on_progress(exercise_id, len(reports), len(tasks))
    seconds = round(time.monotonic() - started, 1)
    return Calibration(
        exercise_id, thresholds_of(reports), _lost(reports), reports[0].data, seeds=seeds, seconds=seconds
    )


def thresholds_of(reports: Iterable[Report]) -> tuple[Threshold, ...]:
    """Return what the cases of some reports compared with thresholds; numbers in a name make no other one."""
    names: dict[tuple[str, str, float, bool], str] = {}
    values: defaultdict[tuple[str, str, float, bool], list[float]] = defaultdict(list)
    for report in reports:
        for key, table in report.metrics.items():
            if key.startswith("measured ") and isinstance(table, Table):
                case = key.removeprefix("measured ").partition("::")[2]
                for name, *numbers in table.rows:
                    value, threshold, at_least = (float(one) for one in numbers if isinstance(one, int | float))
                    kind = (case, _NUMBERS.sub("#", str(name)), threshold, bool(at_least))
                    names.setdefault(kind, str(name))
                    values[kind].append(value)
    return tuple(Threshold(key[0], names[key], *key[2:], tuple(some)) for key, some in values.items())


def _lost(reports: Sequence[Report]) -> tuple[tuple[str, int], ...]:
    found: defaultdict[str, int] = defaultdict(int)
    for report in reports:
        for case in report.cases:
            if case.outcome is not Outcome.PASSED:
                found[case.id.partition("::")[2]] += 1
    return tuple(found.items())
