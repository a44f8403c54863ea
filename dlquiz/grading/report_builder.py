"""From the messages about one submission to its report."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from typing import Literal

from dlquiz.content.course import Course
from dlquiz.grading.grader_process import GraderProcess
from dlquiz.grading.loading import LoadingStop
from dlquiz.grading.messages import CaseDone, CaseSpec, Collected, Measured, Message, Used, WallBuilt
from dlquiz.model.metrics import Metric, metric_of
from dlquiz.model.report import (
    CaseResult,
    Cause,
    CourseRef,
    Isolation,
    LoadStop,
    Outcome,
    Points,
    Report,
    SubmissionRef,
    TotalPoints,
    Usage,
)
from dlquiz.sandbox.packages import PACKAGES
from dlquiz.submission import Submission
from dlquiz.text import before_gaps, clean, gap_note

_TEXT_LIMIT = 4_000
_OUTPUT_LIMIT = 20_000
_OUTPUT_END = 4_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something that a grader recorded for a picture, while the case still runs."""

    name: str
    metric: Metric


class Heard:
    """What has been heard about one submission so far."""

    def __init__(self, submission: Submission, seed: int) -> None:
        self.submission = submission
        self.seed = seed
        self.cases: list[CaseResult] = []
        self.metrics: dict[str, Metric] = {}
        self.notes: list[str] = []
        self.used: Used | None = None

    @property
    def complete(self) -> bool:
        """Whether the submission's worker has ended: nothing more will come."""
        return self.used is not None

    def note(self, message: Message, specs: dict[str, CaseSpec]) -> CaseResult | Recorded | None:
        """Take in one message; return the result, or what a picture can be made of, if it is one of them."""
        match message:
            case CaseDone():
                result = _case(specs[message.case_id], message)
                self.cases.append(result)
                return result
            case Measured():
                metric = metric_of(message.value)
                if metric is None:
                    self.notes.append(f"the grader recorded {message.name!r}, of which no picture can be made")
                else:
                    self.metrics[message.name] = metric
                    return Recorded(message.name, metric)
            case Used():
                self.used = message
        return None


def _case(spec: CaseSpec, done: CaseDone) -> CaseResult:
    outcome = Outcome(done.outcome)
    passed = outcome is Outcome.PASSED
    return CaseResult(
        id=spec.id,
        title=spec.title,
        visibility=spec.visibility,
        outcome=outcome,
        points=Points(earned=spec.possible if passed else 0, possible=spec.possible),
        bonus=spec.bonus if passed else 0,
        message=clean(done.message, _TEXT_LIMIT),
        inputs=_text(done.inputs),
        expected=_text(done.expected),
        got=_text(done.got),
        where=_text(done.where),
        diagnosis=_text(done.diagnosis),
        hint=spec.hint if done.hinted and not passed else None,
        cause=Cause(done.cause) if done.cause else None,
        remarks=tuple(clean(remark, _TEXT_LIMIT) for remark in done.remarks),
        traceback=_text(done.trace) or None,
        seconds=done.seconds,
        output=_output(done.output),
    )


def _stop(stop: LoadingStop) -> LoadStop:
    return LoadStop(
        place=stop.place,
        cause=Cause(stop.cause),
        message=clean(stop.message, _TEXT_LIMIT),
        traceback=_text(stop.trace) or None,
        went_on=stop.went_on,
    )


def _output(printed: str) -> str:
    """Return the beginning and the end of what was printed: the last lines say most about a crash."""
    if len(printed) > _OUTPUT_LIMIT:
        begin, cut, end = (
            printed[: _OUTPUT_LIMIT - _OUTPUT_END],
            printed[_OUTPUT_LIMIT - _OUTPUT_END : -_OUTPUT_END],
            printed[-_OUTPUT_END:],
        )
        printed = begin + gap_note(*before_gaps(cut)) + end
    return clean(printed, _OUTPUT_LIMIT + 100)


def _text(value: str | None) -> str | None:
    return None if value is None else clean(value, _TEXT_LIMIT)


