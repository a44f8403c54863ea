"""The report: the JSON document of one grading."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from dlquiz.model.metrics import Metric, metric_of

FORMAT_VERSION = 1


class Outcome(StrEnum):
    """What became of a case, and of a whole grading.

    ``broken`` is our fault or the machine's: its points stay possible, earn
    nothing, and the report is *incomplete*.
    """

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    BROKEN = "broken"


class Cause(StrEnum):
    """Why a case was lost when it did not simply return a wrong value."""

    EXCEPTION = "exception"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    PROTOCOL = "protocol"
    FORBIDDEN = "forbidden"
    OUTPUT = "output"
    SYNTAX = "syntax"
    MISSING = "missing"


class Isolation(StrEnum):
    """How strong the wall was: see docs/explanation/threat-model.md."""

    KERNEL = "kernel"
    PROCESS = "process"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Points(_Model):
    """Points of a case; ``possible`` is 0 for bonus cases."""

    earned: float = Field(ge=0)
    possible: float = Field(ge=0)


class TotalPoints(Points):
    """Points of a grading. ``bonus`` is what bonus cases earned on top."""

    bonus: float = Field(0, ge=0)


class CaseResult(_Model):
    """One case of one grading. Texts from a learner's code are already stripped of control sequences."""

    id: str
    title: str
    visibility: Literal["public", "hidden"]
    outcome: Outcome
    points: Points
    bonus: float = 0
    message: str = ""
    inputs: str | None = None
    expected: str | None = None
    got: str | None = None
    where: str | None = None
    diagnosis: str | None = None
    hint: str | None = None
    cause: Cause | None = None
    remarks: tuple[str, ...] = ()
    traceback: str | None = None
    seconds: float = 0
    output: str = ""


class LoadStop(_Model):
    """Where a submission stopped while it was loaded.

    ``place`` is ``line 12`` or ``cell 3, line 2``, empty where it is not known. ``went_on`` is True for a cell of a
    notebook: the cells after it were run, and what they define counts.
    """

    place: str
    cause: Cause
    message: str
    traceback: str | None = None
    went_on: bool


class CourseRef(_Model):
    """Which graders judged."""

    name: str
    version: str
    grader_sha256: str


class SubmissionRef(_Model):
    """What was graded."""

    file: str
    sha256: str


class Usage(_Model):
    """What the grading used. ``memory_mib`` is what the submission added over the warm server; None if unknown."""

    wall_s: float
    cpu_s: float
    memory_mib: float | None = None


class Report(_Model):
    """One grading of one submission of one exercise."""

    format_version: Literal[1] = 1
    exercise: str
    course: CourseRef
    outcome: Outcome
    complete: bool
    points: TotalPoints
    seed: int
    seed_policy: Literal["fresh", "fixed"]
    isolation: Isolation
    identity: str
    landlock_abi: int | None
    data: str | None = None
    submission: SubmissionRef
    started_at: datetime
    cases: tuple[CaseResult, ...]
    stops: tuple[LoadStop, ...] = ()
    metrics: dict[str, Metric] = Field(default_factory=dict)
    usage: Usage
    versions: dict[str, str]
    notes: tuple[str, ...] = ()

    @field_validator("metrics", mode="before")
    @classmethod
    def _known_metrics(cls, value: Any) -> Any:
        """Leave out what is no metric: a picture less is no reason to lose a report."""
        if not isinstance(value, Mapping):
            return value
        found = {name: metric_of(item) for name, item in value.items()}
        return {name: item for name, item in found.items() if item is not None}

    @property
    def exit_code(self) -> int:
        """0 all passed, 4 something of ours broke (wins), 1 not passing."""
        if not self.complete:
            return 4
        return 0 if self.outcome is Outcome.PASSED else 1
