"""From the events of one submission to its report."""

import platform
from collections.abc import Sequence
from datetime import datetime
from importlib import metadata
from typing import Any, Literal

from dlquiz.content import Course
from dlquiz.grading.child import GraderProcess
from dlquiz.model.report import (
    CaseResult,
    Cause,
    CourseRef,
    Isolation,
    Outcome,
    Points,
    Report,
    SubmissionRef,
    TotalPoints,
    Usage,
)
from dlquiz.submission import Submission
from dlquiz.text import clean

_TEXT_LIMIT = 4_000
_OUTPUT_LIMIT = 20_000
_OUTPUT_END = 4_000


class Collected:
    """What has been heard about one submission so far."""

    def __init__(self, submission: Submission, seed: int) -> None:
        self.submission = submission
        self.seed = seed
        self.expected: list[dict[str, Any]] = []
        self.left_out = 0
        self.cases: list[CaseResult] = []
        self.metrics: dict[str, Any] = {}
        self.usage: dict[str, Any] = {}
        self.wall: dict[str, Any] = {}

    @property
    def complete(self) -> bool:
        """Whether the submission's fixture has been torn down: nothing more will come."""
        return bool(self.usage)

    def note(self, event: dict[str, Any]) -> None:
        """Take in one event of the grader process."""
        match event["event"]:
            case "collected":
                self.expected, self.left_out = event["cases"], event["left_out"]
            case "wall":
                self.wall = event
            case "case":
                self.cases.append(_case(event))
            case "metric":
                self.metrics[event["name"]] = event["value"]
            case "usage":
                self.usage = event


def _case(event: dict[str, Any]) -> CaseResult:
    outcome = Outcome(event["outcome"])
    passed = outcome is Outcome.PASSED
    return CaseResult(
        id=event["id"],
        title=event["title"],
        visibility=event["visibility"],
        outcome=outcome,
        points=Points(earned=event["possible"] if passed else 0, possible=event["possible"]),
        bonus=event["bonus"] if passed else 0,
        message=clean(event["message"], _TEXT_LIMIT),
        inputs=_text(event.get("inputs")),
        expected=_text(event.get("expected")),
        got=_text(event.get("got")),
        where=_text(event.get("where")),
        diagnosis=_text(event.get("diagnosis")),
        hint=None if passed else event["hint"],
        cause=Cause(event["cause"]) if event.get("cause") else None,
        remarks=tuple(clean(remark, _TEXT_LIMIT) for remark in event["remarks"]),
        traceback=_text(event.get("trace")) or None,
        seconds=event["seconds"],
        output=_output(event["output"]),
    )


def _output(printed: str) -> str:
    """Return the beginning and the end of what was printed: the last lines say most about a crash."""
    if len(printed) > _OUTPUT_LIMIT:
        cut = len(printed) - _OUTPUT_LIMIT
        printed = f"{printed[: -cut - _OUTPUT_END]}\n[… {cut:,} characters left out …]\n{printed[-_OUTPUT_END:]}"
    return clean(printed, _OUTPUT_LIMIT + 100)


def _text(value: str | None) -> str | None:
    return None if value is None else clean(value, _TEXT_LIMIT)


def _lost(expected: dict[str, Any], why: str) -> CaseResult:
    """Return the result of a case that nothing was heard of: ours, not the learner's."""
    silent = {"message": why, "outcome": "broken", "remarks": (), "seconds": 0, "output": ""}
    return _case({**expected, **silent})


def assemble(
    collected: Collected,
    child: GraderProcess,
    *,
    course: CourseRef,
    exercise_id: str,
    versions: dict[str, str],
    seed_policy: Literal["fresh", "fixed"],
    data: str | None,
    started_at: datetime,
) -> Report:
    """Return the report of one submission; cases without a result are broken."""
    heard = {case.id for case in collected.cases}
    why = "the grader took too long and was ended" if child.timed_out else "the grader process ended before this case"
    if child.errors:
        why += ": " + child.errors[-1].splitlines()[-1]
    missing = [_lost(expected, why) for expected in collected.expected if expected["id"] not in heard]
    cases = (*collected.cases, *missing)
    complete = bool(cases) and not any(case.outcome is Outcome.BROKEN for case in cases)
    wall = collected.wall or child.wall
    return Report(
        exercise=exercise_id,
        course=course,
        outcome=_outcome(cases),
        complete=complete,
        points=TotalPoints(
            earned=sum(case.points.earned for case in cases),
            possible=sum(case.points.possible for case in cases),
            bonus=sum(case.bonus for case in cases),
        ),
        seed=collected.seed,
        seed_policy=seed_policy,
        isolation=Isolation(wall.get("isolation", "process")),
        identity=wall.get("identity", "unknown"),
        landlock_abi=wall.get("landlock_abi"),
        data=data,
        submission=SubmissionRef(file=collected.submission.name, sha256=collected.submission.sha256),
        started_at=started_at,
        cases=cases,
        metrics=collected.metrics,
        usage=_usage(collected, child),
        versions=versions,
        notes=tuple(_notes(collected, wall)),
    )


def _outcome(cases: tuple[CaseResult, ...]) -> Outcome:
    outcomes = {case.outcome for case in cases if case.points.possible or not case.bonus}
    for outcome in (Outcome.FAILED, Outcome.BROKEN, Outcome.PASSED):
        if outcome in outcomes:
            return outcome
    return Outcome.SKIPPED


def _notes(collected: Collected, wall: dict[str, Any]) -> list[str]:
    notes = list(collected.submission.notes)
    if collected.left_out:
        notes.append(f"{collected.left_out} cases were left out by --case; this is not the whole exercise")
    return notes + [clean(str(reason), 500) for reason in wall.get("reasons", ())]


def _usage(collected: Collected, child: GraderProcess) -> Usage:
    peak_kib = collected.usage.get("peak_kib") or 0
    base_kib = collected.usage.get("base_kib") or 0
    return Usage(
        wall_s=round(child.lap(), 4),
        cpu_s=round(collected.usage.get("cpu_s", 0), 4),
        memory_mib=round(max(0, peak_kib - base_kib) / 1024, 1) if peak_kib else None,
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
        name = {"tensorflow": "tensorflow-cpu"}.get(package, package)
        for candidate in (name, package):
            try:
                versions[package] = metadata.version(candidate)
                break
            except metadata.PackageNotFoundError:
                continue
    return versions
