"""What a colleague sees of a broken program: numbers, and no word about the mistake (pure).

A report's messages, diagnoses, hints and remarks say what is wrong; the titles of its checks and the values that came
do not.
"""

from dataclasses import dataclass

from dlquiz.model.report import CaseResult, Cause, Outcome, Report

MOST = 2
"""So many checks are shown: a colleague comes with one thing that is odd, not with a list."""

_CAUSES = {
    Cause.TIMEOUT: "It does not end in time.",
    Cause.MEMORY: "It runs out of memory.",
    Cause.CRASHED: "Its process dies.",
    Cause.MISSING: "Something that it should define is not there.",
}


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that is odd. ``lines`` are texts in the order in which they are read."""

    title: str
    lines: tuple[str, ...]


def symptoms(report: Report, most: int = MOST) -> tuple[Symptom, ...]:
    """Return what is odd about a graded program: of the checks that it loses, those with values first."""
    lost = [case for case in report.cases if case.outcome is Outcome.FAILED]
    shown = sorted(lost, key=_telling)[:most]
    return tuple(Symptom(case.title, tuple(_lines(case))) for case in lost if case in shown)


def lost_checks(report: Report) -> int:
    """Return how many checks a program loses."""
    return sum(case.outcome is Outcome.FAILED for case in report.cases)


def _telling(case: CaseResult) -> tuple[bool, bool, bool]:
    """Sort a check that shows numbers before one that shows none, and one whose inputs are known before others."""
    return (case.got is None, case.where is None, case.inputs is None)


def _lines(case: CaseResult) -> list[str]:
    where = case.where if case.expected or case.got else None
    found = [("Called with", case.inputs), ("Where", where), ("Expected", case.expected), ("It gives", case.got)]
    lines = [f"{name}: {text}" for name, text in found if text]
    if case.cause is Cause.EXCEPTION and case.traceback:
        lines.append(case.traceback.rstrip().splitlines()[-1].strip() if not case.message else case.message)
    elif case.cause in _CAUSES:
        lines.append(_CAUSES[case.cause])
    return lines
