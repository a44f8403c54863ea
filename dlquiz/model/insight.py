"""What the gradings of a class say together: what its report is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

BINS = 10
"""Of the shares of the points, each of the same width; the last one has full points, too."""


@dataclass(frozen=True, slots=True)
class PointsSpread:
    """How the points of a class are spread, bonus points included. ``histogram`` counts by share: see `BINS`."""

    possible: float
    mean: float
    lowest: float
    first_quartile: float
    median: float
    third_quartile: float
    highest: float
    full: int
    histogram: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckRate:
    """How often one check was lost: ``lost`` of the ``judged`` learners, and why (``causes``, the most frequent first).

    ``points_lost`` is the part of its points that the class lost; None for a bonus check.
    """

    id: str
    title: str
    judged: int
    lost: int
    causes: tuple[tuple[str, int], ...]
    points_lost: float | None

    @property
    def share(self) -> float:
        """The part of the judged learners who lost it, 0 to 1."""
        return self.lost / self.judged if self.judged else 0.0


@dataclass(frozen=True, slots=True)
class Misconception:
    """One diagnosis, whatever the numbers in it: how many learners got it, one sentence as it was said, and where."""

    name: str
    learners: int
    share: float
    example: str
    grading: int


@dataclass(frozen=True, slots=True)
class UnusualRun:
    """A grading that a person should look at, and why."""

    learner: str
    exercise: str
    what: str
    grading: int


@dataclass(frozen=True, slots=True)
class ExerciseInsight:
    """One exercise of a class.

    ``graded`` learners are counted in everything here; ``incomplete`` are those whose grading broke for a reason that
    is not theirs: their points do not count. ``unexplained`` lost a check and got no diagnosis at all.
    """

    exercise: str
    graded: int
    incomplete: int
    points: PointsSpread | None
    checks: tuple[CheckRate, ...]
    misconceptions: tuple[Misconception, ...]
    unexplained: int
    unusual: tuple[UnusualRun, ...]


@dataclass(frozen=True, slots=True)
class WeekOfClass:
    """One week of hand-ins, by its Monday: how many learners, and how many of them got each diagnosis."""

    monday: date
    learners: int
    found: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ClassInsight:
    """All of a class. Of ``timed`` hand-ins it is known when they were handed in, of ``untimed`` not."""

    exercises: tuple[ExerciseInsight, ...]
    weeks: tuple[WeekOfClass, ...]
    timed: int
    untimed: int


@dataclass(frozen=True, slots=True)
class HandInCounts:
    """The run of ``class grade`` that is looked at, and the learners of whom it has no grading, by the reason."""

    run: int
    begun: str
    missing: int
    unreadable: int
    waiting: int
