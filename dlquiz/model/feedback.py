"""What a learner is shown of a report: everything, only what public checks say, or only the points (pure).

An export is made from this and never from the report itself, so that what is not here cannot appear anywhere.
"""

from dataclasses import dataclass
from enum import StrEnum

from dlquiz.model.report import CaseResult, Outcome, Report


class FeedbackLevel(StrEnum):
    """How much is shown."""

    FULL = "full"
    PUBLIC = "public"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class ShownCheck:
    """One check as it is shown; of a hidden one that is kept back, only its number, outcome and points.

    ``number`` counts from 1 in the order of the grading. ``said`` is what it found, each sentence with what it is:
    pairs such as ``("Expected", "2.0")``.
    """

    number: int
    title: str
    outcome: Outcome
    earned: float
    possible: float
    public: bool
    said: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feedback:
    """What is shown of one grading of one exercise."""

    exercise: str
    level: FeedbackLevel
    earned: float
    possible: float
    bonus: float
    complete: bool
    stops: tuple[tuple[str, str], ...] = ()
    """Where the file stopped while it was loaded, and what was said there."""
    checks: tuple[ShownCheck, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is left to do."""
        return self.complete and self.earned >= self.possible


def feedback_of(report: Report, level: FeedbackLevel) -> Feedback:
    """Return what may be shown of a report at a level.

    ``full`` is what ``dlquiz grade`` shows, values of hidden checks included. ``public`` keeps of a hidden check its
    outcome and its points; tracebacks, which may name lines of a grader's probe, are left out. ``points`` has the sum.
    """
    points = report.points
    whole = level is FeedbackLevel.FULL
    some = level is not FeedbackLevel.POINTS
    return Feedback(
        exercise=report.exercise,
        level=level,
        earned=points.earned,
        possible=points.possible,
        bonus=points.bonus,
        complete=report.complete,
        stops=tuple((stop.place, stop.message) for stop in report.stops) if some else (),
        checks=tuple(_shown(number, case, whole) for number, case in enumerate(report.cases, 1)) if some else (),
    )


def not_graded(exercise: str, reason: str, possible: float = 0) -> Feedback:
    """Return what is shown where nothing was graded: a file that cannot be read, or is still the start file."""
    check = ShownCheck(1, "What was handed in can be graded", Outcome.FAILED, 0, possible, True, (("Problem", reason),))
    return Feedback(exercise, FeedbackLevel.FULL, 0, possible, 0, complete=True, checks=(check,))


def _shown(number: int, case: CaseResult, whole: bool) -> ShownCheck:
    public = case.visibility == "public"
    told = whole or public
    return ShownCheck(
        number=number,
        title=case.title if told else f"Hidden check {number}",
        outcome=case.outcome,
        earned=case.points.earned + case.bonus,
        possible=case.points.possible,
        public=public,
        said=tuple(_said(case, whole)) if told and case.outcome is not Outcome.PASSED else (),
    )


def _said(case: CaseResult, whole: bool) -> list[tuple[str, str]]:
    texts = (
        ("Problem", case.message), ("Called with", case.inputs), ("Expected", case.expected), ("Yours", case.got),
        ("Where", case.where), ("Likely cause", case.diagnosis), ("Hint", case.hint),
        ("Traceback", case.traceback if whole else None),
    )  # fmt: skip
    return [(name, text) for name, text in texts if text]
