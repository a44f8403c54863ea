"""What the graders cannot say of a failure, because it needs the learner's own text beside the start file."""

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from dlquiz.model.report import CaseResult, Cause, Report
from dlquiz.study.leftover import still_raises

if TYPE_CHECKING:
    from dlquiz.submission import Submission

_PLACE = re.compile(r'^  File "<submission>/([^"\n]+)", line (\d+)(?:, in (\S+))?', re.MULTILINE)
_MISSING = re.compile(r"does not define (\w+)\.")
_DEFINED = re.compile(r"^(?:async )?def (\w+)", re.MULTILINE)


def explained(report: Report, submission: "Submission", start: str) -> Report:
    """Return a report whose errors say what they mean; wrong values have their diagnosis from the graders."""
    cases = tuple(_explained(case, submission, start) for case in report.cases)
    return report if cases == report.cases else report.model_copy(update={"cases": cases})


def _explained(case: CaseResult, submission: "Submission", start: str) -> CaseResult:
    if case.cause is None or case.diagnosis is not None:
        return case
    said = _why(case, submission, start)
    return case if said is None else case.model_copy(update={"diagnosis": said})


def _why(case: CaseResult, submission: "Submission", start: str) -> str | None:
    if case.cause is Cause.MISSING:
        return _renamed(case.message, submission, start)
    if case.cause is not Cause.EXCEPTION:
        return None
    if "NotImplementedError" in case.message:
        return _left_over(case, submission, start)
    return None


def _renamed(message: str, submission: "Submission", start: str) -> str | None:
    """Say which function of the learner's may be the one that is missing."""
    wanted = _MISSING.search(message)
    if wanted is None:
        return None
    given = set(_DEFINED.findall(start))
    own = [name for name in _DEFINED.findall(submission.text) if name not in given]
    near = next((name for name in own if wanted[1] in name), None) or next(
        iter(get_close_matches(wanted[1], own, n=1, cutoff=0.7)), None
    )
    return near and f"Your file has {near}. Names must be exactly those of the start file: {wanted[1]}."


def _left_over(case: CaseResult, submission: "Submission", start: str) -> str | None:
    """Say that the line of the start file still stands in the way of code that is written."""
    places = _PLACE.findall(case.traceback or "")
    if not places:
        return None
    file, line, function = places[-1]
    number, cell = int(line), re.search(r", cell (\d+)$", file)
    if cell is not None and 0 < int(cell[1]) <= len(submission.cells):
        number += submission.cells[int(cell[1]) - 1] - 1
    source = next((one.source.decode(errors="replace") for one in submission.modules if one.file == file), None)
    if not still_raises(submission.text if source is None else source, number, start):
        return None
    where = f"cell {cell[1]}, line {line}" if cell else f"line {line}"
    return (
        f"In {function}, {where} still raises NotImplementedError; delete that line. Your code beside it cannot give"
        " its result before it is gone."
    )
