"""What the two sides of a cluster say to each other: bytes of JSON, read strictly.

An order says how to grade, a chunk what; the answer holds reports, asks for the course, or says why nothing could be
graded. A worker is a machine of ours, but what it says comes over a network and may be of another version.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import ValidationError

from dlquiz.errors import MachineryError
from dlquiz.grading.messages import Work, decode, encode
from dlquiz.model.report import Report
from dlquiz.submission import Submission

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class GradingOrder:
    """How submissions are graded. ``bundle`` names the course (its digest); ``data`` is empty without a data set."""

    exercise: str
    bundle: str
    grader_sha256: str
    seed: int
    data: str
    isolation: str
    versions: Mapping[str, str]

    def written(self) -> bytes:
        """Return the order as it travels."""
        return json.dumps({"v": FORMAT_VERSION, **asdict(self)}, sort_keys=True).encode()

    @classmethod
    def read(cls, written: bytes) -> "GradingOrder":
        """Return the order that was sent; MachineryError if it is of another version."""
        return cls(**_fields(written, set(cls.__dataclass_fields__)))


def write_chunk(submissions: Sequence[Submission], seed: int) -> bytes:
    """Return submissions as they travel, in their order."""
    return b"".join(encode(Work(number, one, seed)) for number, one in enumerate(submissions))


def read_chunk(written: bytes) -> list[Submission]:
    """Return the submissions that were sent; MessageError if they are not what this version sends."""
    works = [decode(line) for line in written.splitlines()]
    return [work.submission for work in works if isinstance(work, Work)]


@dataclass(frozen=True, slots=True)
class WorkerAnswer:
    """What came of a chunk: the reports in the order of its submissions; or a wish for the course; or a refusal."""

    reports: tuple[Report, ...] = ()
    wants_bundle: bool = False
    refusal: str = ""
    next_step: str = ""

    def written(self) -> bytes:
        """Return the answer as it travels."""
        reports = [one.model_dump_json() for one in self.reports]
        told = {"reports": reports, "wants_bundle": self.wants_bundle}
        why = {"refusal": self.refusal, "next_step": self.next_step}
        return json.dumps({"v": FORMAT_VERSION, **told, **why}).encode()

    @classmethod
    def read(cls, written: bytes) -> "WorkerAnswer":
        """Return the answer that came; MachineryError if it is none."""
        told = _fields(written, set(cls.__dataclass_fields__))
        try:
            reports = tuple(Report.model_validate_json(one) for one in told["reports"])
        except (ValidationError, TypeError) as error:
            raise MachineryError(f"A worker sent what is no report: {error}", next_step=_SAME) from error
        return cls(reports, bool(told["wants_bundle"]), str(told["refusal"]), str(told["next_step"]))


@dataclass(frozen=True, slots=True)
class WorkerFacts:
    """What a worker is: where, with which versions, and which data sets are there.

    ``isolation`` is the level that its wall reached, ``kernel`` or ``process``, and ``none`` where there is no wall at
    all; empty where nobody asked for it. ``problems`` say what is missing, and what to do about it.
    """

    host: str
    versions: Mapping[str, str]
    data: tuple[str, ...]
    isolation: str = ""
    problems: tuple[str, ...] = ()

    def written(self) -> bytes:
        """Return the facts as they travel."""
        return json.dumps({"v": FORMAT_VERSION, **asdict(self)}).encode()

    @classmethod
    def read(cls, written: bytes) -> "WorkerFacts":
        """Return the facts that came; MachineryError if they are none."""
        told = _fields(written, set(cls.__dataclass_fields__))
        try:
            versions = {str(name): str(version) for name, version in told["versions"].items()}
            texts = {name: tuple(map(str, told[name])) for name in ("data", "problems")}
            return cls(str(told["host"]), versions, isolation=str(told["isolation"]), **texts)
        except (AttributeError, TypeError) as error:
            raise MachineryError(f"A worker sent what is no answer: {error}", next_step=_SAME) from error


_SAME = "Install the same version of dlquiz here and on every worker."


def _fields(written: bytes, wanted: set[str]) -> dict[str, Any]:
    try:
        told = json.loads(written)
        version = told.pop("v")
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise MachineryError(f"A message of the cluster cannot be read: {error}", next_step=_SAME) from error
    if version != FORMAT_VERSION or set(told) != wanted:
        raise MachineryError("A message of the cluster is of another version.", next_step=_SAME)
    return dict(told)