def _lost(spec: CaseSpec, why: str) -> CaseResult:
    """Return the result of a case that nothing was heard of: ours, not the learner's."""
    return _case(spec, CaseDone(0, spec.id, "broken", message=why))


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What all reports of one run have in common."""

    exercise_id: str
    course: CourseRef
    versions: dict[str, str]
    seed_policy: Literal["fresh", "fixed"]
    data: str | None
    started_at: datetime
    elsewhere: str = ""
    """What a kit says of the cases that it does not hold."""


def build(heard: Heard, process: GraderProcess, frame: RunFacts) -> Report:
    """Return the report of one submission; cases without a result are broken."""
    known = {case.id for case in heard.cases}
    collected = process.collected or Collected(())
    missing = [_lost(spec, process.why()) for spec in collected.cases if spec.id not in known]
    cases = (*heard.cases, *missing)
    wall = process.wall or WallBuilt("process", "unknown", None, ())
    return Report(
        exercise=frame.exercise_id,
        course=frame.course,
        outcome=_outcome(cases),
        complete=bool(cases) and not any(case.outcome is Outcome.BROKEN for case in cases),
        points=TotalPoints(
            earned=sum(case.points.earned for case in cases),
            possible=sum(case.points.possible for case in cases),
            bonus=sum(case.bonus for case in cases),
        ),
        seed=heard.seed,
        seed_policy=frame.seed_policy,
        isolation=Isolation(wall.isolation),
        identity=wall.identity,
        landlock_abi=wall.landlock_abi,
        data=frame.data,
        submission=SubmissionRef(file=heard.submission.name, sha256=heard.submission.sha256),
        started_at=frame.started_at,
        cases=cases,
        stops=tuple(map(_stop, heard.used.stops)) if heard.used else (),
        metrics=heard.metrics,
        usage=_usage(heard, process),
        versions=frame.versions,
        notes=tuple(_notes(heard, len(collected.left_out), wall, frame.elsewhere)),
    )


def _outcome(cases: tuple[CaseResult, ...]) -> Outcome:
    outcomes = {case.outcome for case in cases if case.points.possible or not case.bonus}
    for outcome in (Outcome.FAILED, Outcome.BROKEN, Outcome.PASSED):
        if outcome in outcomes:
            return outcome
    return Outcome.SKIPPED


def _notes(heard: Heard, left_out: int, wall: WallBuilt, elsewhere: str) -> list[str]:
    notes = [*heard.submission.notes, *heard.notes, *([elsewhere] if elsewhere else [])]
    if heard.used and (missing := heard.used.stand_ins):
        do = "does" if len(missing) == 1 else "do"
        notes.append(f"{_and(missing)} {do} not belong to this exercise: stand-ins that do nothing took their place")
    if left_out:
        notes.append(f"{left_out} cases were left out by --case; this is not the whole exercise")
    return notes + [clean(reason, 500) for reason in wall.reasons]


def _and(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _usage(heard: Heard, process: GraderProcess) -> Usage:
    used = heard.used or Used(0, 0, 0, 0, 0)
    return Usage(
        wall_s=round(process.lap(), 4),
        cpu_s=round(used.cpu_s, 4),
        memory_mib=round(max(0, used.peak_kib - used.base_kib) / 1024, 1) if used.peak_kib else None,
    )


def course_ref(course: Course, exercise_id: str) -> CourseRef:
    """Return which graders judge; it reads all their files, so once is enough for many reports."""
    manifest = course.manifest
    digest = course.grader_digest(exercise_id)
    return CourseRef(name=manifest.name, version=manifest.version, grader_sha256=digest)


def versions_of(packages: Sequence[str]) -> dict[str, str]:
    """Return the installed versions of dlquiz, Python and the exercise's packages."""
    versions = {"dlquiz": metadata.version("dlquiz"), "python": platform.python_version()}
    for package in packages:
        for candidate in PACKAGES[package].distributions:
            try:
                versions[package] = metadata.version(candidate)
                break
            except metadata.PackageNotFoundError:
                continue
    return versions
